/** Chat models of other extensions, through the editor's stable interface to them. */
import * as vscode from 'vscode';
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { ChatMessage } from '../../reasoning/port.ts';
import type { ProvidedModelRef } from '../../runs/provided-service.ts';
import type { ChatAccess } from '../../models/provided/chat-access.ts';
import { VENDOR } from '../chat/provider.ts';

/** What other extensions offer. Only asked when the person wants to see it. Our own models are left out: Reins has them already. */
export async function otherChatModels(): Promise<readonly vscode.LanguageModelChat[]> {
  return (await vscode.lm.selectChatModels({})).filter(({ vendor }) => vendor !== VENDOR);
}

export async function chatAccess(ref: ProvidedModelRef): Promise<ChatAccess> {
  const { maxInputTokens } = await find(ref);
  return {
    maxInputTokens,
    send: (messages, modelOptions, signal) => send(ref, messages, modelOptions, signal),
    count: (text, signal) => inWords(ref, async () => withToken(signal, async (token) => (await find(ref)).countTokens(text, token))),
  };
}

/** Looked for each time: extensions come and go while a model stays chosen. */
async function find(ref: ProvidedModelRef): Promise<vscode.LanguageModelChat> {
  const [model] = await vscode.lm.selectChatModels({ vendor: ref.vendor, id: ref.model });
  if (!model) throw new ReasoningError('model-missing', vscode.l10n.t('{0} is not among the chat models of the editor at the moment. See whether its extension ({1}) is installed, turned on and signed in.', ref.name, ref.vendor));
  return model;
}

async function* send(ref: ProvidedModelRef, messages: readonly ChatMessage[], modelOptions: Readonly<Record<string, unknown>>, signal: AbortSignal): AsyncGenerator<string> {
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    const justification = vscode.l10n.t('You have chosen {0} as the model that answers in Reins.', ref.name);
    const response = await inWords(ref, async () => (await find(ref)).sendRequest(messages.map(messageOf), { justification, modelOptions: { ...modelOptions } }, source.token));
    const pieces = response.text[Symbol.asyncIterator]();
    for (;;) {
      const next = await inWords(ref, () => Promise.resolve(pieces.next()));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Whoever stops reading wants no more of it.
    cancel();
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

/** The interface knows no instructions of their own: they go first, as the person's words. */
function messageOf({ role, content }: ChatMessage): vscode.LanguageModelChatMessage {
  return role === 'assistant' ? vscode.LanguageModelChatMessage.Assistant(content) : vscode.LanguageModelChatMessage.User(content);
}

async function withToken<T>(signal: AbortSignal, work: (token: vscode.CancellationToken) => Promise<T>): Promise<T> {
  const source = new vscode.CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work(source.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

/** What went wrong, as a sentence and with a reason. */
async function inWords<T>(ref: ProvidedModelRef, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isCancellation(error) || error instanceof ReasoningError) throw error;
    throw failureOf(ref, error);
  }
}

function failureOf({ name, vendor }: ProvidedModelRef, error: unknown): ReasoningError {
  const words = error instanceof Error ? error.message : String(error);
  const { code } = error instanceof vscode.LanguageModelError ? error : { code: '' };
  switch (code) {
    case vscode.LanguageModelError.NoPermissions.name:
      return new ReasoningError('unauthorized', vscode.l10n.t('Reins may not use {0}: the editor asks once for your consent. Ask again and allow it, or choose another model.', name), { cause: error });
    case vscode.LanguageModelError.Blocked.name:
      return new ReasoningError('rate-limited', vscode.l10n.t('{0} is blocked for now, usually because its quota is used up ({1}).', name, words), { cause: error });
    case vscode.LanguageModelError.NotFound.name:
      return new ReasoningError('model-missing', vscode.l10n.t('{0} is gone: its extension ({1}) no longer offers it. Choose another model.', name, vendor), { cause: error });
    default:
      return new ReasoningError('server-error', vscode.l10n.t('The extension behind {0} ({1}) could not answer: {2}', name, vendor, words), { cause: error });
  }
}
