/**
 * Every model of Reins as a chat model of the editor, once for each effort, so that the chat and other extensions can use it with budgets. The stable interface has
 * no channel for thoughts: they are told only where the editor has a part for them (thinking-part.ts).
 */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { effortBudgets, efforts } from '../../reasoning/effort.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { ModelRef } from '../../runs/service.ts';
import { effortSchema, type Effort } from '../../trace/events.ts';
import { whereIs } from '../models/registry.ts';
import { askRequest } from '../runs/requests.ts';
import type { Services } from '../services.ts';
import { effortName } from '../status-bar.ts';
import { conversationOfMessages, textOf } from './conversation.ts';
import { AnswerStream } from './streaming.ts';
import { thoughtsTo } from './thinking-part.ts';
import { retold } from '../retold.ts';

export const VENDOR = 'reins';

/** Tokens a model is taken to hold before it has been looked at. */
const UNKNOWN_CONTEXT = 4096;
/** Code and English over common tokenizers. The editor asks for counts often, and of models that are not loaded. */
const CHARACTERS_A_TOKEN = 3.5;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
/** What a caller may set beyond the entry it chose; anything else in `modelOptions` is for other providers and left alone. */
const optionsSchema = v.object({
  effort: v.optional(effortSchema),
  thinkingBudget: v.optional(whole),
  solutionBudget: v.optional(v.pipe(whole, v.minValue(1))),
  seed: v.optional(whole),
});

interface Entry extends vscode.LanguageModelChatInformation {
  readonly model: string;
  readonly effort: Effort;
}

type ChatServices = Pick<Services, 'registry' | 'settings' | 'service' | 'log'>;

export function registerChatProvider(services: ChatServices): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    services.registry.onDidChange(() => changed.fire()),
    vscode.lm.registerLanguageModelChatProvider(VENDOR, chatProvider(services, changed.event)),
  );
}

export function chatProvider({ registry, settings, service, log }: ChatServices, onChange?: vscode.Event<void>): vscode.LanguageModelChatProvider<Entry> {
  return {
    ...(onChange ? { onDidChangeLanguageModelChatInformation: onChange } : {}),
    // A model of another extension was opened to Reins by the person, and not to whoever asks Reins.
    provideLanguageModelChatInformation: () => registry.routable().flatMap((model) => efforts.map((effort) => entryOf(model, effort, registry))),
    provideLanguageModelChatResponse: async (entry, messages, options, progress, token) => {
      const model = registry.find(entry.model);
      if (!model) throw vscode.LanguageModelError.NotFound(vscode.l10n.t('This model is no longer among those of Reins.'));
      const parsed = v.safeParse(optionsSchema, options.modelOptions ?? {});
      if (!parsed.success) throw new ReasoningError('bad-request', vscode.l10n.t('modelOptions: {0}', v.summarize(parsed.issues)));
      const { effort, thinkingBudget, solutionBudget, seed } = parsed.output;
      const { question, history } = conversationOfMessages(messages);
      // Nobody watches: as fast as it goes, and behind whatever the person asks.
      const ask = { question, ...(history.length > 0 ? { history } : {}), budgets: { thinking: thinkingBudget, solution: solutionBudget }, seed, pace: 0 };
      const request = { ...askRequest(ask, model, effort ?? entry.effort, settings, false), priority: 'background' as const };
      const answer = new AnswerStream(request.run, (text) => progress.report(new vscode.LanguageModelTextPart(text)));
      const thoughts = thoughtsTo((part) => progress.report(part));
      const cancel = new AbortController();
      const watch = token.onCancellationRequested(() => cancel.abort());
      try {
        log.info(`run ${request.run} starts on ${model.name} for the editor's chat models`);
        await (await service()).run(
          request,
          (events) => {
            thoughts(events);
            answer.take(events);
          },
          cancel.signal,
        );
      } finally {
        watch.dispose();
      }
      const { error, outcome } = answer.view;
      if (error) throw new ReasoningError(error.reason, retold(error.message));
      if (outcome === 'exhausted') throw new ReasoningError('bad-request', vscode.l10n.t('The budgets ended before there was an answer. Give it more with modelOptions.thinkingBudget or modelOptions.solutionBudget.'));
    },
    provideTokenCount: (_entry, text) => Promise.resolve(Math.ceil((typeof text === 'string' ? text : textOf(text.content)).length / CHARACTERS_A_TOKEN)),
  };
}

function entryOf(model: ModelRef, effort: Effort, registry: Services['registry']): Entry {
  const card = registry.knownCard(model);
  const context = card?.contextLength ?? (model.kind === 'remote' ? model.contextLength : undefined) ?? UNKNOWN_CONTEXT;
  const budgets = card ? effortBudgets(effort, card) : null;
  const output = Math.min(budgets ? budgets.thinking + budgets.solution : context / 2, Math.floor(context / 2));
  return {
    id: `${model.id}#${effort}`,
    name: vscode.l10n.t('{0} ({1} effort)', model.name, effortName(effort)),
    family: model.name,
    version: '1',
    detail: effortName(effort),
    tooltip: vscode.l10n.t('{0}, thinking under a budget by Reins. The thoughts are in its trace panel.', whereIs(model, registry.bundled)),
    maxInputTokens: context - output,
    maxOutputTokens: output,
    capabilities: {},
    model: model.id,
    effort,
  };
}
