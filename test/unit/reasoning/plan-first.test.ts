import assert from 'node:assert/strict';
import { RunControl } from '../../../extension/reasoning/control.ts';
import type { Model, OpenOptions, Session } from '../../../extension/reasoning/port.ts';
import { runReasoning } from '../../../extension/reasoning/run.ts';
import { partsOf, planTokens } from '../../../extension/reasoning/strategies/plan-first.ts';
import type { RunEvent, UnstampedEvent } from '../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import type { RunView } from '../../../extension/trace/view.ts';
import { FakeClock, words } from '../../support/run-scripted.ts';
import { ScriptedModel, type Script } from '../../support/scripted-model.ts';

/** Says the plan when it is asked for one, and thinks and answers otherwise. */
class Planner implements Model {
  readonly card: Model['card'];
  readonly opened: OpenOptions[] = [];
  readonly #planning: ScriptedModel;
  readonly #solving: ScriptedModel;

  constructor(plan: string, script: Partial<Script> = {}) {
    this.#planning = new ScriptedModel({ thoughts: [], answer: () => plan.split(/(?<=\n)/), ...script });
    this.#solving = new ScriptedModel({ thoughts: words(12), answer: () => ['done'], ...script });
    this.card = this.#solving.card;
  }

  open(options: OpenOptions): Promise<Session> {
    this.opened.push(options);
    return (options.think ? this.#solving : this.#planning).open(options);
  }

  tick(): never {
    throw new Error('No run ticks.');
  }

  countTokens(text: string): number {
    return this.#solving.countTokens(text);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

async function run(model: Planner, settings: { thinking?: number; planFirst?: boolean } = {}): Promise<RunView> {
  const events: RunEvent[] = [];
  await runReasoning({
    settings: { run: 'r', question: 'Why does it fail?', effort: 'high', budgets: { thinking: settings.thinking ?? 400, solution: 50 }, planFirst: settings.planFirst ?? true, exits: 'off' },
    model, control: new RunControl(new AbortController().signal), clock: new FakeClock(), startedAt: '2026-01-01T00:00:00Z',
    emit: (event: UnstampedEvent) => events.push({ ...event, run: 'r', seq: events.length, at: 0 } as RunEvent),
  });
  return foldEvents(emptyView('r'), events);
}

const PLAN = '1. What goes in? [20]\n2. Where does it part ways? [60]\n3. What to change? [20]\n';

describe('planning first', () => {
  it('asks for the parts, deals the budget out, and asks the question with both', async () => {
    const model = new Planner(PLAN);
    const view = await run(model);
    assert.equal(view.outcome, 'answered');
    assert.equal(model.opened.length, 2);
    assert.equal(model.opened[0]!.think, false);
    assert.match(model.opened[0]!.messages.at(-1)!.content, /^Why does it fail\?\n\nDo not solve this yet/);
    const asked = model.opened[1]!.messages.at(-1)!.content;
    assert.match(asked, /^Why does it fail\?\n\nThink through these parts/);
    assert.match(asked, /2\. Where does it part ways\? \(about \d+ words of thought\)/);
    const decision = view.decisions.find(({ policy }) => policy === 'plan-and-budget');
    assert.equal(decision?.action, 'plan');
    const dealt = decision.evidence.map(({ value }) => Number(value));
    assert.equal(dealt.reduce((sum, tokens) => sum + tokens, 0), 400 - view.usage.probes);
    assert.ok(dealt[1]! > dealt[0]! && dealt[0]! > dealt[2]!, 'the hard part gets most, and of equal ones the earlier');
    assert.ok(view.usage.probes > 0, 'the plan is paid for');
  });

  it('asks the question as it is where the reply is no plan, and says so', async () => {
    const model = new Planner('I cannot plan.\n');
    const view = await run(model);
    assert.equal(view.outcome, 'answered');
    assert.equal(model.opened[1]!.messages.at(-1)!.content, 'Why does it fail?');
    assert.match(view.notices.find(({ code }) => code === 'no-parts')?.message ?? '', /no list of parts/);
  });

  it('closes thoughts that the template opened before it reads the plan', async () => {
    const view = await run(new Planner(PLAN, { opensThinking: true }));
    assert.ok(view.decisions.some(({ action }) => action === 'plan'));
  });

  it('does nothing without being asked, and nothing with a budget too small for a plan', async () => {
    const plain = new Planner(PLAN);
    await run(plain, { planFirst: false });
    assert.equal(plain.opened.length, 1);
    const small = new Planner(PLAN);
    await run(small, { thinking: 40 });
    assert.equal(small.opened.length, 1);
    assert.equal(planTokens(40), 10);
    assert.equal(planTokens(100_000), 400);
  });

  it('reads lists as models write them, and takes nothing else for one', () => {
    assert.deepEqual(partsOf('Here:\n1) **What** is it? [30 points]\n 2. And then?\n\nThat is all.').map(({ text, credit }) => [text, credit]), [['**What** is it?', 30], ['And then?', 30]]);
    assert.deepEqual(partsOf('1. Only one [100]'), []);
    assert.deepEqual(partsOf(Array.from({ length: 9 }, (_, index) => `${index + 1}. Part`).join('\n')), []);
    assert.deepEqual(partsOf('no list'), []);
    assert.equal(partsOf(`1. ${'x'.repeat(5000)}\n2. y`)[0]?.text.length, 200);
  });
});
