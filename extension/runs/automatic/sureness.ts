/** How sure a model was of its answer, read from the events of the run as they come; and whether the question should go on to another model. Pure. */
import { isRefusal } from '../../evaluation/world/refusal.ts';
import type { Decision, Evidence, Outcome, RunEvent } from '../../trace/events.ts';
import { signalLabel } from '../../trace/signals.ts';
import { AUTOMATIC } from './choose.ts';
import { said } from '../../trace/said.ts';

/** Geometric mean of the probabilities of the answer's tokens, as a run's events come. */
export class AnswerConfidence {
  #logprobs: number[] = [];
  /** Tokens of all answers. */
  tokens = 0;

  see(event: RunEvent): void {
    if (event.type === 'tokens' && event.phase === 'solving') {
      this.tokens += event.count;
      this.#logprobs.push(...(event.logprobs ?? []));
    }
    // An answer that is thought over again is another answer.
    if (event.type === 'phase' && event.to === 'thinking') this.#logprobs = [];
  }

  /** 0 to 1; null where the model gives no probabilities. */
  get value(): number | null {
    if (this.#logprobs.length === 0) return null;
    return Math.exp(this.#logprobs.reduce((sum, each) => sum + each, 0) / this.#logprobs.length);
  }
}

/** Signals whose calibrated chance is asked first, the most direct one first: what the model would answer, how undecided it is, what it thinks of its course. */
const BY_CALIBRATION = ['trial-answer-confidence-geometric', 'trial-answer-confidence', 'entropy-after-end', 'self-evaluation'] as const;

/** What a run's events tell of its answer. */
export class AnswerWatch {
  readonly #confidence = new AnswerConfidence();
  readonly #chances = new Map<string, number>();
  #answer = '';
  #agreement: Evidence | null = null;
  #withheld: Decision | null = null;
  #failure: string | null = null;

  see(event: RunEvent): void {
    this.#confidence.see(event);
    if (event.type === 'signal' && event.probability !== undefined) this.#chances.set(event.signal, event.probability);
    if (event.type === 'answer') this.#answer = event.text;
    if (event.type === 'error') this.#failure = event.message;
    if (event.type !== 'decision') return;
    const { action, policy, evidence } = event.decision;
    const [votes] = evidence;
    if (action === 'choose-answer' && policy === 'vote' && typeof votes?.value === 'number' && typeof votes.threshold === 'number') this.#agreement = { signal: said('share of samples that agree'), value: rounded(votes.value / votes.threshold) };
    if (action === 'withhold') this.#withheld = event.decision;
  }

  /** The decision about an ended run's answer; null where there is nothing to decide. */
  decide(outcome: Outcome, handing: Handing): Decision | null {
    const found = this.#judge(outcome, handing);
    // Of a run that failed there is no answer to keep.
    if (!found || (outcome === 'failed' && handing.to === null)) return null;
    const { enough, reason, evidence } = found;
    const told = enough ? reason : `${reason} ${handing.to === null ? said('No other model keeps the bounds, so it stays as it is.') : said('The question goes on to {0}.', handing.to)}`;
    return { atToken: this.#confidence.tokens, phase: 'done', policy: AUTOMATIC, action: enough || handing.to === null ? 'keep-answer' : 'hand-on', evidence: [...evidence], reason: told };
  }

  #judge(outcome: Outcome, { least }: Handing): { readonly enough: boolean; readonly reason: string; readonly evidence: readonly Evidence[] } | null {
    if (outcome === 'stopped') return null;
    if (outcome === 'failed') return { enough: false, reason: this.#failure === null ? said('The run failed.') : said('The run failed: {0}', this.#failure), evidence: [{ signal: said('outcome'), value: said('failed') }] };
    if (outcome === 'exhausted') return { enough: false, reason: said('A budget ended the run before there was an answer.'), evidence: [{ signal: said('answer'), value: said('none') }] };
    if (isRefusal(this.#answer)) return { enough: false, reason: said('The model turned the question down.'), evidence: [{ signal: said('answer'), value: this.#answer.trim() }] };
    if (this.#withheld) return { enough: false, reason: said('The answer did not pass its checks: {0}', this.#withheld.reason), evidence: this.#withheld.evidence };
    const sure = this.#sureness();
    if (!sure) return { enough: true, reason: said('The model does not tell how sure it is, so its answer is taken.'), evidence: [] };
    const enough = sure.value >= least;
    const held = [{ signal: sure.signal, value: sure.value, threshold: least }];
    return { enough, evidence: held, reason: enough ? said('The answer is sure enough: {0} is {1}, and {2} is asked.', sure.words, sure.value, least) : said('The answer is not sure enough: {0} is {1}, and {2} is asked.', sure.words, sure.value, least) };
  }

  #sureness(): { readonly signal: string; readonly value: number; readonly words: string } | null {
    if (this.#agreement) return { signal: this.#agreement.signal, value: Number(this.#agreement.value), words: said('the share of samples that agree') };
    const signal = BY_CALIBRATION.find((name) => this.#chances.has(name));
    if (signal !== undefined) return { signal: said('calibrated chance by {0}', signalLabel(signal)), value: rounded(this.#chances.get(signal) ?? 0), words: said('the chance of a right answer, calibrated, by {0}', signalLabel(signal)) };
    const mean = this.#confidence.value;
    return mean === null ? null : { signal: said('answer confidence'), value: rounded(mean), words: said('the mean probability of its tokens, a raw figure,') };
  }
}

export interface Handing {
  /** The least sureness an answer needs to be taken, 0 to 1. */
  readonly least: number;
  /** Name of the model that is asked next; null: no other keeps the bounds. */
  readonly to: string | null;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
