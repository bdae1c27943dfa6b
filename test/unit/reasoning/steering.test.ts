import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CLOSE } from '../../support/scripted-model.ts';
import { runScripted, words } from '../../support/run-scripted.ts';
import type { RunEvent, SteerCommand } from '../../../extension/trace/events.ts';

/** Post a command once, when a condition on an event first holds. */
function once(when: (event: RunEvent) => boolean, command: SteerCommand): { onEvent: (event: RunEvent, control: { post(command: SteerCommand): void }) => void } {
  let done = false;
  return {
    onEvent: (event, control) => {
      if (done || !when(event)) return;
      done = true;
      control.post(command);
    },
  };
}

const atThought = (count: number) => {
  let seen = 0;
  return (event: RunEvent): boolean => event.type === 'tokens' && event.phase === 'thinking' && event.source === 'model' && ++seen === count;
};
const atAnswer = (event: RunEvent): boolean => event.type === 'tokens' && event.phase === 'solving';
const answer = (had: number): string[] => [`after${had} `, 'done'];

describe('steering a live run', () => {
  it('Answer Now closes the thinking and gets the answer', async () => {
    const run = await runScripted({ script: { thoughts: words(500), answer }, ...once(atThought(20), { kind: 'answer-now' }) });
    assert.equal(run.outcome, 'answered');
    assert.equal(run.view.answer, 'after20 done');
    assert.equal(run.view.usage.thinking, 20);
    assert.equal(run.view.transitions[1]?.reason, 'user');
    assert.match(run.of('decision')[0]?.decision.reason ?? '', /Answer Now/);
  });

  it('Answer Now interrupts a model that keeps us waiting', async () => {
    const run = await runScripted({
      script: { thoughts: words(500), answer, stallAt: 7 },
      onEvent: (event, control, model) => {
        if (event.type === 'tokens' && model.sessions[0]?.steps === 7 && event.phase === 'thinking') queueMicrotask(() => control.post({ kind: 'answer-now' }));
        if (event.type === 'phase' && event.to === 'solving') setImmediate(() => model.sessions[0]?.proceed());
      },
    });
    assert.equal(run.view.usage.thinking, 7);
    assert.equal(run.outcome, 'answered');
  });

  it('Stop keeps what came', async () => {
    const thinking = await runScripted({ script: { thoughts: words(500), answer }, ...once(atThought(9), { kind: 'stop' }) });
    assert.equal(thinking.outcome, 'stopped');
    assert.equal(thinking.view.thoughts[0]?.text, words(9).join(''));
    const solving = await runScripted({ script: { thoughts: [], answer: () => words(50, 'a') }, ...once(atAnswer, { kind: 'stop' }) });
    assert.equal(solving.outcome, 'stopped');
    assert.equal(solving.view.answer, 'a0');
    assert.equal(solving.view.truncated, true);
  });

  it('the caller’s signal is a Stop', async () => {
    const cancel = new AbortController();
    const run = await runScripted({ script: { thoughts: words(500), answer }, signal: cancel.signal, onEvent: (event) => event.type === 'tokens' && cancel.abort() });
    assert.equal(run.outcome, 'stopped');
  });

  it('Keep Thinking while it thinks raises the budget and ends early exits', async () => {
    const run = await runScripted({
      script: { thoughts: words(2000), answer: () => ['7'] },
      settings: { effort: 'low', budgets: { thinking: 100 } },
      ...once(atThought(5), { kind: 'keep-thinking', tokens: 50 }),
    });
    assert.equal(run.view.budgets.thinking, 150);
    assert.equal(run.view.usage.thinking + run.view.usage.probes, 150);
    assert.equal(run.of('probe').length, 0);
    assert.equal(run.of('budget').length, 1);
  });

  it('Keep Thinking while it answers goes back to the thoughts and loses nothing', async () => {
    const run = await runScripted({
      script: { thoughts: words(10), answer },
      settings: { budgets: { thinking: 200, solution: 50 } },
      ...once(atAnswer, { kind: 'keep-thinking', tokens: 40 }),
    });
    assert.equal(run.outcome, 'answered');
    assert.deepEqual(run.view.discarded.map(({ text }) => text), ['after10 ']);
    assert.equal(run.view.usage.discarded, 1);
    assert.ok(run.view.usage.thinking >= 10 + 16, 'the end tag was held back for a while');
    assert.ok(run.view.thoughts.some(({ source, text }) => source === 'injected' && text.includes('Wait')));
    assert.equal(run.model.sessions[0]?.text.split(CLOSE).length, 2, 'one end tag is left');
    assert.equal(run.view.budgets.thinking, 240);
  });

  it('Keep Thinking takes back a forced end', async () => {
    const run = await runScripted({
      script: { thoughts: words(500), answer },
      settings: { budgets: { thinking: 12, solution: 50 } },
      ...once(atAnswer, { kind: 'keep-thinking', tokens: 30 }),
    });
    assert.equal(run.view.usage.thinking, 42);
    assert.equal(run.view.answer, 'after42 done');
    assert.equal(run.model.sessions[0]?.text.split(CLOSE).length, 2);
  });

  it('Steer puts a remark into the thoughts', async () => {
    const run = await runScripted({ script: { thoughts: words(30), answer }, ...once(atThought(5), { kind: 'steer', text: 'mind the zero' }) });
    assert.ok(run.view.thoughts.some(({ source, text }) => source === 'injected' && text.includes('mind the zero')));
    assert.ok(run.model.sessions[0]?.text.includes('mind the zero'));
    assert.equal(run.of('steer')[0]?.accepted, true);
    assert.ok(run.view.usage.injected >= 3);
    assert.equal(run.outcome, 'answered');
  });

  it('Steer after the budget is spent gets a little room to be thought about', async () => {
    const run = await runScripted({
      script: { thoughts: words(500), answer },
      settings: { budgets: { thinking: 10, solution: 50 } },
      ...once(atAnswer, { kind: 'steer', text: 'try again' }),
    });
    assert.equal(run.view.usage.thinking, 74);
    assert.equal(run.of('budget').length, 1);
  });

  it('refuses what the model cannot do, with the reason', async () => {
    const cannot = { available: false, reason: 'This server cannot go back.' } as const;
    const run = await runScripted({ script: { thoughts: words(5), answer, capabilities: { rewind: cannot } }, ...once(atAnswer, { kind: 'keep-thinking', tokens: 10 }) });
    assert.deepEqual(run.of('steer').map(({ accepted, note }) => [accepted, note]), [[false, 'This server cannot go back.']]);
    assert.equal(run.outcome, 'answered');
    const late = await runScripted({ script: { thoughts: words(5), answer }, ...once(atAnswer, { kind: 'answer-now' }) });
    assert.equal(late.of('steer')[0]?.note, 'The model is already answering.');
  });

  it('refuses a remark that would eat the answer’s room', async () => {
    const run = await runScripted({
      script: { thoughts: words(500), answer, contextLength: 100, promptTokens: 10 },
      settings: { budgets: { thinking: 60, solution: 20 } },
      ...once(atThought(5), { kind: 'steer', text: words(80, 'remark').join('') }),
    });
    assert.equal(run.of('steer')[0]?.accepted, false);
    assert.match(run.of('steer')[0]?.note ?? '', /set aside for the answer/);
    assert.equal(run.outcome, 'answered');
  });

  it('holds at a token until it is steered or let go', async () => {
    for (const command of [{ kind: 'release' }, { kind: 'answer-now' }, { kind: 'keep-thinking', tokens: 5 }] as const) {
      const run = await runScripted({
        script: { thoughts: words(30), answer },
        settings: { holdAt: 8 },
        onEvent: (event, control) => {
          if (event.type === 'hold' && event.held) queueMicrotask(() => control.post(command));
        },
      });
      assert.deepEqual(run.of('hold')[0], { type: 'hold', held: true, atToken: 8, run: 'r', seq: run.of('hold')[0]?.seq, at: 0 });
      assert.equal(run.outcome, 'answered');
      assert.equal(run.view.usage.thinking, command.kind === 'answer-now' ? 8 : 31, command.kind);
    }
  });
});
