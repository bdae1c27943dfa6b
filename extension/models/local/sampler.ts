/** Chooses the next token from logits: temperature, then top-k, top-p and min-p, each on what the one before left. */
import type { Sampler } from '../../trace/events.ts';
import { largest } from './largest.ts';
import { argmaxOf } from './logits.ts';
import type { Random } from './random.ts';

/** Added to one token's logit before anything else (the end tag's bias). */
export interface Bias {
  readonly id: number;
  readonly value: number;
}

/** Tokens that may be chosen, with probabilities that sum to one. Most probable first (ties: lower id) when any filter is on, else by id. */
export interface Candidates {
  readonly ids: Int32Array;
  readonly probabilities: Float64Array;
}

/** Choose a token id. Temperature 0 is the argmax and draws nothing from `random`. */
export function sample(logits: Float32Array, sampler: Sampler, random: Random, bias?: Bias): number {
  const biased = withBias(logits, bias);
  if (sampler.temperature === 0) return argmaxOf(biased);
  if (!filters(sampler)) return draw(softmax(biased, sampler.temperature), random);
  const { ids, probabilities } = candidates(biased, sampler);
  return ids[draw(probabilities, random)]!;
}

/** An index, in proportion to the probabilities. */
function draw(probabilities: Float64Array, random: Random): number {
  const point = random.next();
  let cumulative = 0;
  let last = 0;
  for (let i = 0; i < probabilities.length; i += 1) {
    if (probabilities[i]! === 0) continue;
    cumulative += probabilities[i]!;
    if (point < cumulative) return i;
    last = i;
  }
  return last; // rounding left the sum a hair below the point
}

function filters({ topK, topP, minP }: Sampler): boolean {
  return Boolean(topK) || (topP !== undefined && topP < 1) || Boolean(minP);
}

function withBias(logits: Float32Array, bias: Bias | undefined): Float32Array {
  if (!bias || bias.value === 0 || bias.id >= logits.length) return logits;
  const copy = logits.slice();
  copy[bias.id] = copy[bias.id]! + bias.value;
  return copy;
}

/** The filtered distribution. `sampler.temperature` must be above 0. */
export function candidates(logits: Float32Array, sampler: Sampler): Candidates {
  const weights = softmax(logits, sampler.temperature);
  const topP = sampler.topP !== undefined && sampler.topP < 1 ? sampler.topP : undefined;
  const { topK, minP } = sampler;
  if (!filters(sampler)) return { ids: Int32Array.from(weights.keys()), probabilities: weights };
  const best = weights[argmaxOf(logits)]!;
  // Every filter keeps a prefix of the ordered tokens, so whatever lies under a floor of its own need not be sorted.
  let floor = topK ? kthLargest(weights, topK) : 0;
  // Without top-k: all tokens below (1 - p) / V together weigh less than 1 - p, so the nucleus never reaches them.
  if (!topK && topP !== undefined) floor = Math.max(floor, Math.min(best, (1 - topP) / weights.length));
  // With top-k and top-p the nucleus is a share of the top k's whole mass, min-p's floor included.
  if (minP && !(topK && topP !== undefined)) floor = Math.max(floor, Math.min(best, minP * best));
  let kept = order(weights, floor);
  if (topK) kept = kept.subarray(0, topK);
  if (topP !== undefined) kept = kept.subarray(0, nucleus(weights, kept, topP * (topK ? massOf(weights, kept) : 1)));
  if (minP) kept = kept.filter((id) => weights[id]! >= minP * best);
  const mass = massOf(weights, kept);
  return { ids: kept, probabilities: Float64Array.from(kept, (id) => weights[id]! / mass) };
}

function softmax(logits: Float32Array, temperature: number): Float64Array {
  const max = logits[argmaxOf(logits)]!;
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i += 1) total += weights[i] = Math.exp((logits[i]! - max) / temperature);
  for (let i = 0; i < weights.length; i += 1) weights[i] = weights[i]! / total;
  return weights;
}

/** Ids of weights at or above `floor`, largest first. */
function order(weights: Float64Array, floor: number): Int32Array {
  const ids: number[] = [];
  for (let id = 0; id < weights.length; id += 1) if (weights[id]! >= floor) ids.push(id);
  return Int32Array.from(ids).sort((a, b) => weights[b]! - weights[a]! || a - b);
}

/** How many of the ordered tokens it takes to reach `mass`; at least one, at most all. */
function nucleus(weights: Float64Array, ordered: Int32Array, mass: number): number {
  let cumulative = 0;
  for (let i = 0; i < ordered.length; i += 1) {
    cumulative += weights[ordered[i]!]!;
    if (cumulative >= mass) return i + 1;
  }
  return ordered.length;
}

function massOf(weights: Float64Array, ids: Int32Array): number {
  let mass = 0;
  for (const id of ids) mass += weights[id]!;
  return mass;
}

/** The k-th largest weight; 0 when there are no more than k. */
function kthLargest(weights: Float64Array, k: number): number {
  return k >= weights.length ? 0 : largest(weights, k)[0]!;
}
