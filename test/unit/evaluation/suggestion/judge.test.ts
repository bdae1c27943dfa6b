import assert from 'node:assert/strict';
import { decisionOf, judge, type Suggestion } from '../../../../extension/evaluation/suggestion/judge.ts';
import { REFUSAL } from '../../../../extension/evaluation/world/refusal.ts';

const HOLE = '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;';
const suggestion = (change: Partial<Suggestion>): Suggestion => ({ skill: 'complete', source: HOLE, answer: '3 * x + 1', truncated: false, confidence: null, threshold: null, ...change });

describe('the gate in front of suggestions', () => {
  it('offers what makes every example true, with its evidence', () => {
    const { text, evidence, reason } = judge(suggestion({ confidence: 0.98765, threshold: 0.5 }));
    assert.equal(text, '3 * x + 1');
    assert.deepEqual(evidence, [{ signal: 'examples that hold', value: 2, threshold: 2 }, { signal: 'answer confidence', value: 0.988, threshold: 0.5 }]);
    assert.match(reason, /2 of 2/);
  });

  it('names the example that speaks against an answer', () => {
    const { text, reason } = judge(suggestion({ answer: 'x + 5' }));
    assert.equal(text, null);
    assert.match(reason, /f\(5\) gives 10, not 16/);
  });

  it('holds back what the model was not sure of, was cut off, is no code, or says it knows nothing of it', () => {
    assert.equal(judge(suggestion({ confidence: 0.4, threshold: 0.5 })).text, null);
    assert.equal(judge(suggestion({ truncated: true })).text, null);
    assert.equal(judge(suggestion({ answer: 'process.exit()' })).text, null);
    assert.match(judge(suggestion({ answer: REFUSAL })).reason, /outside its world/);
  });

  it('does not hold an unknown confidence against an answer', () => {
    assert.equal(judge(suggestion({ threshold: 0.99 })).text, '3 * x + 1');
  });

  it('takes a corrected line where every example then holds', () => {
    const source = '// f(5) = 28\n// f(2) = 16\nfunction f(x) {\n  const a = x - 4;\n  const b = a + x;\n  return b * 2;\n}';
    assert.equal(judge(suggestion({ skill: 'repair', source, answer: 'const a = x + 4;' })).text, 'const a = x + 4;');
    assert.equal(judge(suggestion({ skill: 'repair', source, answer: 'const b = a - x;' })).text, null);
  });

  it('takes a printed value only if the program prints it', () => {
    const source = 'let x = 8;\nconsole.log(x + 1);';
    assert.equal(judge(suggestion({ skill: 'predict', source, answer: '9' })).text, '9');
    assert.match(judge(suggestion({ skill: 'predict', source, answer: '10' })).reason, /said "10" and the program prints 9/);
    assert.equal(judge(suggestion({ skill: 'predict', source: 'console.log(name);', answer: '9' })).text, null);
  });

  it('becomes a decision of the trace', () => {
    const { action, policy } = decisionOf(judge(suggestion({})), 4);
    assert.deepEqual([action, policy], ['offer', 'suggestion-gate']);
    assert.equal(decisionOf(judge(suggestion({ answer: 'x' })), 4).action, 'withhold');
  });
});
