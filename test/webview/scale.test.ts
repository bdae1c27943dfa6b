/// <reference types="node" />
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SignalPoint } from '../../extension/trace/view.ts';
import { domainOf, linePath, nearest, rangeOf, thinned, x, y } from '../../webview/charts/scale.ts';
import { gapWords } from '../../webview/charts/series.ts';

const points = fc.array(fc.record({ value: fc.oneof(fc.constant(null), fc.integer({ min: -50, max: 50 })) }), { maxLength: 3000 }).map((all) => all.map(({ value }, index): SignalPoint => ({ atToken: index * 3, value })));

describe('the scale of a chart', () => {
  it('ends the token axis at a round number not far beyond the last token', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (tokens) => {
        const domain = domainOf(tokens);
        assert.ok(domain >= tokens && Number.isInteger(domain));
        assert.ok(tokens < 10 || domain <= tokens * 1.35 + 1, `${tokens} ${domain}`);
        assert.equal(domainOf(domain), domain);
      }),
    );
  });

  it('keeps everything drawn within the chart', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), fc.integer({ min: 0, max: 500 }), (values, token) => {
        const range = rangeOf(values);
        for (const value of values) assert.ok(y(value, range) >= 0 && y(value, range) <= 100);
        assert.ok(x(token, 400) >= 0 && x(token, 400) <= 1000);
      }),
    );
  });

  it('thins without losing the lowest, the highest, the last or a gap', () => {
    fc.assert(
      fc.property(points, (all) => {
        const kept = thinned(all, 100);
        const values = (some: readonly SignalPoint[]): number[] => some.flatMap(({ value }) => (value === null ? [] : [value]));
        assert.ok(kept.length <= Math.max(100, 140), String(kept.length));
        assert.deepEqual(kept.at(-1), all.at(-1));
        assert.equal(Math.max(...values(kept)), Math.max(...values(all)));
        assert.equal(Math.min(...values(kept)), Math.min(...values(all)));
        assert.equal(kept.some(({ value }) => value === null), all.some(({ value }) => value === null));
        assert.deepEqual(kept.map(({ atToken }) => atToken), kept.map(({ atToken }) => atToken).toSorted((a, b) => a - b));
      }),
    );
  });

  it('breaks the line where nothing was measured', () => {
    const broken: SignalPoint[] = [{ atToken: 0, value: 1 }, { atToken: 10, value: null, reason: 'too short' }, { atToken: 20, value: 2 }, { atToken: 30, value: 3 }];
    const path = linePath(broken, 40, rangeOf([1, 2, 3]), ({ value }) => value);
    assert.equal(path.match(/M/g)?.length, 2);
    assert.equal(path.match(/L/g)?.length, 1);
    assert.equal(gapWords(broken), 'too short at 1 point');
  });

  it('finds the nearest point', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 300 })), fc.integer({ min: -5, max: 305 }), (tokens, at) => {
        const sorted = tokens.toSorted((a, b) => a - b).map((atToken) => ({ atToken }));
        const found = nearest(sorted, at);
        assert.equal(found === undefined, sorted.length === 0);
        if (found) assert.equal(Math.abs(found.atToken - at), Math.min(...tokens.map((token) => Math.abs(token - at))));
      }),
    );
  });
});
