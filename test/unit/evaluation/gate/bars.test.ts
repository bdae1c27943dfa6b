import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bars, type Measured } from '../../../../extension/evaluation/gate/bars.ts';
import { hardest, SHARES } from '../../../../extension/evaluation/gate/modes.ts';
import { report } from '../../../../extension/evaluation/gate/report.ts';
import { Results } from '../../../../extension/evaluation/gate/results.ts';
import { LEVELS } from '../../../../extension/evaluation/world/problem.ts';
import { but, good, measured, resultsOf } from './made-up.ts';

const failing = (of: Measured): string[] => bars(of).filter(({ holds }) => !holds).map(({ name }) => name);

describe('the bars of the gate', () => {
  it('all hold for a model that reaches them', () => {
    assert.deepEqual(failing(measured()), []);
    assert.ok(bars(measured()).length >= 10);
  });

  const spoilt: readonly (readonly [what: string, of: Measured, failing: readonly RegExp[]])[] = [
    ['low effort as good as high on level 2', measured({ results: but((level, mode) => level === 2 && mode === 'low', { share: 0.76 }) }), [/beats low .* level 2/]],
    ['low effort as good as high on level 3', measured({ results: but((level, mode) => level === 3 && mode === 'low', { share: 0.76 }) }), [/beats low .* level 3/]],
    ['level 1 not quite learnt', measured({ results: but((level, mode) => level === 1 && mode === 'high', { share: 0.94 }) }), [/95 % of level 1/]],
    ['level 2 not quite learnt', measured({ results: but((level, mode) => level === 2 && /high/.test(mode), { share: 0.84 }) }), [/beats low .* level 2/, /85 % of level 2/]],
    ['samples too good', measured({ results: but((_, mode) => mode.startsWith('sample'), { share: 0.61 }) }), [/One sample/, /pass@8/]],
    ['samples too bad', measured({ results: but((_, mode) => mode.startsWith('sample') && mode !== 'sample-1', { share: 0.05 }) }), [/One sample/]],
    ['samples that are all alike', measured({ results: but((_, mode) => mode.startsWith('sample'), { share: 0.4 }) }), [/pass@8/]],
    ['medium effort that thinks as much as high', measured({ results: but((_, mode) => mode === 'medium', { thinking: 101 }) }), [/Medium effort/]],
    ['medium effort that loses ten points', measured({ results: but((level, mode) => level === 2 && mode === 'medium', { share: 0.6 }) }), [/Medium effort/]],
    ['low effort that thinks too much', measured({ results: but((_, mode) => mode === 'low', { thinking: 51 }) }), [/Low effort/]],
    ['low effort that guesses', measured({ results: but((level, mode) => level === 1 && mode === 'low', { share: 0.5 }) }), [/Low effort/]],
    ['silence after a forced end', measured({ results: but((level, mode) => level === 1 && mode === 'ended-25', { answered: false }) }), [/answers every time/]],
    ['right without thinking', measured({ results: but((_, mode) => mode === 'direct', { share: 0.8 }) }), [/Thinking is needed on level 2/, /on level 3/, /on level 4/]],
    ['a level that a guess often solves', measured({ results: but((level, mode) => level === 3 && mode === 'direct', { share: 0.3 }) }), [/Thinking is needed on level 3/]],
    ['ambiguous problems', measured({ ambiguity: new Map([[2, { ambiguous: 4, looked: 80 }]]) }), [/more than one answer .* level 2/]],
  ];
  for (const [what, of, names] of spoilt) {
    it(`find ${what}`, () => {
      const found = failing(of);
      assert.equal(found.length, names.length, found.join('; '));
      names.forEach((name, index) => assert.match(found[index] ?? '', name));
    });
  }

  it('hold forced ends against a control, point by point', () => {
    const worse = resultsOf('control', (level, mode) => (mode.kind === 'ended' && mode.share < 100 ? { share: good(level, mode).share - 0.2 } : good(level, mode)));
    assert.deepEqual(failing(measured({ control: worse })), []);
    assert.equal(bars(measured({ control: worse })).length, bars(measured()).length + SHARES.length);
    // The same everywhere: not above it anywhere, and not below it at the end.
    assert.deepEqual(failing(measured({ control: resultsOf('control', good) })).length, SHARES.length - 1);
    const better = resultsOf('control', (level, mode) => (mode.kind === 'ended' ? { share: 1 } : good(level, mode)));
    assert.deepEqual(failing(measured({ control: better })).length, SHARES.length);
  });

  it('do not hold where nothing was measured', () => {
    const nothing = measured({ results: new Results('none', []), ambiguity: new Map(LEVELS.map((level) => [level, { ambiguous: 0, looked: 0 }])) });
    assert.equal(failing(nothing).length, bars(nothing).length);
  });
});

describe('the report of the gate', () => {
  const control = resultsOf('control', good);
  const text = report(measured({ control }), bars(measured({ control })));

  it('has every bar, level, effort and share with its figure', () => {
    for (const { name, figure } of bars(measured({ control }))) assert.ok(text.includes(`| ${name} |`) && text.includes(figure), name);
    for (const level of LEVELS) assert.match(text, new RegExp(`\\| level ${level} \\|`));
    for (const share of SHARES) assert.match(text, new RegExp(`\\| ${share} % \\|`));
    assert.match(text, /\| level 1 \| 95 % \[.*\], 50 \| 95 % \[.*\], 100 \| 100 % \[.*\], 200 \|/);
    assert.match(text, new RegExp(`8 samples at temperature 0.8 for each of 120 problems of level ${hardest}: one is right on 40 % .* at least one of 8 on 70 % .* a gain of \\+30\\.0`));
  });

  it('is whole tables of Markdown', () => {
    for (const block of text.split('\n\n').filter((part) => part.startsWith('|'))) {
      const widths = block.split('\n').map((line) => line.split('|').length);
      assert.ok(new Set(widths).size === 1 && widths.length > 2, block);
    }
    assert.ok(!/NaN|undefined|Infinity/.test(text));
  });

  it('says what was not measured', () => {
    const nothing = measured({ results: new Results('none', []) });
    assert.ok(!/NaN|undefined|Infinity/.test(report(nothing, bars(nothing))));
  });
});
