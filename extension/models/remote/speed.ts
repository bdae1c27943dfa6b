/**
 * How fast a server is for one model, fitted to the requests of this session: the wait for the first token grows with the prompt that has to be read,
 * the rest with the tokens. Ordinary least squares; a line that falls would mean nothing, so it is taken as level.
 */

export interface SpeedSample {
  /** Tokens of the prompt that were not cached. */
  readonly prompt: number;
  /** Milliseconds until the first text. */
  readonly firstMs: number;
  /** Tokens that came, and milliseconds waited for all after the first. */
  readonly tokens: number;
  readonly restMs: number;
}

export interface Speed {
  /** Milliseconds until the first token: this much, and so much more for each token of the prompt. */
  readonly firstMs: number;
  readonly perPromptTokenMs: number;
  readonly perTokenMs: number;
  /** Requests it was fitted to. */
  readonly samples: number;
}

const KEPT = 64;
/** Shorter replies say little about the time of a token. */
const FEWEST_TOKENS = 8;
/** With fewer requests there is nothing to fit. */
const FEWEST_SAMPLES = 3;

export class SpeedMeter {
  #samples: readonly SpeedSample[] = [];

  /** Requests that brought nothing, or too little to time, are left out. */
  add(sample: SpeedSample): void {
    if (sample.tokens < FEWEST_TOKENS || sample.firstMs <= 0) return;
    this.#samples = [...this.#samples, sample].slice(-KEPT);
  }

  /** Null while there is too little to go by. */
  get speed(): Speed | null {
    return fitSpeed(this.#samples);
  }
}

export function fitSpeed(samples: readonly SpeedSample[]): Speed | null {
  const count = samples.length;
  if (count < FEWEST_SAMPLES) return null;
  const mean = (of: (sample: SpeedSample) => number): number => samples.reduce((sum, sample) => sum + of(sample), 0) / count;
  const [prompt, first] = [mean((sample) => sample.prompt), mean((sample) => sample.firstMs)];
  const spread = mean((sample) => (sample.prompt - prompt) ** 2);
  const together = mean((sample) => (sample.prompt - prompt) * (sample.firstMs - first));
  // A line through the origin at the steepest: nothing takes less than no time.
  const slope = spread === 0 ? 0 : Math.min(Math.max(0, together / spread), prompt > 0 ? first / prompt : 0);
  const gaps = samples.reduce((sum, { tokens }) => sum + tokens - 1, 0);
  return { firstMs: first - slope * prompt, perPromptTokenMs: slope, perTokenMs: samples.reduce((sum, { restMs }) => sum + restMs, 0) / gaps, samples: count };
}
