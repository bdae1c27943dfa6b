import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { callFunction } from '../../../../extension/evaluation/interpreter/evaluator.ts';
import { parseExpression, parseProgram } from '../../../../extension/evaluation/interpreter/parser.ts';
import type { Expression } from '../../../../extension/evaluation/interpreter/syntax.ts';
import { applyBinary } from '../../../../extension/evaluation/interpreter/arithmetic.ts';
import { drawProblem } from '../../../../extension/evaluation/world/draw.ts';
import { EFFORTS, LEVELS, SKILLS } from '../../../../extension/evaluation/world/problem.ts';
import type { Effort, Problem, SearchProblem } from '../../../../extension/evaluation/world/problem.ts';
import { createRandom } from '../../../../extension/evaluation/world/random.ts';
import { reductions } from '../../../../extension/evaluation/world/reductions.ts';
import { SEARCH_STYLES, think } from '../../../../extension/evaluation/world/thinking.ts';
import type { Trace } from '../../../../extension/evaluation/world/trace.ts';

interface Thought {
  readonly problem: Problem;
  readonly effort: Effort;
  readonly trace: Trace;
}

/** Every way of choosing what to try. */
function thoughts(perLevel: number): Thought[] {
  const random = createRandom(21);
  return SKILLS.flatMap((skill) =>
    LEVELS.flatMap((level) =>
      EFFORTS.flatMap((effort) =>
        Array.from({ length: perLevel }, () => {
          const problem = drawProblem(random, skill, level, 'train');
          return { problem, effort, trace: think(random, problem, effort, random.pick(SEARCH_STYLES)) };
        }),
      ),
    ),
  );
}

function number(expression: Expression): number | boolean {
  if (expression.type === 'binary') {
    return applyBinary(expression.operator, number(expression.left), number(expression.right));
  }
  if (expression.type === 'unary') {
    return -number(expression.operand);
  }
  assert.ok(expression.type === 'number');
  return expression.value;
}

/** The trace without its slips; hypotheses that fail stay, for what is said about them is true. */
function withoutSlips({ text, unlearned }: Trace): string {
  const slips = unlearned.filter(([, end]) => text.startsWith(' wait ', end));
  return slips.reduceRight((rest, [start, end]) => rest.slice(0, start) + rest.slice(end), text);
}

/** The source a tried answer makes. Lines through the first example are hypotheses too, though the problem does not list them. */
function tried(problem: SearchProblem, answer: string): string {
  const known = [problem.truth, ...problem.wrong].find((hypothesis) => hypothesis.answer === answer);
  return known?.source ?? problem.truth.source.replace(problem.answer, answer);
}

describe('thinking traces', () => {
  const all = thoughts(25);

  it('state only equations that are true, but for marked slips', () => {
    for (const { trace } of all) {
      // A slip is followed by "wait" and the worked form again; with the slip taken out, `3*2= wait 3*2=6` ends an equation early.
      const text = withoutSlips(trace).replace(/=? wait /g, '=');
      for (const line of text.split('\n').filter((candidate) => !/^try( |$)/.test(candidate))) {
        for (const chain of line.split(' ')) {
          const forms = chain.split('=').filter((form) => /^[-\d(][-+*()\d]*$/.test(form));
          const values = new Set(forms.map((form) => number(parseExpression(form))));
          assert.ok(values.size <= 1, `${line}: ${chain}`);
        }
      }
    }
  });

  it('mark an example ok exactly when it holds', () => {
    for (const { problem, trace } of all) {
      if (problem.skill === 'predict') {
        continue;
      }
      let source = problem.truth.source;
      for (const line of trace.text.split('\n')) {
        if (line.startsWith('try ')) {
          const answer = line.slice(4);
          source = tried(problem, answer);
        } else if (/^[a-z]\(/.test(line)) {
          const given = /\(([-\d,]+)\)/.exec(line)?.[1]?.split(',').map(Number) ?? [];
          const example = problem.examples.find((candidate) => String(candidate.arguments) === String(given));
          const holds = callFunction(parseProgram(source), example?.name ?? '', given) === example?.expected;
          assert.ok(line.endsWith(holds ? ' ok' : ' no'), line);
        }
      }
    }
  });

  it('let the last thing tried be the answer wherever it held', () => {
    for (const { problem, trace, effort } of all) {
      const attempts = [...trace.text.matchAll(/^try (.*)$/gm)].map((found) => found[1]);
      if (problem.skill !== 'predict' && effort !== 'low' && attempts.length < 3) {
        assert.equal(attempts.at(-1), problem.answer);
      }
      assert.equal(new Set(attempts).size, attempts.length, 'nothing is tried twice');
    }
  });

  it('grow with effort', () => {
    const mean = (effort: Effort): number => {
      const chosen = all.filter((thought) => thought.effort === effort);
      return chosen.reduce((sum, { trace }) => sum + trace.text.length, 0) / chosen.length;
    };
    assert.ok(mean('low') < 0.25 * mean('high'), `${mean('low')} of ${mean('high')}`);
    assert.ok(mean('medium') < 0.75 * mean('high') && mean('medium') > 0.3 * mean('high'), `${mean('medium')} of ${mean('high')}`);
  });

  it('contain slips only at high effort, in ten to twenty per cent', () => {
    assert.ok(all.every(({ effort, trace }) => effort === 'high' || !trace.slipped));
    const high = all.filter(({ effort }) => effort === 'high');
    const share = high.filter(({ trace }) => trace.slipped).length / high.length;
    assert.ok(share > 0.04 && share < 0.2, String(share));
  });

  it('mark what is not to be learnt: slips and guesses that fail, never what is true', () => {
    for (const { problem, trace } of all) {
      for (const [start, end] of trace.unlearned) {
        const said = trace.text.slice(start, end);
        const slip = trace.text.slice(end).startsWith(' wait ');
        const [line = ''] = trace.text.slice(start).split('\n');
        const guess = problem.skill !== 'predict' && trace.text.slice(0, start).endsWith('try ') && line !== problem.answer;
        const guessedSlope = /^\d$/.test(said) && /^-?\d+-$/.test(trace.text.slice(0, start).split('\n').at(-1) ?? '');
        assert.ok(slip || guess || guessedSlope, said);
      }
    }
  });
});

describe('working an expression out', () => {
  it('goes from values to the result one operation at a time', () => {
    const lookup = (name: string): number => ({ a: 3, b: -2 })[name] ?? 0;
    assert.deepEqual(reductions(parseExpression('a * 2 + 1'), lookup), ['3*2+1', '6+1', '7']);
    assert.deepEqual(reductions(parseExpression('a - b'), lookup), ['3-(-2)', '5']);
    assert.deepEqual(reductions(parseExpression('2 * (a - 1)'), lookup), ['2*(3-1)', '2*2', '4']);
    assert.deepEqual(reductions(parseExpression('b'), lookup), ['-2']);
    assert.deepEqual(reductions(parseExpression('Math.max(a, -b) > 2'), lookup), ['max(3,2)>2', '3>2', 'true']);
  });
});
