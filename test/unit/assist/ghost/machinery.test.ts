import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { CompletionCache } from '../../../../extension/assist/ghost/completion-cache.ts';
import { gatherContext } from '../../../../extension/assist/ghost/context.ts';
import { extentOf, finished, shown, withoutSuffix, withoutThoughts } from '../../../../extension/assist/ghost/first-line.ts';
import { pauseLimits, TypingPause } from '../../../../extension/assist/ghost/typing-pause.ts';

describe('the pause before a request', () => {
  const after = (gaps: number[], latencies: number[] = []): number => {
    const pause = new TypingPause();
    let now = 0;
    pause.typed(now);
    for (const gap of gaps) pause.typed((now += gap));
    for (const latency of latencies) pause.answered(latency);
    return pause.delay(pauseLimits.local);
  };

  it('follows how fast somebody types', () => {
    assert.ok(after(Array<number>(30).fill(90)) < after(Array<number>(30).fill(300)));
    assert.ok(Math.abs(after(Array<number>(60).fill(200)) - 300) < 3);
  });

  it('grows with the time an answer takes, within limits', () => {
    assert.ok(after([200], [1000]) > after([200], [100]));
    assert.equal(after([200], [60_000]), pauseLimits.local.most);
    assert.equal(after(Array<number>(60).fill(20)), pauseLimits.local.least);
  });

  it('does not take a rest for slow typing', () => {
    assert.equal(after([200, 200, 30_000]), after([200, 200]));
  });
});

describe('the cache of completions', () => {
  it('gives what is left of a completion that was begun to be typed', () => {
    const cache = new CompletionCache();
    cache.set('const a = ', ';', 'b + c');
    assert.equal(cache.get('const a = ', ';'), 'b + c');
    assert.equal(cache.get('const a = b +', ';'), ' c');
    assert.equal(cache.get('const a = b + c', ';'), null);
    assert.equal(cache.get('const a = x', ';'), null);
    assert.equal(cache.get('const a = ', ')'), null);
    assert.equal(cache.get('const a', ';'), null);
  });

  it('prefers what was made for the longest beginning, and knows where nothing was worth showing', () => {
    const cache = new CompletionCache();
    cache.set('a', '', 'bcd');
    cache.set('ab', '', 'xyz');
    assert.equal(cache.get('ab', ''), 'xyz');
    cache.set('q', '', '');
    assert.equal(cache.get('q', ''), '');
    assert.equal(cache.get('qr', ''), null);
  });

  it('agrees with looking through every entry', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 30 }), text, (entries, asked) => {
        const cache = new CompletionCache();
        for (const [prefix, completion] of entries) cache.set(prefix, '', completion);
        const known = [...new Map(entries)].filter(([prefix, completion]) => asked.startsWith(prefix) && completion.startsWith(asked.slice(prefix.length)) && (asked === prefix || completion.length > asked.length - prefix.length));
        const best = known.toSorted(([a], [b]) => b.length - a.length)[0];
        assert.equal(cache.get(asked, ''), best ? best[1].slice(asked.length - best[0].length) : null);
      }),
    );
  });

  it('forgets what was used longest ago', () => {
    const cache = new CompletionCache();
    cache.set('kept', '', '1');
    for (let index = 0; index < 500; index += 1) {
      cache.set(`entry ${index}`, String(index % 7), 'x');
      assert.equal(cache.get('kept', ''), '1');
    }
    assert.equal(cache.size, 200);
    assert.equal(cache.get('entry 0', '0'), null);
    assert.equal(cache.get('entry 499', String(499 % 7)), 'x');
  });

  it('serves while a long file is typed in', () => {
    const cache = new CompletionCache();
    const long = 'x'.repeat(50_321);
    cache.set(long, '', 'abcdef');
    assert.equal(cache.get(`${long}abc`, ''), 'def');
  });
});

describe('the end of a completion', () => {
  it('is the first complete line, where only a line was asked for', () => {
    assert.equal(finished('a + b', 'line'), null);
    assert.equal(finished('a + b\n', 'line'), 'a + b');
    assert.equal(finished('a + b;  \nmore', 'line'), 'a + b;');
    assert.equal(finished('\n', 'line'), null);
    assert.equal(finished('\n  a();\n', 'line'), '\n  a();');
    assert.equal(shown('a\nb', 'line'), 'a');
  });

  it('is where a block ends, where there is room for one', () => {
    assert.equal(finished('  a();\n  b();\n', 'block'), null);
    assert.equal(finished('  a();\n  b();\n}\n', 'block'), '  a();\n  b();');
    assert.equal(finished('a();\n\n\nb', 'block'), 'a();');
  });

  it('is asked for by where the cursor is', () => {
    assert.equal(extentOf('f(', ')', false), 'line');
    assert.equal(extentOf('f(', ')', true), 'line');
    assert.equal(extentOf('if (a) {\n  ', '\n}', false), 'block');
    assert.equal(extentOf('  ', 'x', true), 'line');
  });

  it('does not write again what stands behind the cursor', () => {
    assert.equal(withoutSuffix('a, b);', ');\nnext'), 'a, b');
    assert.equal(withoutSuffix('  a();\n}', '\n}\n'), '  a();');
    assert.equal(withoutSuffix('a', ''), 'a');
  });

  it('never holds thoughts', () => {
    assert.equal(withoutThoughts('<think>hm</think>\nx + 1'), 'x + 1');
    assert.equal(withoutThoughts('hm\n</think>\n\nx + 1'), 'x + 1');
    assert.equal(withoutThoughts('x + 1<think>was that'), 'x + 1');
    assert.equal(withoutThoughts('<think>hm'), '');
    assert.equal(withoutThoughts('a < b'), 'a < b');
  });
});

describe('what a model sees around the cursor', () => {
  const line = (index: number): string => `const value${index} = compute(${index});\n`;
  const before = Array.from({ length: 200 }, (_, index) => line(index)).join('');

  it('never exceeds the budget, and is cut at line ends', () => {
    for (const budget of [100, 1000, 4000, 100_000]) {
      const { prefix, suffix, snippets } = gatherContext(before, before, [{ path: 'other.js', text: before }], budget);
      assert.ok(prefix.length + suffix.length + snippets.reduce((sum, { text }) => sum + text.length, 0) <= budget);
      assert.ok(before.endsWith(prefix) && before.startsWith(suffix));
      if (prefix.length < before.length) assert.match(prefix, /^const/);
    }
  });

  it('takes from other files what is alike or was just edited, the most alike last', () => {
    const files = [
      { path: 'prose.md', text: 'Nothing of this has anything in common with code.' },
      { path: 'same.js', text: 'const value7 = compute(7);\nexport const sum = compute(value7);\n' },
      { path: 'near.js', text: 'compute();\nunrelated();\nother();\nthings();\n', edited: [0] },
      { path: 'binary', text: 'const value7 = compute\0' },
    ];
    assert.deepEqual(gatherContext('const value7 = compute(7);\nconst sum = ', '', files, 5000).snippets.map(({ path }) => path), ['near.js', 'same.js']);
  });

  it('begins at the same place for the next keystrokes, so that what was found is known again', () => {
    const text = `${before}const next = `;
    const beginnings = new Set(Array.from({ length: 200 }, (_, typed) => gatherContext(text + 'x'.repeat(typed), '', [], 4000).prefix.slice(0, 40)));
    assert.ok(beginnings.size <= 2, String(beginnings.size));
  });

  it('never cuts a character in two', () => {
    const { prefix, suffix } = gatherContext('🎈'.repeat(400), '🎈'.repeat(400), [], 101);
    assert.doesNotMatch(prefix, /^[\uDC00-\uDFFF]/);
    assert.doesNotMatch(suffix, /[\uD800-\uDBFF]$/);
  });
});
