import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Tensor } from 'onnxruntime-node';
import { findHeads, headCapabilities, headFetches, noHeads, readHeads } from '../../../extension/models/local/heads.ts';
import { largest } from '../../../extension/models/local/largest.ts';
import { statsOf, topLogprobs } from '../../../extension/models/local/logits.ts';

const output = (name: string, shape: readonly (number | string)[], type: 'float32' | 'float16' | 'int64' = 'float32') => ({ name, isTensor: true as const, type, shape });

describe('extra outputs of a graph', () => {
  const names = findHeads(
    [output('logits', ['batch', 'seq', 9]), output('early_exit_logits.10', ['batch', 1, 9]), output('early_exit_logits.2', ['batch', 1, 'vocab'], 'float16'), output('self_evaluation', ['batch', 1]), output('remaining_length', ['batch', 2])],
    9,
  );

  it('are found by their names, layers in order', () => {
    assert.deepEqual(names, { selfEvaluation: 'self_evaluation', remainingLength: 'remaining_length', earlyExits: ['early_exit_logits.2', 'early_exit_logits.10'] });
  });

  it('are passed over when they have another form', () => {
    const odd = [output('self_evaluation', ['batch', 2]), output('remaining_length', ['batch', 1]), output('early_exit_logits.1', ['batch', 1, 8]), output('early_exit_logits.x', [9]), output('self_evaluation', ['batch', 1], 'int64'), { name: 'self_evaluation', isTensor: false as const }];
    assert.deepEqual(findHeads(odd, 9), noHeads);
    for (const availability of Object.values(headCapabilities(noHeads))) assert.ok(!availability.available && /^This model .*\.$/.test(availability.reason));
  });

  it('are fetched only when wanted and there', () => {
    assert.deepEqual(headFetches(names, {}), []);
    assert.deepEqual(headFetches(names, { selfEvaluation: true, earlyExits: true }), ['self_evaluation', 'early_exit_logits.2', 'early_exit_logits.10']);
    assert.deepEqual(headFetches(noHeads, { selfEvaluation: true, remainingLength: true, earlyExits: true }), []);
  });

  it('are read row by row, also from half floats', () => {
    const result = {
      self_evaluation: new Tensor('float32', Float32Array.of(0.25, 0.75), [2, 1]),
      remaining_length: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]),
      'early_exit_logits.2': new Tensor('float16', Uint16Array.of(0x3c00, 0xc000), [2, 1, 1]),
    };
    assert.deepEqual(readHeads(names, result, 1, 2), { selfEvaluation: 0.75, remainingLength: { alpha: 3, lambda: 4 }, earlyExits: [Float32Array.of(-2)] });
    assert.equal(readHeads(names, {}, 0, 1), undefined);
  });
});

describe('the largest of many', () => {
  it('are those a sort would give, the least of them first', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }).map((value) => value + 0), { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (values, k) => {
        const top = largest(Float64Array.from(values), k);
        assert.deepEqual([...top].sort((a, b) => a - b), [...values].sort((a, b) => a - b).slice(-k));
        if (k < values.length) assert.equal(top[0], Math.min(...top));
      }),
    );
  });

  it('have the log-probabilities of the softmax', () => {
    const logits = Float32Array.of(1, -2, 3, 0.5);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const seen = topLogprobs(logits, statsOf(logits).logSumExp, 2).sort((a, b) => b - a);
    [3, 1].forEach((logit, i) => assert.ok(Math.abs(seen[i]! - (logit - Math.log(total))) < 1e-6));
  });
});
