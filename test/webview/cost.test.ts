/// <reference types="node" />
import assert from 'node:assert/strict';
import { fullRun } from './support/events.ts';
import { panelState, snapshot } from './support/messages.ts';
import { drawn, openStage, type Stage } from './support/viewer.ts';
import type { RunEvent } from '../../extension/trace/events.ts';

describe('what a run cost', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage.close());

  const overServer = (): RunEvent[] => {
    const events = fullRun();
    const ended = events.pop()!;
    const stamp = { run: ended.run, at: ended.at };
    const request = { ...stamp, type: 'request', purpose: 'run', prompt: 1200, cached: 1000, thinking: 70, solution: 48, estimated: true, seq: ended.seq } as const;
    return [...events, request, { ...ended, seq: ended.seq + 1 }];
  };
  const totals = async (events: RunEvent[], cost: ReturnType<typeof panelState>['cost']): Promise<string[]> => {
    const viewer = await stage.open({ width: 360, height: 1800 });
    await viewer.send(snapshot(events, panelState({ cost })));
    await viewer.page.getByRole('button', { name: /^Totals/ }).click();
    await drawn(viewer.page);
    const rows = await viewer.page.locator('.totals .total:visible').allTextContents();
    await viewer.close();
    return rows;
  };

  it('is in the totals, with what it was for', async () => {
    const rows = await totals(overServer(), { run: 'run-full', total: '≈ 0.0031 USD', parts: 'prompt ≈ 0.0010 USD, thinking ≈ 0.0021 USD', session: '≈ 0.012 USD' });
    assert.ok(rows.includes('Requests1, ≈1,200 sent, ≈1,000 of them cached'), rows.join('\n'));
    assert.ok(rows.includes('Cost≈ 0.0031 USD: prompt ≈ 0.0010 USD, thinking ≈ 0.0021 USD'), rows.join('\n'));
    assert.ok(rows.includes('Session≈ 0.012 USD'), rows.join('\n'));
  });

  it('is marked as an estimate only where it is one: a tokenizer counts what came, not the words around the prompt', async () => {
    const served = (tokenCounts: object): RunEvent[] =>
      overServer().map((event) => (event.type === 'started' ? { ...event, prompt: { ...event.prompt, estimated: true }, ...tokenCounts } : event.type === 'ended' ? { ...event, usage: { ...event.usage, estimated: !('tokenCounts' in tokenCounts) } } : event));
    const counted = await totals(served({ tokenCounts: 'counted' }), null);
    assert.deepEqual(counted.filter((row) => /^(Thinking|Solution|Prompt)/.test(row)), ['Thinking70', 'Solution48', 'Prompt≈212']);
    const guessed = await totals(served({}), null);
    assert.deepEqual(guessed.filter((row) => /^(Thinking|Solution|Prompt)/.test(row)), ['Thinking≈70', 'Solution≈48', 'Prompt≈212']);
  });

  it('is not called kept to exact budgets where tokens are estimated', async () => {
    const facts = async (changes: object): Promise<string> => {
      const viewer = await stage.open({ width: 360, height: 1800 });
      await viewer.send(snapshot(overServer().map((event) => (event.type === 'started' ? { ...event, prompt: { ...event.prompt, estimated: true }, ...changes } : event)), panelState({ cost: null })));
      await drawn(viewer.page);
      const text = await viewer.page.locator('.fact-line span').last().innerText();
      await viewer.close();
      return text;
    };
    assert.equal(await facts({}), 'budgets in estimated tokens');
    assert.equal(await facts({ tokenCounts: 'counted' }), 'exact budgets');
  });

  it('is not there for a local run, without a price, or of another run', async () => {
    const other = { run: 'another', total: '1.00 USD', parts: 'prompt 1.00 USD', session: '1.00 USD' };
    for (const [events, cost] of [[fullRun(), null], [overServer(), null], [overServer(), other]] as const) {
      const rows = await totals([...events], cost);
      assert.ok(!rows.some((row) => /^(Cost|Session)/.test(row)), rows.join('\n'));
    }
    assert.ok(!(await totals(fullRun(), null)).some((row) => row.startsWith('Requests')));
  });
});
