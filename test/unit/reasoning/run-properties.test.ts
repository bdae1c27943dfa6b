import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import * as v from 'valibot';
import { CLOSE, OPEN } from '../../support/scripted-model.ts';
import { runScripted, words } from '../../support/run-scripted.ts';
import type { RunSettings } from '../../../extension/reasoning/plan.ts';
import { runEventSchema, type SteerCommand } from '../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';

const yes = { available: true } as const;

const command: fc.Arbitrary<SteerCommand> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('keep-thinking' as const), tokens: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('steer' as const), text: fc.constantFrom('look again', 'mind the zero case please') }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'answer-now' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'release' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'stop' as const }) },
);

const scenario = fc.record({
  thoughts: fc.nat(80),
  answer: fc.array(fc.constantFrom('a ', 'b ', '\n', CLOSE, OPEN), { maxLength: 25 }),
  chunk: fc.integer({ min: 1, max: 4 }),
  opensThinking: fc.boolean(),
  endsInsideThoughts: fc.boolean(),
  contextLength: fc.integer({ min: 80, max: 600 }),
  effort: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
  thinking: fc.option(fc.nat(120), { nil: undefined }),
  solution: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  exits: fc.constantFrom<NonNullable<RunSettings['exits']>>(
    'effort', 'off', 'eager',
    { policy: 'answer-convergence', window: 2, interval: 1 },
    { policy: 'any', of: [{ policy: 'trial-answer-confidence', atLeast: 0.9, interval: 3 }, { policy: 'entropy-after-end', below: 0.5, warmUp: 2 }] },
    { policy: 'all', of: [{ policy: 'signal', signal: 'self-evaluation', atLeast: 0.5 }, { policy: 'answer-convergence', window: 2, interval: 1 }] },
  ),
  signals: fc.constantFrom('policy' as const, 'cheap' as const, 'all' as const),
  figure: fc.constantFrom(NaN, Infinity, -1, 0, 0.6, 30),
  /** After how many events each command comes. */
  commands: fc.array(fc.tuple(fc.nat(60), command), { maxLength: 5 }),
});

describe('any run', function () {
  this.timeout(60_000); // A hundred runs on a busy machine.

  it('never overspends, ends once, and folds to its own bill', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ commands, effort, thinking, solution, answer, thoughts, exits, signals, figure, ...script }) => {
        const due = [...commands].sort(([a], [b]) => a - b);
        const run = await runScripted({
          script: {
            ...script,
            thoughts: words(thoughts),
            answer: () => answer,
            capabilities: { logprobs: yes, entropy: yes, confidence: yes, selfEvaluation: yes, remainingLength: yes, hiddenStates: yes, earlyExits: yes, endTagBias: yes },
            trialProbability: () => figure,
            trialEntropy: () => figure,
            figures: (had) => ({ confidence: figure, selfEvaluation: figure, remainingLength: { alpha: figure * 30, lambda: 12 }, earlyExits: [had % 2 === 0], ...(had % 4 === 3 ? { hiddenChunk: [Float32Array.of(had, figure)] } : {}) }),
          },
          settings: { effort, exits, signals, budgets: { thinking, solution } },
          onEvent: (event, control) => {
            while (due[0] && due[0][0] <= event.seq) control.post(due.shift()![1]);
          },
        });
        const { events, view } = run;
        assert.deepEqual(events.map(({ seq }) => seq), events.map((_, index) => index));
        for (const event of events) assert.ok(v.is(runEventSchema, JSON.parse(JSON.stringify(event))), JSON.stringify(event));
        assert.equal(events.filter(({ type }) => type === 'ended').length, 1);
        assert.equal(events.at(-1)?.type, 'ended');
        const ended = events.at(-1);
        assert.ok(ended?.type === 'ended');
        if (run.outcome === 'failed') {
          assert.equal(view.error?.reason, 'context-overflow', view.error?.message);
          return;
        }

        // Budgets, as they stood at every moment: what is spent never exceeds what was allowed by then.
        for (let length = 1; length <= events.length; length += 1) {
          const at = foldEvents(emptyView('r'), events.slice(0, length));
          assert.ok(at.usage.thinking + at.usage.probes <= at.budgets.thinking, `thinking at event ${length}`);
          assert.ok(at.usage.solution <= at.budgets.solution, `solution at event ${length}`);
        }
        const { usage } = ended;
        assert.ok(10 + usage.thinking + usage.injected + usage.solution <= script.contextLength + 1, 'fits the context');

        // The bill of the ledger is the bill of the log.
        const folded = foldEvents(emptyView('r'), events.slice(0, -1)).usage;
        assert.deepEqual({ ...folded, discarded: usage.discarded }, usage);

        // However often it went back and forth, at most one closing text stands in the sequence, and no tag in the answer.
        assert.ok(!view.answer.includes(CLOSE) && !view.answer.includes(OPEN) || run.of('answer').length === 0);
        if (run.outcome === 'answered') assert.notEqual(view.answer, '');
        assert.equal(view.phase, 'done');
        assert.equal(run.model.sessions[0]?.closed, true);
      }),
      { numRuns: 400 },
    );
  });
});
