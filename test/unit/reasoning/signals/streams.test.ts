import assert from 'node:assert/strict';
import fc from 'fast-check';
import { confidenceThreshold, GroupConfidence, groupsOf, tailOf, tokenConfidence } from '../../../../extension/reasoning/signals/confidence.ts';
import { EntropyAfterEnd, movingEntropyOf, warmUp } from '../../../../extension/reasoning/signals/entropy-after-end.ts';
import { HedgeDensity, hedgesOf } from '../../../../extension/reasoning/signals/hedge-density.ts';
import { agreementOf, LayerAgreement } from '../../../../extension/reasoning/signals/layer-agreement.ts';
import { SelfEvaluation, selfEvaluationOf } from '../../../../extension/reasoning/signals/self-evaluation.ts';
import { leaksOf } from '../../../../extension/reasoning/signals/thought-leak.ts';
import { closedConfidence, trialConfidenceOf } from '../../../../extension/reasoning/signals/trial-answer-confidence.ts';
import { close } from './close.ts';

const number = fc.double({ min: -50, max: 50, noNaN: true });

describe('the entropy after the end tag', () => {
  const entropies = [2, 1, 1.5, 0.5, 0.4, 0.4, 0.4];

  it('moves as published', () => {
    const moving = new EntropyAfterEnd(0.2);
    const seen = entropies.map((entropy) => moving.add(entropy));
    [2, 1.8, 1.74, 1.492, 1.2736, 1.09888, 0.959104].forEach((mean, i) => close(seen[i]!.mean, mean));
    [0, 0.128, 0.11392, 0.287949, 0.382994, 0.404082, 0.385785].forEach((variance, i) => close(seen[i]!.variance, variance));
    assert.deepEqual(seen.map(({ count }) => count), [1, 2, 3, 4, 5, 6, 7]);
  });

  it('is equal to the weighted sums on any entropies', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 12 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (values, weight) => {
        const moving = new EntropyAfterEnd(weight);
        const last = values.map((value) => moving.add(value)).at(-1);
        const batch = movingEntropyOf(values, weight);
        if (!last || !batch) return assert.equal(last ?? null, batch);
        assert.equal(last.count, batch.count);
        close(last.mean, batch.mean, 1e-9);
        close(last.variance, batch.variance, 1e-9);
      }),
    );
  });

  it('has no variance while it stands still, from the first entropy on, so a warm-up is needed', () => {
    const moving = new EntropyAfterEnd(0.2);
    for (let i = 0; i < 30; i += 1) close(moving.add(1.3).variance, 0, 1e-30);
    assert.equal(warmUp(0.2), 20);
    assert.equal(warmUp(1), 4);
  });
});

describe('the confidence of a trial answer', () => {
  const logs = (...probabilities: number[]): number[] => probabilities.map(Math.log);

  it('leaves out the first token', () => {
    const confidence = trialConfidenceOf(logs(0.99, 0.9, 0.8));
    close(confidence!.arithmetic, 0.85);
    close(confidence!.geometric, 0.848528);
    close(confidence!.least, 0.8);
    assert.equal(trialConfidenceOf(logs(0.99)), null);
    close(trialConfidenceOf(logs(0.99), 0)!.arithmetic, 0.99);
  });

  it('has a geometric mean of at most the arithmetic one', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -30, max: 0, noNaN: true }), { minLength: 1, maxLength: 20 }), (logprobs) => {
        const { arithmetic, geometric, least } = trialConfidenceOf(logprobs, 0)!;
        assert.ok(least <= geometric + 1e-12 && geometric <= arithmetic + 1e-12 && arithmetic <= 1);
      }),
    );
  });

  it('counts by the Qwen3 rule only where the model closed its thoughts', () => {
    const confidence = trialConfidenceOf(logs(1, 0.9, 0.8))!;
    assert.equal(closedConfidence(confidence, false), 0);
    assert.equal(closedConfidence(confidence, true), confidence.geometric);
  });

  it('is none where a figure is no number, and survives an impossible token', () => {
    assert.equal(trialConfidenceOf([0, NaN]), null);
    assert.deepEqual(trialConfidenceOf([0, -Infinity]), { arithmetic: 0, geometric: 0, least: 0 });
  });
});

describe('token and group confidence', () => {
  it('has the published figures of a token', () => {
    const of = (...probabilities: number[]): number => tokenConfidence(probabilities.map(Math.log))!;
    close(of(0.9, 0.05, 0.03, 0.02), 2.629918);
    close(of(0.4, 0.3, 0.2, 0.1), 1.508072);
    close(of(0.97, 0.01, 0.01, 0.01), 3.461492);
  });

  it('looks at exactly the k most likely, and holds against impossible tokens', () => {
    const most = Array.from({ length: 20 }, (_, i) => -1 - i / 100);
    close(tokenConfidence(most)!, 1.095);
    assert.equal(tokenConfidence([-9, ...most, -9]), tokenConfidence(most));
    assert.equal(tokenConfidence([0, -Infinity]), 50);
    assert.equal(tokenConfidence([]), null);
    assert.equal(tokenConfidence([NaN]), null);
  });

  it('has the published groups', () => {
    const confidences = [5, 7, 9, 4, 6, 8, 10];
    [7, 6.666667, 6.333333, 6, 8].forEach((group, i) => close(groupsOf(confidences, 3)[i]!, group));
    close(tailOf(confidences, 3)!, 8);
    const groups = new GroupConfidence(3);
    for (const confidence of confidences) groups.add(confidence);
    const reading = groups.read()!;
    close(reading.lowest, 6);
    close(reading.group, 8);
    close(reading.mean, 7);
  });

  it('is equal to the groups of the batch form after every token', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (confidences, size) => {
        const groups = new GroupConfidence(size);
        for (const [i, confidence] of confidences.entries()) {
          groups.add(confidence);
          const batch = groupsOf(confidences.slice(0, i + 1), size);
          const reading = groups.read()!;
          assert.equal(reading.full, i + 1 >= size);
          close(reading.group, batch.at(-1)!, 1e-9);
          close(reading.lowest, Math.min(...batch), 1e-9);
          close(reading.mean, groupsOf(confidences.slice(0, i + 1), i + 2)[0]!, 1e-9);
        }
      }),
    );
  });

  it('is one group until a window is full', () => {
    const groups = new GroupConfidence(4);
    assert.equal(groups.read(), null);
    groups.add(1);
    groups.add(3);
    assert.deepEqual(groups.read(), { mean: 2, group: 2, lowest: 2, full: false });
    assert.deepEqual(groupsOf([1, 3], 4), [2]);
    assert.equal(tailOf([], 3), null);
    assert.equal(tailOf([1, 3], 4), 2);
  });

  it('keeps the best: low takes the 90th percentile, high the 10th', () => {
    close(confidenceThreshold([9, 5, 6, 8, 7], 10)!, 8.6);
    close(confidenceThreshold([9, 5, 6, 8, 7], 90)!, 5.4);
    assert.equal(confidenceThreshold([], 10), null);
  });
});

describe('self-evaluation and the agreement of the layers', () => {
  it('reads the mean since the last reading', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(number, fc.double({ min: 0, max: 1 })), { maxLength: 30 }), fc.array(fc.nat({ max: 30 }), { maxLength: 5 }), (values, cuts) => {
        const ends = [...cuts.map((cut) => Math.min(cut, values.length)).sort((a, b) => a - b), values.length];
        const evaluation = new SelfEvaluation();
        let at = 0;
        const seen = ends.map((end) => {
          for (; at < end; at += 1) evaluation.add(values[at]!);
          return evaluation.take();
        });
        assert.deepEqual(seen, selfEvaluationOf(values, ends));
      }),
    );
  });

  it('passes over what is no probability', () => {
    const evaluation = new SelfEvaluation();
    for (const value of [NaN, Infinity, -0.1, 1.1]) evaluation.add(value);
    assert.equal(evaluation.take(), null);
  });

  it('counts the tokens an earlier layer got right', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 20 }), (tokens) => {
        const agreement = new LayerAgreement();
        agreement.add([true, true]);
        agreement.take();
        for (const token of tokens) agreement.add(token);
        assert.deepEqual(agreement.take(), agreementOf(tokens));
        assert.equal(agreement.take(), null);
      }),
    );
    assert.deepEqual(agreementOf([[true, false], [true, true]]), { mean: 0.75, layers: [1, 0.5] });
    const none = new LayerAgreement();
    none.add([]);
    assert.equal(none.take(), null);
    assert.equal(agreementOf([[]]), null);
  });
});

describe('the wording of thoughts and answers', () => {
  const wording = fc.array(fc.oneof(fc.constantFrom('wait', 'May', 'be', ' ', ', ', '\n', 'however', 'know', "it's", 'é', '…'), fc.string({ maxLength: 3 })), { maxLength: 30 });

  it('counts hedging words, however the text is cut', () => {
    fc.assert(
      fc.property(wording, (pieces) => {
        const density = new HedgeDensity();
        for (const [i, piece] of pieces.entries()) {
          density.add(piece);
          assert.deepEqual(density.read(), hedgesOf(pieces.slice(0, i + 1).join('')));
        }
      }),
    );
  });

  it('counts whole words only', () => {
    assert.deepEqual(hedgesOf('Wait, maybe 7. I await the waiter.'), { words: 6, hedges: 2, density: (100 * 2) / 6 });
    assert.equal(hedgesOf('12 + 3 = 15'), null);
    assert.equal(new HedgeDensity().read(), null);
  });

  it('finds thoughts that go on in the answer, at the beginning of sentences only', () => {
    assert.deepEqual(leaksOf('The loop runs twice. Wait, it does not.\n- Let me check that again.\nActually, no: once.'), { leaks: 3, sentences: 4 });
    assert.equal(leaksOf('You actually have to wait for the promise. However, let me_in is a name.').leaks, 0);
    assert.equal(leaksOf('Actually, this is the usual way.').leaks, 0);
    assert.deepEqual(leaksOf(''), { leaks: 0, sentences: 0 });
  });

  it('does not look into code', () => {
    assert.equal(leaksOf('Use this:\n```js\nwait for it\n// Hmm\n```\nDone. `wait` is a function.').leaks, 0);
    assert.equal(leaksOf('```\nwait').leaks, 0);
  });
});
