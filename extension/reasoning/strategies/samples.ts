/**
 * Strategy "samples": the same question several times, and a vote. The first sample is the run that is watched and steered; the others are drawn beside it
 * (or after it, where the model does one thing at a time) and told as one event each. What is no longer needed is cancelled. Where the watched one fails, those
 * under way go on without it, and the run fails only when none of them comes to an answer.
 */
import type { Outcome, RunEvent, RunEventOf, SteerCommand, UnstampedEvent, Usage } from '../../trace/events.ts';
import { emptyView, foldEvent } from '../../trace/fold.ts';
import { thoughtsText, type RunView } from '../../trace/view.ts';
import type { Model } from '../port.ts';
import { RunControl } from '../control.ts';
import { runReasoning } from '../run.ts';
import type { RunInput } from '../run-input.ts';
import { TOGETHER } from './sample-places.ts';
import { answerKey, leadIsReal, settled, SURE, tally, type Standing, type Vote } from './vote.ts';
import { said } from '../../trace/said.ts';

/** Samples must differ to be worth a vote; for models that are greedy by default. Self-consistency (arXiv 2203.11171) uses 0.7. */
const TEMPERATURE = 0.7;

type Sample = Omit<RunEventOf<'sample'>, 'type' | 'run' | 'seq' | 'at'>;

/** A run as its settings want it: with samples, or without. Never throws. */
export async function runSampled(input: RunInput): Promise<Outcome> {
  const { samples = 1, sampling, resume, sampler, tools } = input.settings;
  if (samples <= 1 || resume !== undefined) return runReasoning(input);
  if (tools !== undefined) {
    input.emit({ type: 'notice', code: 'samples-without-tools', message: said('Tools are for one line of thought, so one sample was drawn instead of several.') });
    return runReasoning({ ...input, settings: { ...input.settings, samples: 1 } });
  }
  if (sampling === 'particles') return runReasoning(input);
  const { defaultSampler } = input.model.card;
  if (sampler?.temperature === 0) {
    input.emit({ type: 'notice', code: 'samples-alike', message: said('At temperature 0 all samples would be the same, so one was drawn.') });
    return runReasoning(input);
  }
  const varied = sampler?.temperature === undefined && defaultSampler.temperature === 0 ? { sampler: { ...sampler, temperature: TEMPERATURE } } : {};
  return new Sampling({ ...input, settings: { ...input.settings, ...varied } }, samples).run();
}

class Sampling {
  readonly #input: RunInput;
  readonly #count: number;
  readonly #others = new AbortController();
  readonly #samples: Sample[] = [];
  /** The end of the watched run, kept back until the vote. */
  readonly #held: UnstampedEvent[] = [];
  #lead: RunView;
  #next = 1;
  #toldFailure = false;
  #leadFailed = false;
  /** How another sample began: it stands for the watched one where that could not. */
  #otherStart: UnstampedEvent | null = null;
  #spent: Pick<Usage, 'discarded' | 'estimated'> = { discarded: 0, estimated: false };

  constructor(input: RunInput, count: number) {
    this.#input = input;
    this.#count = count;
    this.#lead = emptyView(input.settings.run);
  }

  async run(): Promise<Outcome> {
    const places = this.#input.model.card.backend === 'remote' ? Math.min(TOGETHER, this.#count) : 1;
    const [own, ...others] = this.#input.model.inOneCall?.(places) ?? [];
    const lead = this.#runLead(own ?? this.#input.model);
    const beside = own ? [this.#drawTogether(others, places)] : Array.from({ length: places - 1 }, () => this.#drawOn());
    const outcome = await lead;
    // The place of the watched run is free now.
    const rest = Promise.all(own ? beside : [...beside, this.#drawOn()]);
    await this.#listenUntil(rest);
    return this.#finish(outcome);
  }

  /** The run that was watched takes no commands any more, and the person must not be left without an answer to one. */
  async #listenUntil(rest: Promise<unknown>): Promise<void> {
    const { control } = this.#input;
    let over = false;
    const ended = rest.then(() => (over = true));
    while (!over) {
      await Promise.race([ended, control.wait()]);
      for (let command = control.take(); command; command = control.take()) this.#take(command);
    }
    await rest;
  }

  /** Once the watched sample has its answer only two things make sense: no more samples, or no answer at all. */
  #take(command: SteerCommand): void {
    const { emit } = this.#input;
    switch (command.kind) {
      case 'stop':
        emit({ type: 'steer', command, accepted: true, note: said('The samples under way were stopped; the vote is among those that are over.') });
        return this.#others.abort();
      case 'answer-now':
        emit({ type: 'steer', command, accepted: true, note: said('The vote is taken among the samples that are over.') });
        return this.#others.abort();
      case 'keep-thinking':
      case 'steer':
      case 'release':
        if (this.#leadFailed) return emit({ type: 'steer', command, accepted: false, note: said('The sample you watched failed, and the others are drawn without being steered. Once they are over you can keep thinking or ask on.') });
        return emit({ type: 'steer', command, accepted: false, note: said('The sample you watched has its answer, and the others are drawn without being steered. Once they are over you can keep thinking or ask on.') });
    }
  }

  async #runLead(model: Model): Promise<Outcome> {
    const outcome = await runReasoning({ ...this.#input, model, emit: (event) => this.#takeLead(event) });
    this.#leadFailed = outcome === 'failed';
    if (this.#otherStart) this.#begin(this.#otherStart);
    const { usage, answer } = this.#lead;
    this.#add({ index: 0, seed: this.#seed(0), outcome, answer, thoughts: '', ...spentBy(usage), estimated: usage.estimated, ...confidenceOf(this.#lead) });
    if (outcome === 'stopped') this.#others.abort();
    return outcome;
  }

  /** What was asked of whom is told once. */
  #begin(started: UnstampedEvent): void {
    this.#otherStart = started;
    if (!this.#leadFailed || this.#lead.started) return;
    this.#lead = folded(this.#lead, started);
    this.#input.emit(started);
  }

  /** Where the watched one failed, those under way may well come to an answer; to begin more would be to ask for more of the same. */
  get #drawsOn(): boolean {
    return !this.#others.signal.aborted && !this.#leadFailed;
  }

  #takeLead(event: UnstampedEvent): void {
    this.#lead = folded(this.#lead, event);
    const ends = event.type === 'answer' || event.type === 'error' || event.type === 'ended' || (event.type === 'phase' && event.to === 'done');
    if (ends || this.#held.length > 0) this.#held.push(event);
    else this.#input.emit(event);
    // Whoever wants the answer now does not want to wait for others.
    if (event.type === 'decision' && (event.decision.policy === 'user' || event.decision.policy === 'cost-cap') && event.decision.action === 'end-thinking') this.#others.abort();
  }

  /** Round after round, each in one call, as long as more are wanted. The first has the watched run's call. */
  async #drawTogether(first: readonly Model[], places: number): Promise<void> {
    let models = first;
    while (models.length > 0 && this.#drawsOn) {
      const from = this.#next;
      this.#next += models.length;
      await Promise.all(models.map((model, offset) => this.#draw(from + offset, model)));
      const free = places - (this.#leadIsOver ? 0 : 1);
      const size = Math.min(free, this.#count - this.#next);
      models = this.#input.model.inOneCall?.(size) ?? Array.from({ length: size }, () => this.#input.model);
    }
  }

  get #leadIsOver(): boolean {
    return this.#samples.some(({ index }) => index === 0);
  }

  /** One sample after another, as long as more are wanted. */
  async #drawOn(): Promise<void> {
    while (this.#next < this.#count && this.#drawsOn) {
      const index = this.#next;
      this.#next += 1;
      await this.#draw(index, this.#input.model);
    }
  }

  async #draw(index: number, model: Model): Promise<void> {
    const { settings, control, emit, clock } = this.#input;
    const seconds = settings.budgets?.seconds;
    const left = seconds === undefined ? undefined : seconds - clock.now() / 1000;
    if (left !== undefined && left <= 0) return this.#others.abort();
    const begun = clock.now();
    let view = emptyView(settings.run);
    const outcome = await runReasoning({
      ...this.#input,
      model,
      settings: { ...settings, seed: this.#seed(index), holdAt: undefined, pace: undefined, ...(left === undefined ? {} : { budgets: { ...settings.budgets, seconds: left } }) },
      control: new RunControl(AbortSignal.any([control.stop, this.#others.signal])),
      clock: { now: () => clock.now() - begun, sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal) },
      emit: (event) => {
        view = folded(view, event);
        if (event.type === 'request') emit({ ...event, purpose: 'sample' });
        if (event.type === 'started') this.#begin(event);
      },
    });
    if (view.error) this.#tellFailure(view.error.message);
    this.#add({ index, seed: this.#seed(index), outcome, answer: view.answer, thoughts: thoughtsText(view), ...spentBy(view.usage), estimated: view.usage.estimated, ...confidenceOf(view) });
  }

  /** Most fail for the same reason, such as a server that limits requests. */
  #tellFailure(message: string): void {
    if (!this.#toldFailure) this.#input.emit({ type: 'notice', code: 'sample-failed', message: said('A further sample failed, and the vote is among the others. {0}', message) });
    this.#toldFailure = true;
  }

  #seed(index: number): number {
    return (this.#input.settings.seed ?? 1) + index;
  }

  #add(sample: Sample): void {
    this.#samples.push(sample);
    this.#input.emit({ type: 'sample', ...sample });
    if (sample.index > 0) this.#spent = { discarded: this.#spent.discarded + tokensOf(sample), estimated: this.#spent.estimated || sample.estimated };
    if (settled(votesOf(this.#samples), this.#count - this.#samples.length) !== null) this.#others.abort();
  }

  #finish(outcome: Outcome): Outcome {
    const winner = outcome === 'stopped' ? null : this.#vote();
    const end = winner === null ? outcome : 'answered';
    const told = this.#held.some((event) => event.type === 'answer');
    for (const event of winner === null ? this.#held : withPhases(this.#held)) {
      if (winner !== null && !told && event.type === 'phase' && event.to === 'done') this.#input.emit({ type: 'answer', text: winner.answer, truncated: false });
      if (event.type === 'answer' && winner !== null && winner.index > 0) this.#input.emit({ type: 'answer', text: winner.answer, truncated: false });
      else if (event.type === 'error' && winner !== null) this.#input.emit({ type: 'notice', code: 'sample-failed', message: said('The sample you watched failed, and the vote is among the others. {0}', event.message) });
      else if (event.type === 'ended') this.#input.emit({ ...event, outcome: end, usage: this.#bill(event.usage), elapsedMs: this.#input.clock.now() });
      else this.#input.emit(event);
    }
    return end;
  }

  /** The sample whose answer won; of several that gave it the watched one, else the first. */
  #vote(): Sample | null {
    const standings = tally(votesOf(this.#samples));
    const [first, second] = standings;
    if (!first) return null;
    const drawn = this.#samples.filter(({ outcome }) => outcome === 'answered').length;
    const chance = leadIsReal(first.votes, second?.votes ?? 0);
    this.#input.emit({
      type: 'decision',
      decision: {
        atToken: this.#lead.usage.solution,
        phase: 'solving',
        policy: 'vote',
        action: 'choose-answer',
        evidence: [
          { signal: said('votes'), value: first.votes, threshold: drawn },
          { signal: said('votes for the second answer'), value: second?.votes ?? 0 },
          { signal: said('chance that the lead is real'), value: Math.round(chance * 1e4) / 1e4, threshold: SURE },
        ],
        reason: this.#words(first, drawn, standings.length),
      },
    });
    const gave = this.#samples.filter(({ outcome, answer }) => outcome === 'answered' && answerKey(answer) === first.answer);
    return gave.sort((a, b) => a.index - b.index)[0] ?? null;
  }

  #words(first: Standing, drawn: number, answers: number): string {
    const spared = this.#count - drawn;
    if (drawn === 1) return said('Only one sample came to an answer.');
    const others = answers === 2 ? said('{0} of {1} samples gave this answer, the others another one.', first.votes, drawn) : said('{0} of {1} samples gave this answer, the others {2} others.', first.votes, drawn, answers - 1);
    const agreed = first.votes === drawn ? said('All {0} samples gave the same answer.', drawn) : others;
    return spared > 0 ? `${agreed} ${said('{0} of the {1} wanted did not count: they were no longer needed, or came to no answer.', spared, this.#count)}` : agreed;
  }

  #bill(usage: Usage): Usage {
    return { ...usage, discarded: usage.discarded + this.#spent.discarded, estimated: usage.estimated || this.#spent.estimated };
  }
}

/** A sample that could not begin has no phases, but the run that goes on without it has ended. */
function withPhases(events: readonly UnstampedEvent[]): readonly UnstampedEvent[] {
  const without = events.every(({ type }) => type !== 'phase');
  return events.flatMap((event): UnstampedEvent[] => (without && event.type === 'ended' ? [{ type: 'phase', from: 'idle', to: 'done', reason: 'failed' }, event] : [event]));
}

function votesOf(samples: readonly Sample[]): Vote[] {
  return samples.filter(({ outcome, answer }) => outcome === 'answered' && answerKey(answer) !== '').map(({ answer, confidence }) => ({ answer: answerKey(answer), confidence }));
}

function tokensOf({ thinking, solution, probes }: Pick<Sample, 'thinking' | 'solution' | 'probes'>): number {
  return thinking + solution + probes;
}

/** What a sample took; what it dropped itself counts with its solution. */
function spentBy({ thinking, solution, probes, discarded }: Usage): Pick<Sample, 'thinking' | 'solution' | 'probes'> {
  return { thinking, solution: solution + discarded, probes };
}

function folded(view: RunView, event: UnstampedEvent): RunView {
  return foldEvent(view, { ...event, run: view.run, seq: view.lastSeq + 1, at: 0 } as RunEvent);
}

/** Mean token confidence of the thoughts, where the model gives it for every token. */
function confidenceOf({ thoughts }: RunView): { confidence?: number } {
  const figures = thoughts.flatMap(({ tokens = [] }) => tokens.flatMap(({ confidences }) => confidences)).filter((figure) => figure !== null);
  return figures.length === 0 ? {} : { confidence: Math.round((figures.reduce((sum, figure) => sum + figure, 0) / figures.length) * 1e4) / 1e4 };
}
