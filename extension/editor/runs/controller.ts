/**
 * The person's runs: one at a time, started, steered and continued here. Everything else (panel, status bar, commands) listens.
 * What runs for ghost text does not pass through here.
 */
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { ModelRef, RunRequest, RunService } from '../../runs/service.ts';
import type { Outcome, RunEvent, SteerCommand } from '../../trace/events.ts';
import type { RunView } from '../../trace/view.ts';
import type { EffortControl } from '../effort.ts';
import type { Log } from '../log.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { Settings } from '../settings.ts';
import { LiveRun } from './live-run.ts';
import type { Origin } from './question.ts';
import { askRequest, continueRequest, keepThinkingRequest, type Ask } from './requests.ts';

/** What to do with a question while another run is going on. `ask` lets the person decide. */
export type WhenBusy = 'ask' | 'stop' | 'queue';

export interface RunControllerParts {
  readonly service: () => Promise<RunService>;
  readonly registry: ModelRegistry;
  readonly effort: EffortControl;
  readonly settings: Settings;
  readonly log: Log;
}

export class RunController implements vscode.Disposable {
  readonly #parts: RunControllerParts;
  readonly #events = new vscode.EventEmitter<{ readonly run: LiveRun; readonly events: readonly RunEvent[] }>();
  readonly #turns = new vscode.EventEmitter<LiveRun>();
  #latest: LiveRun | null = null;
  #waiting: LiveRun[] = [];

  /** Events of the latest run, already folded into its view. */
  readonly onEvents = this.#events.event;
  /** A run became the latest one, or it ended. */
  readonly onTurn = this.#turns.event;

  constructor(parts: RunControllerParts) {
    this.#parts = parts;
  }

  /** The run that is going on, or the last that was. */
  get latest(): LiveRun | null {
    return this.#latest;
  }

  get live(): LiveRun | null {
    return this.#latest?.live === true ? this.#latest : null;
  }

  /** Ask the chosen model. Null when the person thought better of it. */
  async ask(ask: Ask, origin: Origin | null, whenBusy: WhenBusy = 'ask'): Promise<LiveRun | null> {
    const { registry, effort, settings } = this.#parts;
    const model = registry.current;
    if (!model) throw new ReasoningError('model-missing', vscode.l10n.t('There is no model to ask. Choose one first.'));
    return this.#admit(askRequest(ask, model, effort.effort, settings, this.#isBundled(model)), origin, whenBusy);
  }

  /** More thinking: on the live run in place, on a finished one as a run that goes on from it. */
  async keepThinking(view: RunView, tokens: number): Promise<void> {
    if (this.live?.run === view.run) await this.steer(view.run, { kind: 'keep-thinking', tokens });
    else await this.#goOn(view, (model, bundled) => keepThinkingRequest(view, model, tokens, this.#parts.settings, bundled));
  }

  async continueAnswer(view: RunView): Promise<void> {
    await this.#goOn(view, (model, bundled) => continueRequest(view, model, this.#parts.settings, bundled));
  }

  /** Act on the live run. A run the service does not know yet (its model is loading) can still be stopped. */
  async steer(run: string, command: SteerCommand): Promise<void> {
    const live = this.live;
    if (live?.run !== run) return;
    const known = await (await this.#parts.service()).steer(run, command);
    if (known || !live.live) return;
    if (command.kind === 'stop') live.cancel.abort();
    else void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: the run has not begun yet.'), 3000);
  }

  /** Resolves when nothing runs and nothing waits. */
  async whenIdle(): Promise<void> {
    while (this.live) await this.live.ended;
  }

  dispose(): void {
    this.#waiting = [];
    this.#latest?.cancel.abort();
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
    const origin = this.#latest?.run === view.run ? this.#latest.origin : null;
    await this.#admit(build(model, this.#isBundled(model)), origin, 'ask');
  }

  /** One live run at a time: start now, after the running one, or instead of it. */
  async #admit(request: RunRequest, origin: Origin | null, whenBusy: WhenBusy): Promise<LiveRun | null> {
    const run = new LiveRun(request, origin);
    const busy = this.live;
    if (!busy) {
      this.#start(run);
      return run;
    }
    const choice = whenBusy === 'ask' ? await askWhatFirst() : whenBusy;
    if (choice === null) return null;
    this.#waiting.push(run);
    // The waiting run starts when the running one has ended, which it may have done while the person chose.
    if (!this.live) this.#startNext();
    else if (choice === 'stop') await this.steer(busy.run, { kind: 'stop' });
    else void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: your question is asked when the run has ended.'), busy.ended);
    return run;
  }

  #startNext(): void {
    const next = this.#waiting.shift();
    if (next) this.#start(next);
  }

  #start(run: LiveRun): void {
    this.#latest = run;
    this.#turns.fire(run);
    void this.#carryOut(run);
  }

  async #carryOut(run: LiveRun): Promise<void> {
    const { log, service } = this.#parts;
    const { model, effort } = run.request;
    log.info(`run ${run.run} starts on ${model.name}, effort ${effort}`);
    void this.#learn(model);
    let outcome: Outcome | null = null;
    let failure: unknown;
    try {
      outcome = await (await service()).run(run.request, (events) => this.#take(run, events), run.cancel.signal);
    } catch (error) {
      log.error(`run ${run.run}`, error);
      failure = error;
      if (run.cancel.signal.aborted) outcome = 'stopped';
    }
    const missing = run.settle(outcome, outcome === null ? failure : undefined);
    if (missing.length > 0) this.#events.fire({ run, events: missing });
    log.info(`run ${run.run} ended: ${run.view.outcome ?? 'unknown'}, ${run.view.usage.thinking} thinking and ${run.view.usage.solution} solution tokens`);
    this.#turns.fire(run);
    this.#startNext();
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
