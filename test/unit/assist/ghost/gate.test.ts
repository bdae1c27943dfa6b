import assert from 'node:assert/strict';
import { completionIn, ghostDecision, judgeGhost } from '../../../../extension/assist/ghost/gate.ts';

const EXAMPLES = '// f(2) = 7\n// f(5) = 16\n';
const at = (prefix: string, suffix = ''): { readonly prefix: string; readonly suffix: string } => ({ prefix, suffix });
const free = at('def add(a, b):\n    return ');

describe('the gate in front of ghost text from any model', () => {
  it('holds the confidence against what the person asks for', () => {
    assert.equal(judgeGhost('a + b', free, 0.8, 0.8).text, 'a + b');
    const { text, evidence, reason } = judgeGhost('a + b', free, 0.79, 0.8);
    assert.equal(text, null);
    assert.deepEqual(evidence[0], { signal: 'answer confidence', value: 0.79, threshold: 0.8 });
    assert.match(reason, /not sure enough.* 0\.79, and 0\.8 is asked/);
  });

  it('says that the figure is raw, whatever it decides', () => {
    for (const least of [null, 0.1, 0.9]) assert.deepEqual(judgeGhost('a + b', free, 0.5, least).evidence.at(-1), { signal: 'calibrated', value: 'no, a raw figure of the model' });
  });

  it('offers without a threshold, and where the model does not tell', () => {
    assert.equal(judgeGhost('a + b', free, 0.01, null).text, 'a + b');
    const untold = judgeGhost('a + b', free, null, 0.9);
    assert.equal(untold.text, 'a + b');
    assert.deepEqual(untold.evidence, []);
  });

  it('shows nothing that contradicts the examples of its function, however sure the model is', () => {
    const place = at(`const unrelated = 1;\n\n${EXAMPLES}const f = (x) => `, '\n');
    assert.equal(judgeGhost('3 * x + 1;', place, 0.5, null).text, '3 * x + 1;');
    const { text, reason, evidence } = judgeGhost('3 * x;', place, 1, null);
    assert.equal(text, null);
    assert.match(reason, /^f\(2\) gives 6, not 7/);
    assert.deepEqual(evidence[0], { signal: 'examples that hold', value: 0, threshold: 2 });
  });

  it('looks at the whole of a function with several lines', () => {
    const place = at(`${EXAMPLES}function f(x) {\n  const y = 3 * x;\n  return `, '\n}\n');
    assert.equal(judgeGhost('y + 1;', place, null, null).text, 'y + 1;');
    assert.equal(judgeGhost('y;', place, null, null).text, null);
  });

  it('holds nothing against what the interpreter cannot run', () => {
    const { text, evidence } = judgeGhost('fetchIt(x);', at(`${EXAMPLES}const f = (x) => `), null, null);
    assert.equal(text, 'fetchIt(x);');
    assert.deepEqual(evidence, []);
  });

  it('shows nothing where nothing was written', () => {
    assert.equal(ghostDecision(judgeGhost('  ', free, 0.9, null), 3).action, 'withhold');
  });

  it('takes thoughts, fences and what stands behind the cursor out', () => {
    const place = { ...at('f(', ')'), extent: 'line' } as const;
    assert.equal(completionIn('<think>hm</think>x)\n', { ...place, inWords: false }, false), 'x');
    assert.equal(completionIn('```js\nx)\n```', { ...place, inWords: true }, true), 'x');
    assert.equal(completionIn('x', { ...place, inWords: false }, false), null);
  });
});
