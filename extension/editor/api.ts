/**
 * What `activate` returns: a small API for tests in a real editor. It asks and steers as the commands do, without their questions, and can
 * hold a run at a token, which nothing in the interface can. It is not meant for other extensions and may change with any version.
 */
import type * as vscode from 'vscode';
import type { ModelCard } from '../reasoning/port.ts';
import type { SteerCommand } from '../trace/events.ts';
import type { PanelState, RelatedRun } from '../trace/messages.ts';
import type { RunView } from '../trace/view.ts';
import type { ContextKeys } from './context-keys.ts';
import { answerInChat } from './chat/participant.ts';
import { inlineCompletionProvider, type InlineParts } from './completion/provider.ts';
import { addFolder } from './models/choose.ts';
import { connectWith } from './models/connect.ts';
import { AUTOMATIC_MODEL } from './models/registry.ts';
import { useChatModel } from './models/other-extensions.ts';
import { serverReport } from './models/server-report.ts';
import { useTokenizer } from './models/tokenizer.ts';
import { panelState } from './panel/state.ts';
import type { TracePanel } from './panel/view-provider.ts';
import type { WhenBusy } from './runs/controller.ts';
import { subjectOf } from './runs/question.ts';
import { relatedRuns } from './runs/related.ts';
import { askAndShow, type Asked } from './commands/ask.ts';
import { calibratedWords } from './calibration/command.ts';
import { calibrateModel } from './calibration/run.ts';
import { calibrationLabel } from './calibration/store.ts';
import type { Services } from './services.ts';
import { exported, type ExportFormat } from './traces/commands.ts';

type ChatArguments = Parameters<typeof answerInChat> extends [unknown, ...infer Rest] ? Rest : never;

export interface ReinsApi {
  /** Ask, at two efforts where they are given; resolves with the (first) run's id as soon as it is under way. `about` asks about the editor's selection or file. */
  ask(ask: Asked, options?: { readonly about?: vscode.TextEditor; readonly whenBusy?: WhenBusy }): Promise<string | null>;
  steer(command: SteerCommand): Promise<void>;
  keepThinking(tokens: number): Promise<void>;
  continueAnswer(): Promise<void>;
  resumeRun(): Promise<void>;
  /** The run shown. */
  currentView(): RunView | null;
  /** The run shown beside it. */
  otherView(): RunView | null;
  /** What goes on from the run shown, and what it goes on from. */
  related(): Promise<readonly RelatedRun[]>;
  panelState(): PanelState;
  contextKeys(): Partial<ContextKeys>;
  /** Resolves when nothing runs and nothing waits. */
  whenIdle(): Promise<void>;
  /** Resolves with the first view for which the test holds; rejects after `timeoutMs`. */
  whenView(test: (view: RunView) => boolean, timeoutMs?: number): Promise<RunView>;
  exportTrace(format: ExportFormat): Promise<string>;
  /** Without the question the command asks. Resolves with how many there were. */
  deleteAllTraces(): Promise<number>;
  /** Give the panel a message as if it came from its webview. Resolves with how many messages have been refused so far. */
  panelReceives(message: unknown): Promise<number>;
  chooseModel(id: string): Promise<void>;
  describe(): Promise<ModelCard>;
  /** What the person would press in the question about a test command. */
  allowTests(command: string): Promise<void>;
  addModelFolder(folder: string): Promise<void>;
  /** Choose a chat model of another extension. */
  useChatModel(model: Pick<vscode.LanguageModelChat, 'vendor' | 'id' | 'name'>): Promise<void>;
  connect(baseUrl: string, key: string | undefined, model: string): Promise<void>;
  /** Count the chosen server's tokens with the tokenizer in this folder. */
  useTokenizer(folder: string): Promise<void>;
  /** What `@reins` does with a request: chats cannot be driven from outside. */
  answerInChat(...request: ChatArguments): Promise<vscode.ChatResult>;
  /** Calibrate the chosen model without the question the command asks; resolves with what the command would say. `at` hears how far it is. */
  calibrate(tasks: number, at?: (done: number) => void, signal?: AbortSignal): Promise<string>;
  /** What counts for the chosen model, as the status bar says it, and where calibrations are kept. */
  calibration(): { readonly label: string; readonly folder: string };
  /** What the chosen server allows, as the document of the command says it. */
  serverReport(): Promise<string>;
  /** Milliseconds `activate` took. */
  readonly activationMs: number;
  readonly inlineProvider: vscode.InlineCompletionItemProvider;
  readonly tracesFolder: string;
  readonly log: readonly string[];
  /** Keys remembered outside the secret store, with their values: for tests that look for what must not be there. */
  rememberedState(): Readonly<Record<string, unknown>>;
}

export interface ApiParts {
  readonly services: Services;
  readonly panel: TracePanel;
  readonly contextKeys: () => Partial<ContextKeys>;
  readonly inline: InlineParts;
  /** `performance.now()` when activation began. */
  readonly begun: number;
}

export function createApi({ services, panel, contextKeys, inline, begun }: ApiParts): ReinsApi {
  const { controller, shown, registry, library, settings, log, context, service, keys: keyStore, records, engine, host, calibrations } = services;
  const models = { registry, settings, keys: keyStore, records, engine, service, forgetConnections: () => host.forgetConnections(), log };
  return {
    ask: async (ask, { about, whenBusy = 'queue' } = {}) => (await askAndShow({ controller, panel, log }, ask, about ? subjectOf(about) : null, whenBusy))?.run ?? null,
    steer: async (command) => {
      if (controller.live) await controller.steer(controller.live.run, command);
    },
    keepThinking: async (tokens) => {
      if (shown.view) await controller.keepThinking(shown.view, tokens);
    },
    continueAnswer: async () => {
      if (shown.view) await controller.continueAnswer(shown.view);
    },
    resumeRun: async () => {
      if (shown.view) await controller.resume(shown.view);
    },
    currentView: () => shown.view,
    otherView: () => shown.other,
    related: async () => (shown.view ? relatedRuns(services, { view: shown.view, events: shown.events ?? [] }) : []),
    panelState: () => panelState(services),
    contextKeys,
    whenIdle: () => controller.whenIdle(),
    whenView: (test, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        const watch = [controller.onEvents(check), controller.onTurn(check), shown.onDidChange(check)];
        const timer = setTimeout(() => finish(() => reject(new Error(`No such view within ${timeoutMs} ms; the last is ${JSON.stringify(shown.view)?.slice(0, 2000)}`))), timeoutMs);
        function finish(settle: () => void): void {
          clearTimeout(timer);
          for (const one of watch) one.dispose();
          settle();
        }
        function check(): void {
          const { view } = shown;
          if (view && test(view)) finish(() => resolve(view));
        }
        check();
      }),
    exportTrace: async (format) => {
      const { view } = shown;
      if (!view) throw new Error('There is no run to export.');
      return exported(view, shown.events ?? (await library.read(view.run)), format);
    },
    deleteAllTraces: () => library.deleteAll(),
    activationMs: performance.now() - begun,
    panelReceives: async (message) => {
      await panel.receive(message);
      return panel.invalidMessages;
    },
    chooseModel: async (id) => {
      if (id === AUTOMATIC_MODEL) return registry.chooseAutomatic();
      const model = registry.find(id);
      if (!model) throw new Error(`There is no model ${id}.`);
      await registry.choose(model);
    },
    describe: async () => {
      if (!registry.current) throw new Error('No model is chosen.');
      return registry.describe(registry.current, await service(), new AbortController().signal);
    },
    allowTests: (command) => services.tests.remember(command, 'approved'),
    addModelFolder: (folder) => addFolder(models, folder),
    useChatModel: (model) => useChatModel(models, model),
    connect: (baseUrl, key, model) => connectWith(models, { baseUrl, key }, async (listed) => listed.find(({ id }) => id === model)),
    useTokenizer: async (folder) => {
      if (registry.current?.kind !== 'remote') throw new Error('No server is chosen.');
      await useTokenizer(models, registry.current, folder);
    },
    answerInChat: (...request) => answerInChat({ controller, panel }, ...request),
    calibrate: async (tasks, at = () => undefined, signal = new AbortController().signal) => {
      if (!registry.current) throw new Error('No model is chosen.');
      const { name } = registry.current;
      return calibratedWords(name, await calibrateModel({ registry, calibrations, unrecorded: () => host.unrecorded() }, registry.current, tasks, (_words, done) => at(done), signal));
    },
    calibration: () => ({ label: calibrationLabel(calibrations.current), folder: calibrations.folder }),
    serverReport: async () => {
      const { current } = registry;
      if (current?.kind !== 'remote') throw new Error('No server is chosen.');
      return serverReport({ records }, current);
    },
    inlineProvider: inlineCompletionProvider(inline),
    tracesFolder: library.folder,
    get log() {
      return log.recent;
    },
    rememberedState: () => Object.fromEntries(context.globalState.keys().map((key) => [key, context.globalState.get(key)])),
  };
}
