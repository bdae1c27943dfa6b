/**
 * Latent trajectory: how the model's inner state moves while it thinks. The thoughts are cut into chunks of equally many tokens; a chunk's
 * state is the mean of a layer's states over it. "Tracing the Traces", arXiv 2510.10494, with h_1..h_N the chunks, S = N - 1 the steps,
 * u = h_N - h_1 the drift and v_n = h_n - h_(n-1):
 *
 *   net = |u| / S        cumulative = sum |v_n|        aligned = (1/S) * sum cos(v_n, u)        each averaged over the layers
 *
 * The streaming form is exact: sum cos(v_n, u) = (sum v_n/|v_n|) * u/|u|, so a layer needs four vectors, however long the thoughts are.
 *
 * All three follow the length of the thoughts: a random walk has net ~ 1/sqrt(S), cumulative ~ S, aligned ~ 1/sqrt(S). So each comes with a
 * baseline, what a random walk of as many steps of the median length would give, and with a length-neutral form (our own):
 * net' = |u| / (sqrt(S) * median |v_n|), cumulative' = cumulative / S, aligned' = aligned * sqrt(S).
 */
import { said } from '../../trace/said.ts';


/** The figures of one layer, or their means over the layers. */
export interface TrajectoryFigures {
  readonly net: number;
  readonly cumulative: number;
  readonly aligned: number;
  /** Null where the state did not move at all. */
  readonly netNeutral: number | null;
  readonly cumulativeNeutral: number;
  readonly alignedNeutral: number;
  /** Median length of a step, for the baselines. */
  readonly medianStep: number;
}

export type TrajectoryReading =
  | { readonly steps: number; readonly mean: TrajectoryFigures; readonly layers: readonly TrajectoryFigures[] }
  /** Why there is nothing to read. */
  | { readonly steps: 0; readonly reason: string };

export const TOO_SHORT = said('too short');
const NOT_FINITE = said('the model’s states are not finite numbers');

/** Streaming form. `trajectoryOf` is the batch form; the two are equal on any input. */
export class LatentTrajectory {
  #layers: LayerPath[] = [];
  #chunks = 0;
  #lastTokens = 0;
  #broken = false;

  /** A complete chunk: per layer its mean state. */
  add(means: readonly ArrayLike<number>[], tokens: number): void {
    this.#check(means);
    if (this.#broken) return;
    if (this.#chunks === 0) this.#layers = means.map((mean) => new LayerPath(mean));
    else means.forEach((mean, layer) => this.#layers[layer]?.push(mean));
    this.#chunks += 1;
    this.#lastTokens = tokens;
  }

  /**
   * What there is to read when the thoughts end in a chunk of fewer tokens than `size`. A mean of few tokens scatters more and would look
   * like a long step, so a chunk shorter than half is merged into the one before it. The thoughts may go on afterwards as if not asked.
   */
  readEnded(means: readonly ArrayLike<number>[], tokens: number, size: number): TrajectoryReading {
    if (tokens === 0) return this.read();
    const ended = this.#copy();
    ended.#end(means, tokens, size);
    return ended.read();
  }

  #end(means: readonly ArrayLike<number>[], tokens: number, size: number): void {
    if (tokens >= size / 2 || this.#chunks === 0) return this.add(means, tokens);
    this.#check(means);
    if (this.#broken) return;
    const share = tokens / (this.#lastTokens + tokens);
    means.forEach((mean, layer) => this.#layers[layer]?.blendLast(mean, share));
  }

  #copy(): LatentTrajectory {
    const twin = new LatentTrajectory();
    twin.#layers = this.#layers.map((layer) => layer.copy());
    twin.#chunks = this.#chunks;
    twin.#lastTokens = this.#lastTokens;
    twin.#broken = this.#broken;
    return twin;
  }

  read(): TrajectoryReading {
    if (this.#broken) return { steps: 0, reason: NOT_FINITE };
    const steps = this.#chunks - 1;
    if (steps < 1) return { steps: 0, reason: TOO_SHORT };
    return reading(this.#layers.map((layer) => layer.read(steps)), steps);
  }

  #check(means: readonly ArrayLike<number>[]): void {
    this.#broken ||= means.length === 0 || !means.every((mean) => Array.prototype.every.call(mean, Number.isFinite));
  }
}

/** Batch form, straight from the formulas: `chunks[n][layer]` is a mean state. */
export function trajectoryOf(chunks: readonly (readonly ArrayLike<number>[])[]): TrajectoryReading {
  if (!chunks.every((layers) => layers.length > 0 && layers.every((mean) => Array.prototype.every.call(mean, Number.isFinite)))) return { steps: 0, reason: NOT_FINITE };
  const steps = chunks.length - 1;
  if (steps < 1) return { steps: 0, reason: TOO_SHORT };
  const layers = chunks[0]!.map((_, layer) => {
    const path = chunks.map((means) => means[layer]!);
    const moves = path.slice(1).map((mean, n) => minus(mean, path[n]!));
    const drift = minus(path.at(-1)!, path[0]!);
    const cosines = moves.reduce((sum, move) => sum + cosine(move, drift), 0);
    return figures(norm(drift), moves.map(norm), cosines / steps);
  });
  return reading(layers, steps);
}

/** One layer's way so far. What the last chunk adds is computed when asked for, because the last chunk may still change. */
class LayerPath {
  #first: Float64Array;
  #last: Float64Array;
  /** The chunk before the last. */
  #before: Float64Array | null = null;
  /** Sum of v_n / |v_n| over all steps but the last. */
  #directions: Float64Array;
  /** Lengths of all steps but the last. */
  #lengths: number[] = [];

  constructor(mean: ArrayLike<number>) {
    this.#first = Float64Array.from(mean);
    this.#last = this.#first.slice();
    this.#directions = new Float64Array(this.#first.length);
  }

  push(mean: ArrayLike<number>): void {
    if (this.#before) this.#lengths.push(addDirection(this.#directions, minus(this.#last, this.#before)));
    this.#before = this.#last;
    this.#last = Float64Array.from(mean);
  }

  blendLast(mean: ArrayLike<number>, share: number): void {
    this.#last = this.#last.map((value, i) => value * (1 - share) + mean[i]! * share);
    if (!this.#before) this.#first = this.#last;
  }

  copy(): LayerPath {
    const twin = new LayerPath(this.#first);
    twin.#last = this.#last;
    twin.#before = this.#before;
    twin.#directions = this.#directions.slice();
    twin.#lengths = [...this.#lengths];
    return twin;
  }

  read(steps: number): TrajectoryFigures {
    const directions = this.#directions.slice();
    const lengths = [...this.#lengths, addDirection(directions, minus(this.#last, this.#before ?? this.#last))];
    const drift = minus(this.#last, this.#first);
    const length = norm(drift);
    return figures(length, lengths, length === 0 ? 0 : dot(directions, drift) / length / steps);
  }
}

function figures(drift: number, lengths: readonly number[], aligned: number): TrajectoryFigures {
  const steps = lengths.length;
  const cumulative = lengths.reduce((sum, length) => sum + length, 0);
  const medianStep = median(lengths);
  return {
    net: drift / steps,
    cumulative,
    aligned,
    netNeutral: medianStep === 0 ? null : drift / (Math.sqrt(steps) * medianStep),
    cumulativeNeutral: cumulative / steps,
    alignedNeutral: aligned * Math.sqrt(steps),
    medianStep,
  };
}

function reading(layers: readonly TrajectoryFigures[], steps: number): TrajectoryReading {
  const mean = (of: (layer: TrajectoryFigures) => number): number => layers.reduce((sum, layer) => sum + of(layer), 0) / layers.length;
  const moved = layers.flatMap(({ netNeutral }) => netNeutral ?? []);
  return {
    steps,
    layers,
    mean: {
      net: mean(({ net }) => net),
      cumulative: mean(({ cumulative }) => cumulative),
      aligned: mean(({ aligned }) => aligned),
      netNeutral: moved.length === 0 ? null : moved.reduce((sum, value) => sum + value, 0) / moved.length,
      cumulativeNeutral: mean(({ cumulativeNeutral }) => cumulativeNeutral),
      alignedNeutral: mean(({ alignedNeutral }) => alignedNeutral),
      medianStep: mean(({ medianStep }) => medianStep),
    },
  };
}

/** Adds the move's direction to the sum (a move of length 0 has none) and returns its length. */
function addDirection(sum: Float64Array, move: Float64Array): number {
  const length = norm(move);
  if (length > 0) for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i]! + move[i]! / length;
  return length;
}

function cosine(a: Float64Array, b: Float64Array): number {
  const lengths = norm(a) * norm(b);
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

function minus(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (value, i) => value - b[i]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
