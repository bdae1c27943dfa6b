import assert from 'node:assert/strict';
import fc from 'fast-check';
import { argmaxOf, statsOf } from '../../../extension/models/local/logits.ts';
import { Random } from '../../../extension/models/local/random.ts';
import { candidates, sample } from '../../../extension/models/local/sampler.ts';
import type { Sampler } from '../../../extension/trace/events.ts';

const logitsArbitrary = fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 2, maxLength: 80 }).map((values) => Float32Array.from(values));
const samplerArbitrary: fc.Arbitrary<Sampler> = fc.record(
  {
    temperature: fc.double({ min: 0.05, max: 3, noNaN: true }),
    topK: fc.integer({ min: 1, max: 90 }),
    topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
    minP: fc.double({ min: 0, max: 1, noNaN: true }),
  },
  { requiredKeys: ['temperature'] },
);

function exactProbabilities(logits: Float32Array, temperature: number): number[] {
  const max = Math.max(...logits);
  const weights = [...logits].map((logit) => Math.exp((logit - max) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The filters written the plain way: sort everything, cut, renormalise. */
function plainFilter(logits: Float32Array, sampler: Sampler): Map<number, number> {
  const probabilities = exactProbabilities(logits, sampler.temperature);
  let kept = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  if (sampler.topK) kept = kept.slice(0, sampler.topK);
  if (sampler.topP !== undefined && sampler.topP < 1) {
    const mass = sampler.topK ? kept.reduce((sum, id) => sum + probabilities[id]!, 0) : 1;
    let cumulative = 0;
    const cut = kept.findIndex((id) => (cumulative += probabilities[id]!) >= sampler.topP! * mass);
    if (cut >= 0) kept = kept.slice(0, cut + 1);
  }
  if (sampler.minP) kept = kept.filter((id) => probabilities[id]! >= sampler.minP! * Math.max(...probabilities));
  const mass = kept.reduce((sum, id) => sum + probabilities[id]!, 0);
  return new Map(kept.map((id) => [id, probabilities[id]! / mass]));
}

describe('sampler', () => {
  it('keeps a distribution that sums to one, whatever the filters', () => {
    fc.assert(
      fc.property(logitsArbitrary, samplerArbitrary, (logits, sampler) => {
        const { ids, probabilities } = candidates(logits, sampler);
        assert.ok(ids.length >= 1);
        assert.ok(Math.abs(probabilities.reduce((sum, value) => sum + value, 0) - 1) < 1e-9);
      }),
    );
  });

  it('keeps what sorting everything would keep', () => {
    fc.assert(
      fc.property(logitsArbitrary, samplerArbitrary, (logits, sampler) => {
        const { ids, probabilities } = candidates(logits, sampler);
        const plain = plainFilter(logits, sampler);
        assert.deepEqual([...ids].sort((a, b) => a - b), [...plain.keys()].sort((a, b) => a - b));
        ids.forEach((id, i) => assert.ok(Math.abs(probabilities[i]! - plain.get(id)!) < 1e-9));
      }),
      { numRuns: 500 },
    );
  });

  it('takes the smallest set that reaches top-p', () => {
    fc.assert(
      fc.property(logitsArbitrary, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (logits, topP) => {
        const { ids } = candidates(logits, { temperature: 1, topP });
        const probabilities = exactProbabilities(logits, 1);
        const mass = (list: Int32Array) => list.reduce((sum, id) => sum + probabilities[id]!, 0);
        assert.ok(mass(ids) >= topP - 1e-9);
        assert.ok(ids.length === 1 || mass(ids.subarray(0, -1)) < topP);
        const least = Math.min(...[...ids].map((id) => probabilities[id]!));
        assert.ok([...probabilities].every((probability, id) => ids.includes(id) || probability <= least));
      }),
    );
  });

  it('gives the same tokens for the same seed, and others for another', () => {
    const logits = Float32Array.from({ length: 50 }, (_, i) => Math.sin(i) * 2);
    const draw = (seed: number) => {
      const random = Random.seeded(seed);
      return Array.from({ length: 30 }, () => sample(logits, { temperature: 1, topP: 0.95 }, random));
    };
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
  });

  it('is the argmax at temperature 0, and draws nothing', () => {
    fc.assert(
      fc.property(logitsArbitrary, (logits) => {
        const random = Random.seeded(1);
        assert.equal(sample(logits, { temperature: 0 }, random), argmaxOf(logits));
        assert.equal(random.next(), Random.seeded(1).next());
      }),
    );
  });

  it('never draws what the filters excluded, and draws in proportion', () => {
    const logits = Float32Array.of(2, 1, 0, -1, -2);
    const random = Random.seeded(3);
    const counts = new Array<number>(5).fill(0);
    const draws = 20_000;
    for (let i = 0; i < draws; i += 1) counts[sample(logits, { temperature: 1, topK: 3 }, random)]! += 1;
    assert.deepEqual(counts.slice(3), [0, 0]);
    const expected = plainFilter(logits, { temperature: 1, topK: 3 });
    for (const [id, probability] of expected) assert.ok(Math.abs(counts[id]! / draws - probability) < 0.02);
  });

  it('raises and lowers one token by a bias', () => {
    const logits = Float32Array.of(1, 0, 0);
    const greedy: Sampler = { temperature: 0 };
    assert.equal(sample(logits, greedy, Random.seeded(1), { id: 2, value: 5 }), 2);
    assert.equal(sample(logits, greedy, Random.seeded(1), { id: 0, value: -1e4 }), 1);
    assert.deepEqual([...logits], [1, 0, 0]);
  });

  it('says that the weights are damaged when the model computes no numbers', () => {
    assert.throws(() => sample(Float32Array.of(NaN, NaN), { temperature: 0 }, Random.seeded(1)), { reason: 'model-invalid' });
    assert.throws(() => statsOf(Float32Array.of(NaN, NaN)), { reason: 'model-invalid' });
  });
});

describe('statistics of logits', () => {
  it('gives log-probabilities that sum to one and an entropy within its bounds', () => {
    fc.assert(
      fc.property(logitsArbitrary, (logits) => {
        const { logSumExp, entropy, argmax } = statsOf(logits);
        const logprobs = [...logits].map((logit) => logit - logSumExp);
        assert.ok(Math.abs(logprobs.reduce((sum, value) => sum + Math.exp(value), 0) - 1) < 1e-9);
        const expected = -logprobs.reduce((sum, value) => sum + Math.exp(value) * value, 0);
        assert.ok(Math.abs(entropy - expected) < 1e-9);
        assert.ok(entropy >= 0 && entropy <= Math.log(logits.length) + 1e-9);
        assert.equal(logits[argmax], Math.max(...logits));
      }),
    );
  });

  it('does not change when all logits move together, even far', () => {
    const logits = Float32Array.of(1, 2, 3);
    const moved = logits.map((value) => value + 1000);
    assert.ok(Math.abs(statsOf(logits).entropy - statsOf(moved).entropy) < 1e-6);
  });

  it('takes masked tokens (minus infinity) as impossible', () => {
    const { entropy, logSumExp } = statsOf(Float32Array.of(0, -Infinity, 0));
    assert.ok(Math.abs(entropy - Math.log(2)) < 1e-12);
    assert.ok(Math.abs(logSumExp - Math.log(2)) < 1e-12);
  });
});

describe('random numbers', () => {
  it('are uniform enough and copyable', () => {
    const random = Random.seeded(42);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i += 1) buckets[Math.floor(random.next() * 10)]! += 1;
    assert.ok(buckets.every((count) => Math.abs(count - 1000) < 150));
    const twin = random.copy();
    assert.deepEqual([twin.next(), twin.next()], [random.next(), random.next()]);
  });
});
