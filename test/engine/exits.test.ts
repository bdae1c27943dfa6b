/** Surveys on the real model, and that a policy replayed on a course is the policy run live: the same tokens, the same answer. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EngineClient } from '../../extension/engine/client.ts';
import { replay, type Replayed } from '../../extension/evaluation/exits/replay.ts';
import type { Course } from '../../extension/evaluation/exits/record.ts';
import { drawProblems, type SetProblem } from '../../extension/evaluation/problems.ts';
import type { ExitSpec } from '../../extension/reasoning/exits/spec.ts';
import type { ModelCard } from '../../extension/reasoning/port.ts';
import { surveyProblem, surveyRequest } from '../../extension/runs/survey.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { newClient, runAll } from './support/clients.ts';
import { bundledRef, never } from './support/models.ts';

/** A median of what a signal says on the courses: some runs are ended by it and some are not. */
function median(courses: readonly Course[], signal: string): number {
  const values = courses.flatMap(({ places }) => places.flatMap(({ values: said }) => said[signal] ?? [])).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
}

describe('a survey', function () {
  this.timeout(600_000);
  let client: EngineClient;
  let card: ModelCard;
  const problems: SetProblem[] = [...drawProblems(7, 3, 'calibration')].filter(({ problem }) => problem.level === 1 || (problem.level === 2 && problem.skill === 'predict'));
  const courses: Course[] = [];

  before(async () => {
    client = newClient().client;
    card = await client.describe(bundledRef, never);
    for (const problem of problems) {
      const course = await surveyProblem(client, bundledRef, card.hash ?? '', problem, card.contextLength, never);
      assert.ok(course);
      courses.push(course);
    }
  });
  after(() => client.dispose());

  const live = async (problem: SetProblem, exits: ExitSpec | 'off'): Promise<RunView> => {
    const request = surveyRequest(bundledRef, problem, card.contextLength, exits);
    return foldEvents(emptyView(request.run), (await runAll(client, request)).events);
  };

  it('leaves the run as it is: the same thoughts and the same answer', async () => {
    for (const [index, problem] of problems.entries()) {
      const view = await live(problem, 'off');
      const { thinking, solution, injected, answer } = courses[index]!;
      assert.deepEqual({ thinking, solution, injected, answer }, { thinking: view.usage.thinking, solution: view.usage.solution, injected: view.usage.injected, answer: view.answer });
    }
    assert.ok(courses.some(({ places }) => places.length > 5), 'there is something to replay');
  });

  const policies: Record<string, (all: readonly Course[]) => ExitSpec> = {
    'answer convergence': () => ({ policy: 'answer-convergence', window: 2 }),
    'answer convergence, often': () => ({ policy: 'answer-convergence', window: 2, interval: 8 }),
    'trial-answer confidence': () => ({ policy: 'trial-answer-confidence', atLeast: 0.9 }),
    'trial-answer confidence by the Qwen3 rule': () => ({ policy: 'trial-answer-confidence', atLeast: 0.9, mean: 'closed', interval: 10 }),
    'entropy after the end tag': () => ({ policy: 'entropy-after-end', below: 0.05, weight: 0.5, warmUp: 3 }),
    'a signal': (all) => ({ policy: 'signal', signal: 'mean-confidence', atLeast: median(all, 'mean-confidence') }),
    'the trajectory': (all) => ({ policy: 'signal', signal: 'trajectory-net', atMost: median(all, 'trajectory-net'), times: 2 }),
    'several at once': (all) => ({ policy: 'any', of: [{ policy: 'all', of: [{ policy: 'signal', signal: 'mean-confidence', atLeast: median(all, 'mean-confidence') }, { policy: 'answer-convergence', window: 2, interval: 8 }] }, { policy: 'after', tokens: 60, then: { policy: 'trial-answer-confidence', atLeast: 0.99 } }] }),
    'one that never fires': () => ({ policy: 'signal', signal: 'hedge-density', atLeast: 101 }),
    'one that always fires': () => ({ policy: 'signal', signal: 'hedge-density', atLeast: 0 }),
  };

  for (const [name, policy] of Object.entries(policies)) {
    it(`tells exactly what a run would do: ${name}`, async () => {
      const spec = policy(courses);
      const seen = { early: 0, whole: 0 };
      for (const [index, problem] of problems.entries()) {
        const view = await live(problem, spec);
        const replayed = await replay(courses[index]!, spec, card);
        const { thinking, probes, solution, injected } = view.usage;
        const early = view.transitions.some(({ reason }) => reason === 'early-exit');
        assert.deepEqual(
          replayed,
          { early, thinking, probes, tokens: thinking + probes + injected + solution, solution, answer: view.answer, right: replayed.right, exact: true } satisfies Replayed,
          problem.id,
        );
        seen[early ? 'early' : 'whole'] += 1;
      }
      if (name === 'one that always fires') assert.equal(seen.whole, courses.filter(({ places }) => places.length === 0).length);
      if (name === 'one that never fires') assert.equal(seen.early, 0);
      if (name === 'answer convergence, often') assert.ok(seen.early > 0, 'it ends some of the runs');
    });
  }
});
