import assert from 'node:assert/strict';
import { ModelRunService } from '../../../extension/runs/model-run-service.ts';
import type { RunRequest } from '../../../extension/runs/service.ts';
import { TogetherModel } from '../../../extension/runs/together.ts';
import type { Session, StepOptions, Token } from '../../../extension/reasoning/port.ts';
import type { RunEvent } from '../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import { ScriptedModel, type Script } from '../../support/scripted-model.ts';

const never = new AbortController().signal;
const script: Script = { thoughts: ['one ', 'two ', 'three '], answer: () => ['42'] };
const greedy: StepOptions = { sampler: { temperature: 0 }, seed: 1 };

/** Tells how many sessions each tick advanced. */
class CountingModel extends ScriptedModel {
  readonly ticks: number[] = [];
  override tick(steps: readonly { session: Session; options: StepOptions }[], signal: AbortSignal): Promise<Token[]> {
    this.ticks.push(steps.length);
    return super.tick(steps, signal);
  }
}

async function runAll(model: TogetherModel | ScriptedModel, budgets: readonly number[]): Promise<unknown[]> {
  const service = new ModelRunService({ places: budgets.length, keepLoaded: 1, loadModel: () => Promise.resolve(model) });
  return Promise.all(
    budgets.map(async (thinking, index) => {
      const request: RunRequest = { run: `run-${index}`, model: { kind: 'local', id: 'm', name: 'm', folder: '/' }, priority: 'background', question: 'q', effort: 'high', budgets: { thinking, solution: 20 }, exits: 'off' };
      const events: RunEvent[] = [];
      await service.run(request, (batch) => events.push(...batch), never);
      const { outcome, answer, usage, thoughts, transitions } = foldEvents(emptyView(request.run), events);
      return { outcome, answer, usage, thoughts, reasons: transitions.map(({ reason }) => reason) };
    }),
  );
}

describe('runs advanced together', () => {
  it('say what they say alone, and take as many ticks as the longest', async () => {
    const budgets = [0, 1, 2, 3, 10, 10, 10, 10];
    const counting = new CountingModel(script);
    const together = await runAll(new TogetherModel(counting), budgets);
    assert.deepEqual(together, await runAll(new ScriptedModel(script), budgets));
    // Natural runs: three thoughts, the end tag, the answer and the end of the turn, four runs at a time.
    assert.ok(counting.ticks.filter((size) => size >= 4).length >= 6, counting.ticks.join());
    assert.ok(counting.ticks.length < 25, counting.ticks.join());
  });

  it('wait until shorter ones have caught up', async () => {
    const counting = new CountingModel(script);
    const model = new TogetherModel(counting);
    const open = (): Promise<Session> => model.open({ messages: [], effort: 'high', think: true, limits: { thinking: 9, solution: 9 } }, never);
    const [ahead, behind] = [await open(), await open()];
    await ahead.append('three words more', never);
    const order: string[] = [];
    await Promise.all([ahead.step(greedy, never).then(() => order.push('ahead')), behind.step(greedy, never).then(() => order.push('behind'))]);
    assert.deepEqual(order, ['behind', 'ahead']);
    assert.deepEqual(counting.ticks, [1, 1]);
  });

  it('lose nothing when a waiting step is interrupted', async () => {
    const model = new TogetherModel(new ScriptedModel(script));
    const session = await model.open({ messages: [], effort: 'high', think: true, limits: { thinking: 9, solution: 9 } }, never);
    const stop = new AbortController();
    const interrupted = session.step(greedy, stop.signal);
    stop.abort();
    await assert.rejects(interrupted, { name: 'AbortError' });
    assert.deepEqual([(await session.step(greedy, never)).text, (await session.step(greedy, never)).text], ['one ', 'two ']);
  });

  it('fail together when a tick fails, and go on afterwards', async () => {
    const model = new TogetherModel(new ScriptedModel({ ...script, failAt: { step: 1, error: new Error('out of everything') } }));
    const session = await model.open({ messages: [], effort: 'high', think: true, limits: { thinking: 9, solution: 9 } }, never);
    assert.equal((await session.step(greedy, never)).text, 'one ');
    await assert.rejects(session.step(greedy, never), /out of everything/);
    const other = await model.open({ messages: [], effort: 'high', think: true, limits: { thinking: 9, solution: 9 } }, never);
    assert.equal((await other.step(greedy, never)).text, 'one ');
  });
});
