/** Meters: what turns the stream of thought tokens into readings of signals. Each takes what it needs of a token and knows its signals. */
import type { SignalName } from '../../trace/signals.ts';
import type { SignalPoint } from '../../trace/view.ts';
import type { HiddenChunk, Token } from '../port.ts';
import { GroupConfidence } from './confidence.ts';
import { HedgeDensity } from './hedge-density.ts';
import { LatentTrajectory, TOO_SHORT, type TrajectoryFigures, type TrajectoryReading } from './latent-trajectory.ts';
import { LayerAgreement } from './layer-agreement.ts';
import { isTrusted, likelyRemaining, type LengthPrediction } from './remaining-length.ts';
import type { SignalScales } from './scales.ts';
import { SelfEvaluation } from './self-evaluation.ts';
import { said } from '../../trace/said.ts';

export interface Reading extends Omit<SignalPoint, 'atToken'> {
  readonly signal: SignalName;
}

export interface Meter {
  readonly signals: readonly SignalName[];
  take(token: Token): void;
  /** What is new since the last reading. */
  read(): readonly Reading[];
  /** When the thoughts end; `rest` is the chunk of states that was not complete. */
  end(rest: HiddenChunk | null): readonly Reading[];
}

/** Chunks before a trajectory may decide anything: below, one odd chunk is most of it. */
const CHUNKS_TO_DECIDE = 6;

export class TrajectoryMeter implements Meter {
  readonly signals = ['trajectory-net', 'trajectory-cumulative', 'trajectory-aligned', 'trajectory-net-neutral', 'trajectory-cumulative-neutral', 'trajectory-aligned-neutral'] as const;
  readonly #trajectory = new LatentTrajectory();
  readonly #chunk: number;
  #new = false;

  constructor({ chunk }: SignalScales) {
    this.#chunk = chunk;
  }

  take({ hiddenChunk }: Token): void {
    if (!hiddenChunk) return;
    this.#trajectory.add(hiddenChunk, this.#chunk);
    this.#new = true;
  }

  read(): readonly Reading[] {
    if (!this.#new) return [];
    this.#new = false;
    const reading = this.#trajectory.read();
    return 'mean' in reading || reading.reason !== TOO_SHORT ? trajectoryReadings(reading) : [];
  }

  end(rest: HiddenChunk | null): readonly Reading[] {
    return trajectoryReadings(rest ? this.#trajectory.readEnded(rest.means, rest.tokens, this.#chunk) : this.#trajectory.read());
  }
}

function trajectoryReadings(reading: TrajectoryReading): Reading[] {
  const all = (of: (figures: TrajectoryFigures) => number | null, baseline: ((mean: TrajectoryFigures, steps: number) => number) | null, signal: SignalName): Reading => {
    if (!('mean' in reading)) return { signal, value: null, reason: reading.reason };
    const { mean, layers, steps } = reading;
    const value = of(mean);
    return {
      signal,
      value,
      ...(value === null ? { reason: said('the state did not move') } : {}),
      layers: layers.map(of),
      ...(baseline ? { baseline: baseline(mean, steps) } : {}),
      ...(steps + 1 < CHUNKS_TO_DECIDE ? { early: true } : {}),
    };
  };
  return [
    all(({ net }) => net, ({ medianStep }, steps) => medianStep / Math.sqrt(steps), 'trajectory-net'),
    all(({ cumulative }) => cumulative, ({ medianStep }, steps) => medianStep * steps, 'trajectory-cumulative'),
    all(({ aligned }) => aligned, (_, steps) => 1 / Math.sqrt(steps), 'trajectory-aligned'),
    all(({ netNeutral }) => netNeutral, () => 1, 'trajectory-net-neutral'),
    all(({ cumulativeNeutral }) => cumulativeNeutral, null, 'trajectory-cumulative-neutral'),
    all(({ alignedNeutral }) => alignedNeutral, () => 1, 'trajectory-aligned-neutral'),
  ];
}

export class ConfidenceMeter implements Meter {
  readonly signals = ['mean-confidence', 'group-confidence', 'lowest-group-confidence', 'tail-confidence'] as const;
  readonly #groups: GroupConfidence;

  constructor({ window }: SignalScales) {
    this.#groups = new GroupConfidence(window);
  }

  take({ confidence }: Token): void {
    if (confidence !== undefined && Number.isFinite(confidence)) this.#groups.add(confidence);
  }

  read(): readonly Reading[] {
    const reading = this.#groups.read();
    if (!reading) return [];
    const mean: Reading = { signal: 'mean-confidence', value: reading.mean };
    // Before a whole window there is no group, only the mean.
    return reading.full ? [mean, { signal: 'group-confidence', value: reading.group }, { signal: 'lowest-group-confidence', value: reading.lowest }] : [mean];
  }

  /** The tail is the latest group; thoughts shorter than a window are one group. */
  end(): readonly Reading[] {
    const reading = this.#groups.read();
    if (!reading) return this.signals.map((signal) => ({ signal, value: null, reason: TOO_SHORT }));
    return [
      { signal: 'mean-confidence', value: reading.mean },
      { signal: 'group-confidence', value: reading.group },
      { signal: 'lowest-group-confidence', value: reading.lowest },
      { signal: 'tail-confidence', value: reading.group },
    ];
  }
}

export class SelfEvaluationMeter implements Meter {
  readonly signals = ['self-evaluation'] as const;
  readonly #evaluation = new SelfEvaluation();

  take({ selfEvaluation }: Token): void {
    if (selfEvaluation !== undefined) this.#evaluation.add(selfEvaluation);
  }

  read(): readonly Reading[] {
    const value = this.#evaluation.take();
    return value === null ? [] : [{ signal: 'self-evaluation', value }];
  }

  end(): readonly Reading[] {
    return this.read();
  }
}

export class RemainingLengthMeter implements Meter {
  readonly signals = ['remaining-length'] as const;
  #latest: LengthPrediction | null = null;

  /** The prediction before the latest token. */
  get prediction(): LengthPrediction | null {
    return this.#latest;
  }

  take({ remainingLength }: Token): void {
    if (remainingLength) this.#latest = remainingLength;
  }

  read(): readonly Reading[] {
    if (!this.#latest) return [];
    const value = likelyRemaining(this.#latest);
    return [{ signal: 'remaining-length', value, ...(value === null ? { reason: said('the prediction is no distribution') } : {}), ...(isTrusted(this.#latest) ? {} : { early: true }) }];
  }

  end(): readonly Reading[] {
    return [];
  }
}

export class AgreementMeter implements Meter {
  readonly signals = ['layer-agreement'] as const;
  readonly #agreement = new LayerAgreement();

  take({ earlyExits }: Token): void {
    if (earlyExits) this.#agreement.add(earlyExits);
  }

  read(): readonly Reading[] {
    const reading = this.#agreement.take();
    return reading ? [{ signal: 'layer-agreement', value: reading.mean, layers: reading.layers }] : [];
  }

  end(): readonly Reading[] {
    return this.read();
  }
}

export class HedgeMeter implements Meter {
  readonly signals = ['hedge-density'] as const;
  readonly #density = new HedgeDensity();

  take({ text }: Token): void {
    this.#density.add(text);
  }

  read(): readonly Reading[] {
    const reading = this.#density.read();
    return reading ? [{ signal: 'hedge-density', value: reading.density }] : [];
  }

  end(): readonly Reading[] {
    return this.#density.read() ? this.read() : [{ signal: 'hedge-density', value: null, reason: said('no words') }];
  }
}
