/**
 * The person's runs: one question at a time, started, steered and continued here. A question asked at two efforts is two runs that start together. Everything else (panel, status bar, commands) listens.
 * What runs for ghost text does not pass through here.
 */
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { ModelRef, RunRequest, RunService } from '../../runs/service.ts';
import type { Effort, Outcome, RunEvent, SteerCommand } from '../../trace/events.ts';
import type { RunView } from '../../trace/view.ts';
import type { CalibrationStore } from '../calibration/store.ts';
import type { EffortControl } from '../effort.ts';
import type { Log } from '../log.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { Speeds } from '../models/speeds.ts';
import type { Settings } from '../settings.ts';
import type { Automatic, Choice } from './automatic.ts';
import { LiveRun } from './live-run.ts';
import type { Origin } from './question.ts';
import { askRequest, continueRequest, goOnRequest, keepThinkingRequest, resumeRequest, type Ask } from './requests.ts';

/** Runs kept in memory after their end, for what goes on from them. */
const REMEMBERED = 8;

/** What to do with a question while another run is going on. `ask` lets the person decide. */
export type WhenBusy = 'ask' | 'stop' | 'queue';

export interface RunControllerParts {
  readonly service: () => Promise<RunService>;
  readonly registry: ModelRegistry;
  readonly calibrations: Pick<CalibrationStore, 'forRun'>;
  readonly effort: EffortControl;
  readonly settings: Settings;
  readonly speeds: Speeds;
  readonly automatic: Automatic;
  /** Uses of tools a run on a model may have. */
  readonly toolsFor: (model: ModelRef) => RunRequest['tools'];
  readonly log: Log;
}

export class RunController implements vscode.Disposable {
  readonly #parts: RunControllerParts;
  readonly #events = new vscode.EventEmitter<{ readonly run: LiveRun; readonly events: readonly RunEvent[] }>();
  readonly #turns = new vscode.EventEmitter<LiveRun>();
  #current: readonly LiveRun[] = [];
  #waiting: (readonly LiveRun[])[] = [];
  #recent: readonly LiveRun[] = [];

  /** Events of a current run, already folded into its view. */
  readonly onEvents = this.#events.event;
  /** A run became a current one, or it ended. */
  readonly onTurn = this.#turns.event;

  constructor(parts: RunControllerParts) {
    this.#parts = parts;
  }

  /** What is going on, or the last that was: one run, or the two of a question asked at two efforts. */
  get current(): readonly LiveRun[] {
    return this.#current;
  }

  /** The run that is going on, or the last that was; of two the first. */
  get latest(): LiveRun | null {
    return this.#current[0] ?? null;
  }

  /** The run going on; of two the one that is not waiting for the other. */
  get live(): LiveRun | null {
    const live = this.#current.filter((run) => run.live);
    return live.find(({ view }) => view.started !== null) ?? live[0] ?? null;
  }

  isLive(run: string): boolean {
    return this.#current.some((each) => each.run === run && each.live);
  }

  /** A run of this session, while it is remembered. */
  recent(run: string): LiveRun | null {
    return this.#recent.find((each) => each.run === run) ?? null;
  }

  /** Drop an ended run from memory, or all of them: its trace was deleted. */
  forget(run?: string): void {
    this.#recent = this.#recent.filter((each) => this.#current.includes(each) || (run !== undefined && each.run !== run));
  }

  /** The runs of this session that go on from a run. */
  continuing(run: string): readonly LiveRun[] {
    return this.#recent.filter(({ request }) => (request.resume?.parent ?? request.automatic?.after) === run);
  }

  /** Ask the chosen model. Null when the person thought better of it. */
  async ask(ask: Ask, origin: Origin | null, whenBusy: WhenBusy = 'ask'): Promise<LiveRun | null> {
    const [run] = await this.#askAll([ask], origin, whenBusy);
    return run ?? null;
  }

  /** The same question at two efforts: both runs start at once, and wait for each other where the service has one place. */
  async askAtTwoEfforts(ask: Ask, efforts: readonly [Effort, Effort], origin: Origin | null, whenBusy: WhenBusy = 'ask'): Promise<readonly LiveRun[]> {
    return this.#askAll(efforts.map((effort) => ({ ...ask, effort })), origin, whenBusy);
  }

  /** More thinking: on the live run in place, on a finished one as a run that goes on from it. */
  async keepThinking(view: RunView, tokens: number): Promise<void> {
    if (this.isLive(view.run)) await this.steer(view.run, { kind: 'keep-thinking', tokens });
    else await this.#goOn(view, (model, bundled) => keepThinkingRequest(view, model, tokens, this.#parts.settings, bundled));
  }

  async continueAnswer(view: RunView): Promise<void> {
    await this.#goOn(view, (model, bundled) => continueRequest(view, model, this.#parts.settings, bundled));
  }

  /** Go on with a run that failed or was cut off, from what its trace has. */
  async resume(view: RunView): Promise<void> {
    await this.#goOn(view, (model, bundled) => resumeRequest(view, model, this.#parts.settings, bundled));
  }

  /** What if it had gone on: a run from where a decision of an ended one was taken, without that decision. */
  async goOn(view: RunView, events: readonly RunEvent[], decision: number): Promise<void> {
    await this.#goOn(view, (model, bundled) => goOnRequest({ view, events, decision, model, bundled, contextLength: this.#parts.registry.knownCard(model)?.contextLength }, this.#parts.settings));
  }

  /** Act on a live run. A run the service does not know yet (its model is loading) can still be stopped. */
  async steer(run: string, command: SteerCommand): Promise<void> {
    const live = this.#current.find((each) => each.run === run && each.live);
    if (!live) return;
    const known = await (await this.#parts.service()).steer(run, command);
    if (known || !live.live) return;
    if (command.kind === 'stop') live.cancel.abort();
    else void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: the run has not begun yet.'), 3000);
  }

  /** Stop whatever is going on, also what waits for it. */
  async stopCurrent(): Promise<void> {
    for (const { run } of this.#current.filter((each) => each.live)) await this.steer(run, { kind: 'stop' });
  }

  /** Resolves when nothing runs and nothing waits. */
  async whenIdle(): Promise<void> {
    while (this.live) await this.live.ended;
  }

  dispose(): void {
    this.#waiting = [];
    for (const { cancel } of this.#current) cancel.abort();
    this.#events.dispose();
    this.#turns.dispose();
  }

  #isBundled(model: ModelRef): boolean {
    return model.id === this.#parts.registry.bundled?.id;
  }

  async #goOn(view: RunView, build: (model: ModelRef, bundled: boolean) => RunRequest): Promise<void> {
    const id = view.started?.model.id ?? '';
    const model = this.#parts.registry.find(id);
    if (!model) throw new ReasoningError('model-missing', vscode.l10n.t('The model of this run ({0}) is no longer there, so it cannot go on.', view.started?.model.name ?? id));
    await this.#admit([new LiveRun(build(model, this.#isBundled(model)), this.recent(view.run)?.origin ?? null)], 'ask');
  }

  async #askAll(asks: readonly Ask[], origin: Origin | null, whenBusy: WhenBusy): Promise<readonly LiveRun[]> {
    const { registry, automatic } = this.#parts;
    const model = registry.current;
    const largest = asks.at(-1);
    if (!model || !largest) throw new ReasoningError('model-missing', vscode.l10n.t('There is no model to ask. Choose one first.'));
    // What is asked at two efforts goes to one model, and stays there.
    const choice: Pick<Choice, 'model'> = registry.automatic ? automatic.choose(largest, asks.length > 1) : { model };
    return this.#admit(asks.map((ask) => this.#asked(ask, choice, origin)), whenBusy);
  }

  #asked(ask: Ask, choice: Pick<Choice, 'model'> & Partial<Choice>, origin: Origin | null): LiveRun {
    const { effort, settings } = this.#parts;
    const request = askRequest({ tools: this.#parts.toolsFor(choice.model), ...ask }, choice.model, effort.asked, settings, this.#isBundled(choice.model));
    return new LiveRun(choice.automatic ? { ...request, automatic: ask.verify ? { decision: choice.automatic.decision } : choice.automatic } : request, origin, ask);
  }

  /** An answer that is not sure enough: the question goes on to another model at once, before anything that waits. */
  #handOn(run: LiveRun): LiveRun | null {
    const choice = this.#current.length === 1 ? this.#parts.automatic.next(run) : null;
    if (!choice || !run.ask) return null;
    return this.#asked(run.ask, choice, run.origin);
  }

  /** One question at a time: start now, after the running one, or instead of it. Empty when the person thought better of it. */
  async #admit(runs: readonly LiveRun[], whenBusy: WhenBusy): Promise<readonly LiveRun[]> {
    const busy = this.live;
    if (!busy) {
      this.#start(runs);
      return runs;
    }
    const choice = whenBusy === 'ask' ? await askWhatFirst() : whenBusy;
    if (choice === null) return [];
    this.#waiting.push(runs);
    // The waiting run starts when the running one has ended, which it may have done while the person chose.
    if (!this.live) this.#startNext();
    else if (choice === 'stop') await this.stopCurrent();
    else void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: your question is asked when the run has ended.'), busy.ended);
    return runs;
  }

  /** Of two runs the first to end leaves the other its turn. */
  #startNext(): void {
    if (this.live) return;
    const next = this.#waiting.shift();
    if (next) this.#start(next);
  }

  #start(runs: readonly LiveRun[]): void {
    this.#current = runs;
    this.#recent = [...this.#recent, ...runs].slice(-REMEMBERED);
    for (const run of runs) this.#turns.fire(run);
    for (const run of runs) void this.#carryOut(run);
  }

  async #carryOut(run: LiveRun): Promise<void> {
    const { log, service, calibrations, speeds } = this.#parts;
    const { model, effort } = run.request;
    speeds.note(run);
    log.info(`run ${run.run} starts on ${model.name}, effort ${effort}`);
    void this.#learn(model);
    let outcome: Outcome | null = null;
    let failure: unknown;
    try {
      const calibration = await calibrations.forRun(model);
      outcome = await (await service()).run(calibration ? { ...run.request, calibration } : run.request, (events) => this.#take(run, events), run.cancel.signal);
    } catch (error) {
      log.error(`run ${run.run}`, error);
      failure = error;
      if (run.cancel.signal.aborted) outcome = 'stopped';
    }
    run.next = this.#handOn(run);
    const missing = run.settle(outcome, outcome === null ? failure : undefined);
    speeds.note(run);
    if (missing.length > 0) this.#events.fire({ run, events: missing });
    log.info(`run ${run.run} ended: ${run.view.outcome ?? 'unknown'}, ${run.view.usage.thinking} thinking and ${run.view.usage.solution} solution tokens`);
    this.#turns.fire(run);
    if (run.next) this.#start([run.next]);
    else this.#startNext();
  }

  /** What the model can do decides which buttons can be pressed. It is loaded for the run anyway. */
  async #learn(model: ModelRef): Promise<void> {
    const { log, registry, service } = this.#parts;
    try {
      await registry.describe(model, await service(), new AbortController().signal);
    } catch (error) {
      log.debug(`describing ${model.name}: ${ReasoningError.from(error).message}`); // The run itself says it to the person.
    }
  }

  #take(run: LiveRun, events: readonly RunEvent[]): void {
    run.take(events);
    for (const event of events) if (event.type === 'error') this.#parts.log.warn(`run ${run.run}: ${event.reason}: ${event.message}`);
    this.#events.fire({ run, events });
  }
}

async function askWhatFirst(): Promise<'stop' | 'queue' | null> {
  const stop = vscode.l10n.t('Stop It and Ask Now');
  const queue = vscode.l10n.t('Ask Afterwards');
  const picked = await vscode.window.showInformationMessage(vscode.l10n.t('A run is still going on.'), { modal: true, detail: vscode.l10n.t('One run goes on at a time. Stop it, or ask when it has ended?') }, stop, queue);
  return picked === stop ? 'stop' : picked === queue ? 'queue' : null;
}
