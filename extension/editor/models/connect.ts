/** Connect to Server…: address, key, model, test; every failure is a sentence with a way to try again. */
import * as vscode from 'vscode';
import { budgetHoldOf, showsThoughts, tokenCountsOf, type CapabilityRecord } from '../../models/remote/capability-record.ts';
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import { registerCommands } from '../commands/register.ts';
import { figure } from '../figure.ts';
import { keyNameOf } from '../key-store.ts';
import { timeoutsOf, type ServerSetting } from '../settings.ts';
import type { ModelParts } from './choose.ts';
import { chooseAddress } from './find-server.ts';
import { serverModel } from './registry.ts';
import { retold } from '../retold.ts';

export function registerConnectCommand(parts: ModelParts): vscode.Disposable {
  return registerCommands(parts.log, { connectToServer: () => connectToServer(parts) });
}

interface Draft {
  readonly baseUrl: string;
  readonly key: string | undefined;
}

async function connectToServer(parts: ModelParts): Promise<void> {
  if (parts.settings.get('offline')) throw offline();
  const begin = await chooseAddress(() => parts.settings.get('offline'));
  if (begin === undefined) return;
  let draft: Draft = { baseUrl: begin.baseUrl ?? 'http://localhost:11434/v1', key: undefined };
  let { asks } = begin;
  for (;;) {
    const next = asks ? await askForServer(draft) : draft;
    asks = true;
    if (!next) return;
    draft = next;
    const done = await tryServer(parts, draft);
    if (done !== 'again') return;
  }
}

async function askForServer(before: Draft): Promise<Draft | undefined> {
  const { normalizeAddress } = await import('../../models/remote/address.ts');
  const address = await vscode.window.showInputBox({
    title: vscode.l10n.t('Connect to Server (1 of 3)'),
    prompt: vscode.l10n.t('Address of an OpenAI-compatible server'),
    value: before.baseUrl,
    ignoreFocusOut: true,
    validateInput: (text) => problemWith(() => normalizeAddress(text)),
  });
  if (address === undefined) return undefined;
  const { baseUrl, warning } = normalizeAddress(address);
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('Connect to Server (2 of 3)'),
    prompt: [vscode.l10n.t('Key; leave empty if the server needs none. It is kept in the secret store.'), ...(warning ? [warning] : [])].join(' '),
    password: true,
    ignoreFocusOut: true,
    value: before.key ?? '',
  });
  return key === undefined ? undefined : { baseUrl, key: key.trim() === '' ? undefined : key.trim() };
}

/** List the models, let one be picked, try it, and keep it. 'again' when the person wants to correct what was entered. */
async function tryServer(parts: ModelParts, draft: Draft): Promise<'done' | 'again'> {
  try {
    await connectWith(parts, draft, pickModel);
    return 'done';
  } catch (error) {
    if (isCancellation(error)) return 'done';
    parts.log.error('connecting to a server', error);
    const retry = vscode.l10n.t('Retry');
    const picked = await vscode.window.showErrorMessage(retold(ReasoningError.from(error, 'internal', draft.key ? [draft.key] : []).message), retry);
    return picked === retry ? 'again' : 'done';
  }
}

interface Listed {
  readonly id: string;
  readonly contextLength?: number;
}
type PickModel = (models: readonly Listed[]) => Promise<Listed | undefined>;

/** The part without questions about the server: also the way in for tests. */
export async function connectWith(parts: ModelParts, { baseUrl, key }: Draft, pick: PickModel): Promise<void> {
  if (parts.settings.get('offline')) throw offline();
  const { listModels, testConnection } = await import('../../models/remote/connect.ts');
  const { shortName } = await import('../../models/remote/wire/models.ts');
  const limits = { timeouts: timeoutsOf(parts.settings), offline: (): boolean => parts.settings.get('offline') };
  const { host } = new URL(baseUrl);
  const listed = await busy(vscode.l10n.t('Asking {0} for its models', host), async (signal) => {
    try {
      return await listModels(baseUrl, key, signal, limits);
    } catch (error) {
      // A server may well answer questions without listing its models: then the name is typed.
      if (ReasoningError.is(error, 'server-refused')) return [];
      throw error;
    }
  });
  const model = await pick(listed);
  if (!model) return;
  // What was set by hand for this model stays.
  const before = parts.settings.get('servers').find((server) => server.baseUrl === baseUrl && server.model === model.id);
  const test = await busy(vscode.l10n.t('Trying {0}', model.id), (signal) => testConnection({ baseUrl, key, model: model.id, kind: before?.overrides?.kind }, signal, limits));
  if (!test.ok) throw new ReasoningError(test.reason, test.message);
  const server = { ...before, name: before?.name ?? shortName(model.id), baseUrl: test.baseUrl, model: model.id, contextLength: before?.contextLength ?? model.contextLength };
  await keepServer(parts, server, key);
  // What the server can do is known by now; this makes budgets and controls show it at once.
  await busy(vscode.l10n.t('Trying {0}', model.id), async (signal) => parts.registry.describe(serverModel(server), await parts.service(), signal));
  if (test.warning) void vscode.window.showWarningMessage(retold(test.warning));
  const show = vscode.l10n.t('Show What It Allows');
  const count = vscode.l10n.t('Choose Tokenizer Folder…');
  const guesses = test.record !== undefined && showsThoughts(test.record) && tokenCountsOf(test.record, server.tokenizer !== undefined) === 'estimated';
  const sentences = [wayOf(test.record, server.tokenizer !== undefined, host), ...(guesses ? [vscode.l10n.t('It does not show its tokens, so their number is estimated. A folder with the model’s tokenizer.json has them counted.')] : [])];
  void vscode.window.showInformationMessage(sentences.join(' '), show, ...(guesses ? [count] : [])).then((picked) => {
    if (picked === show) void vscode.commands.executeCommand('reins.showServer');
    if (picked === count) void vscode.commands.executeCommand('reins.chooseTokenizer');
  });
}

async function keepServer({ settings, keys, registry, forgetConnections }: ModelParts, server: ServerSetting, key: string | undefined): Promise<void> {
  const name = keyNameOf(server.baseUrl);
  if (key === undefined) await keys.forget(name);
  else await keys.store(name, key);
  await forgetConnections();
  const others = settings.get('servers').filter((other) => !(other.baseUrl === server.baseUrl && other.model === server.model));
  await settings.set('servers', [...others, Object.fromEntries(Object.entries(server).filter(([, value]) => value !== undefined)) as ServerSetting]);
  await registry.choose(serverModel(server));
  void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: connected to {0}.', new URL(server.baseUrl).host), 3000);
}

async function pickModel(models: readonly Listed[]): Promise<Listed | undefined> {
  const title = vscode.l10n.t('Connect to Server (3 of 3)');
  if (models.length === 0) {
    const id = await vscode.window.showInputBox({ title, prompt: vscode.l10n.t('This server does not list its models. What is the name of the model?'), ignoreFocusOut: true });
    return id?.trim() ? { id: id.trim() } : undefined;
  }
  const items = models.map((model) => ({ label: model.id, description: model.contextLength ? vscode.l10n.t('{0} tokens', figure(model.contextLength)) : '', model }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Which model?'), ignoreFocusOut: true }))?.model;
}

async function busy<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (_progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    return work(stop.signal);
  });
}

/** In one sentence, how the budgets are kept there. */
function wayOf(record: CapabilityRecord | undefined, hasTokenizer: boolean, host: string): string {
  const hold = record ? budgetHoldOf(record, hasTokenizer) : 'not';
  switch (hold) {
    case 'exactly':
      return vscode.l10n.t('{0} lets Reins keep both budgets exactly.', host);
    case 'by-estimate':
      return vscode.l10n.t('{0} lets Reins keep both budgets in place.', host);
    case 'asking-again':
      return vscode.l10n.t('{0} cannot continue a reply that has begun: Reins keeps both budgets by asking again, and says so in each run.', host);
    case 'not':
      return vscode.l10n.t('{0} does not show its thoughts: only the effort can be set there.', host);
  }
}

function problemWith(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return retold(ReasoningError.from(error).message);
  }
}

function offline(): ReasoningError {
  return new ReasoningError('offline', vscode.l10n.t('Reins is set to work offline, so no server is contacted. Turn off the setting reins.offline first.'));
}
