/**
 * A run service that verifies changes: it draws several candidates, runs the tests of the workspace on each in a temporary copy, keeps those that pass and
 * chooses the smallest change. The first candidate is the run that is watched; the others are told as samples, and every run of the tests is an event.
 */
import { performance } from 'node:perf_hooks';
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { ModelCard } from '../../reasoning/port.ts';
import type { EventListener, ModelRef, RunRequest, RunService, Verify } from '../../runs/service.ts';
import type { Outcome, RunEvent, RunEventOf, SteerCommand, UnstampedEvent } from '../../trace/events.ts';
import { emptyView, foldEvents } from '../../trace/fold.ts';
import { thoughtsText, type RunView } from '../../trace/view.ts';
import { lastOf } from '../tools/excerpts.ts';
import { candidateOf, type Candidate } from './candidate.ts';
import { runCommand, type CommandResult } from './run-command.ts';
import { planCopy, withCopy, type CopyPlan } from './workspace-copy.ts';
import { said } from '../../trace/said.ts';

/** Candidates must differ, also of models that are greedy by default. Self-consistency (arXiv 2203.11171) samples at 0.7. */
const TEMPERATURE = 0.7;
/** Characters the tests may print before they are ended, and of their end that is kept in the trace. */
const MOST_PRINTED = 4_000_000;
const MOST_KEPT = 4_000;

export class VerifiedRunService implements RunService {
  readonly #inner: RunService;
  readonly #live = new Map<string, Verifying>();

  constructor(inner: RunService) {
    this.#inner = inner;
  }

  describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    return this.#inner.describe(model, signal);
  }

  async run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    const { verify, ...plain } = request;
    if (!verify) return this.#inner.run(request, onEvents, signal);
    const verifying = new Verifying(this.#inner, plain, verify, onEvents, signal);
    this.#live.set(request.run, verifying);
    try {
      return await verifying.run();
    } finally {
      this.#live.delete(request.run);
    }
  }

  /** Stop ends everything of a verified run; what else there is goes to the candidate that is watched. */
  async steer(run: string, command: SteerCommand): Promise<boolean> {
    const known = await this.#inner.steer(run, command);
    const verifying = this.#live.get(run);
    if (!verifying) return known;
    if (command.kind === 'stop') verifying.stop();
    return known || command.kind === 'stop';
  }

  dispose(): Promise<void> {
    for (const verifying of this.#live.values()) verifying.stop();
    return this.#inner.dispose();
  }
}

interface Tried {
  readonly index: number;
  readonly answer: string;
  readonly candidate: Candidate;
  readonly result: CommandResult | null;
}

class Verifying {
  readonly #service: RunService;
  readonly #request: RunRequest;
  readonly #verify: Verify;
  readonly #onEvents: EventListener;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #begun = performance.now();
  /** From the answer on, the watched run's events wait for the tests. */
  readonly #held: RunEvent[] = [];
  readonly #tried: Tried[] = [];
  /** Candidates that are drawn beside the watched one, and what ends them when it comes to nothing. */
  readonly #ahead = new Map<number, Promise<RunView>>();
  readonly #beside = new AbortController();
  #lead: RunView;
  #seq = 0;
  #temperature: number | undefined;

  constructor(service: RunService, request: RunRequest, verify: Verify, onEvents: EventListener, signal: AbortSignal) {
    this.#service = service;
    this.#request = request;
    this.#verify = verify;
    this.#onEvents = onEvents;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#lead = emptyView(request.run);
  }

  stop(): void {
    this.#stop.abort();
  }

  async run(): Promise<Outcome> {
    const { sampler } = this.#request;
    const { defaultSampler } = await this.#service.describe(this.#request.model, this.#signal).catch(() => ({ defaultSampler: { temperature: TEMPERATURE } }));
    this.#temperature = (sampler?.temperature ?? defaultSampler.temperature) === 0 && sampler?.temperature === undefined ? TEMPERATURE : undefined;
    const outcome = await this.#service.run(this.#request, (events) => this.#takeLead(events), this.#signal);
    if (outcome !== 'answered' || this.#signal.aborted) {
      await this.#giveUpAhead();
      return this.#release(outcome);
    }
    try {
      const plan = await planCopy(this.#verify.folder, this.#signal);
      const before = await this.#test(plan, new Map());
      this.#tell({ type: 'test-run', candidate: null, ...this.#figures(before) });
      this.#addSample(0, this.#lead);
      await this.#try(plan, 0, this.#lead);
      for (let index = 1; index < this.#verify.candidates && !this.#signal.aborted; index += 1) await this.#draw(plan, index);
      return this.#finish(before);
    } catch (error) {
      if (!(this.#signal.aborted && isCancellation(error))) {
        const { message } = ReasoningError.from(error);
        this.#tell({ type: 'notice', code: 'not-verified', message });
        this.#decide('withhold', [], said('The candidates could not be verified, so none is proposed. {0}', message));
      }
      await this.#giveUpAhead();
      return this.#release(this.#signal.aborted ? 'stopped' : outcome);
    }
  }

  /** A server answers several at once. A model on this machine, or of another extension, is asked for one after the other. */
  get #answersAtOnce(): boolean {
    return this.#request.model.kind === 'remote';
  }

  #drawAhead(): void {
    for (let index = 1; index < this.#verify.candidates; index += 1) {
      const drawing = this.#drawn(index);
      drawing.catch(() => undefined); // Heard of when its turn comes.
      this.#ahead.set(index, drawing);
    }
  }

  /** What was drawn in vain has its cost all the same. */
  async #giveUpAhead(): Promise<void> {
    this.#beside.abort();
    for (const [index, drawing] of this.#ahead) {
      const view = await drawing.catch(() => null);
      if (view) this.#addSample(index, view);
    }
    this.#ahead.clear();
  }

  #takeLead(events: readonly RunEvent[]): void {
    this.#lead = foldEvents(this.#lead, events);
    for (const event of events) {
      if (this.#held.length > 0 || event.type === 'answer' || event.type === 'ended' || (event.type === 'phase' && event.to === 'done')) this.#held.push(event);
      else this.#pass(event);
      if (event.type === 'started' && this.#answersAtOnce) this.#drawAhead();
    }
  }

  async #draw(plan: CopyPlan, index: number): Promise<void> {
    const view = await (this.#ahead.get(index) ?? this.#drawn(index));
    this.#ahead.delete(index);
    this.#addSample(index, view);
    await this.#try(plan, index, view);
  }

  /** One more candidate: another run, of which only its end and its requests are told. */
  async #drawn(index: number): Promise<RunView> {
    const { pace: _pace, holdAt: _holdAt, ...request } = this.#request;
    let view = emptyView(`${request.run}-${index + 1}`);
    const run: RunRequest = { ...request, run: view.run, seed: (request.seed ?? 1) + index, ...(this.#temperature === undefined ? {} : { sampler: { ...request.sampler, temperature: this.#temperature } }) };
    const begun = this.#now();
    await this.#service.run(run, (events) => {
      view = foldEvents(view, events);
      for (const event of events) if (event.type === 'request') this.#pass({ ...event, at: begun + event.at, purpose: 'sample' });
    }, AbortSignal.any([this.#signal, this.#beside.signal]));
    return view;
  }

  #addSample(index: number, { outcome, answer, usage, thoughts }: RunView): void {
    const { thinking, solution, discarded, probes, estimated } = usage;
    this.#tell({ type: 'sample', index, seed: (this.#request.seed ?? 1) + index, outcome: outcome ?? 'failed', answer, thoughts: index === 0 ? '' : thoughtsText({ thoughts }), thinking, solution: solution + (index === 0 ? 0 : discarded), probes, estimated });
  }

  async #try(plan: CopyPlan, index: number, { answer, truncated, outcome }: RunView): Promise<void> {
    const candidate: Candidate = outcome === 'answered' ? candidateOf(this.#verify, answer, truncated) : { none: said('It came to no answer.') };
    const same = 'text' in candidate ? this.#tried.find((tried) => 'text' in tried.candidate && tried.candidate.text === candidate.text) : undefined;
    const note = 'none' in candidate ? candidate.none : same ? said('The same change as that of sample {0}, whose tests count for both.', same.index + 1) : undefined;
    const result = 'none' in candidate ? null : (same?.result ?? (await this.#test(plan, new Map([[this.#verify.path, candidate.text]]))));
    this.#tried.push({ index, answer, candidate, result });
    const changed = 'none' in candidate ? {} : { changedLines: candidate.changedLines };
    if (note !== undefined || result === null) this.#tell({ type: 'test-run', candidate: index, command: this.#verify.command, outcome: same?.result?.outcome ?? 'not-run', exitCode: same?.result?.exitCode ?? null, output: '', milliseconds: 0, ...changed, ...(note === undefined ? {} : { note }) });
    else this.#tell({ type: 'test-run', candidate: index, ...this.#figures(result), ...changed });
  }

  async #test(plan: CopyPlan, change: ReadonlyMap<string, string>): Promise<CommandResult> {
    const { unsaved, path, text, command, milliseconds } = this.#verify;
    const texts = new Map([...unsaved.map((one) => [one.path, one.text] as const), [path, text] as const, ...change]);
    return withCopy(plan, texts, this.#signal, async (copy) => {
      const result = await runCommand(command, copy, { milliseconds, characters: MOST_PRINTED }, this.#signal);
      this.#signal.throwIfAborted();
      return result;
    });
  }

  #figures({ outcome, exitCode, output, milliseconds }: CommandResult): Pick<RunEventOf<'test-run'>, 'command' | 'outcome' | 'exitCode' | 'output' | 'milliseconds'> {
    return { command: this.#verify.command, outcome, exitCode, output: lastOf(output, MOST_KEPT), milliseconds };
  }

  #finish(before: CommandResult): Outcome {
    const passed = this.#tried.flatMap(({ candidate, result, ...tried }) => (result?.outcome === 'passed' && 'text' in candidate ? [{ ...tried, changedLines: candidate.changedLines }] : []));
    const [best] = passed.toSorted((a, b) => a.changedLines - b.changedLines || a.index - b.index);
    const evidence = [{ signal: said('candidates whose tests passed'), value: passed.length, threshold: this.#tried.length }, ...(best ? [{ signal: said('lines changed'), value: best.changedLines }] : [])];
    const already = before.outcome === 'passed' ? ` ${said('The tests passed before the change too, so they do not show that it mends anything.')}` : '';
    if (!best) {
      this.#decide('withhold', evidence, said('The tests passed with none of {0} candidates, so none is proposed.', this.#tried.length));
      return this.#release('answered');
    }
    this.#decide('choose-answer', evidence, said('The tests passed with {0} of {1} candidates; the smallest change of these is proposed, that of sample {2}.', passed.length, this.#tried.length, best.index + 1) + already);
    return this.#release('answered', best.answer);
  }

  /** The end of the watched run, with the chosen answer in it and what the other candidates took. */
  #release(outcome: Outcome, answer?: string): Outcome {
    for (const event of this.#held) {
      if (event.type === 'answer' && answer !== undefined) this.#pass({ ...event, text: answer });
      else if (event.type === 'ended') this.#pass({ ...event, outcome, usage: { ...event.usage, discarded: event.usage.discarded + this.#spentBeside }, elapsedMs: this.#now() });
      else this.#pass(event);
    }
    return outcome;
  }

  #spentBeside = 0;

  #decide(action: 'choose-answer' | 'withhold', evidence: RunEventOf<'decision'>['decision']['evidence'], reason: string): void {
    this.#tell({ type: 'decision', decision: { atToken: this.#lead.usage.solution, phase: 'solving', policy: 'tests', action, evidence, reason } });
  }

  #tell(event: UnstampedEvent): void {
    if (event.type === 'sample' && event.index > 0) this.#spentBeside += event.thinking + event.solution + event.probes;
    this.#pass({ ...event, run: this.#request.run, seq: 0, at: this.#now() } as RunEvent);
  }

  /** Numbered anew: events are put in between those of the watched run. */
  #pass(event: RunEvent): void {
    const at = Math.max(this.#lastAt, event.type === 'ended' ? this.#now() : event.at);
    this.#lastAt = at;
    this.#onEvents([{ ...event, run: this.#request.run, seq: this.#seq, at }]);
    this.#seq += 1;
  }

  #lastAt = 0;

  #now(): number {
    return performance.now() - this.#begun;
  }
}
