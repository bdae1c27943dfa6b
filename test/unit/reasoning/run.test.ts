import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CLOSE, OPEN } from '../../support/scripted-model.ts';
import { FakeClock, runScripted, SleepingClock, words } from '../../support/run-scripted.ts';
import { thoughtsText } from '../../../extension/trace/view.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';

const seven = (): string[] => ['7'];

describe('a run', () => {
  it('thinks to its natural end and answers', async () => {
    const run = await runScripted({ script: { thoughts: words(5), answer: seven } });
    assert.equal(run.outcome, 'answered');
    assert.equal(run.view.answer, '7');
    assert.equal(run.view.usage.thinking, 6, 'five thoughts and the end tag');
    assert.deepEqual(run.view.transitions.map(({ to, reason }) => [to, reason]), [['thinking', 'start'], ['solving', 'natural-end'], ['done', 'natural-end']]);
    assert.deepEqual(run.events.at(-1)?.type, 'ended');
    assert.equal(run.model.sessions[0]?.closed, true);
  });

  it('forces the end at the budget and writes the end tag exactly once', async () => {
    const run = await runScripted({ script: { thoughts: words(50), answer: seven }, settings: { budgets: { thinking: 12 } } });
    assert.equal(run.view.answer, '7');
    assert.equal(run.view.usage.thinking, 12);
    assert.equal(run.model.sessions[0]?.text.split(CLOSE).length, 2);
    const decision = run.of('decision')[0]?.decision;
    assert.equal(decision?.policy, 'budget');
    assert.match(decision?.reason ?? '', /thinking budget of 12 tokens is spent/);
    assert.deepEqual(decision?.evidence, [{ signal: 'thinking tokens', value: 12, threshold: 12 }]);
  });

  it('leaves a stray second end tag out of the answer', async () => {
    const run = await runScripted({ script: { thoughts: words(50), answer: () => [CLOSE, 'x ', '+ ', '1'] }, settings: { budgets: { thinking: 3 } } });
    assert.equal(run.view.answer, 'x + 1');
    assert.deepEqual(run.view.notices.map(({ code }) => code), ['stray-tag']);
  });

  it('leaves thoughts that were resumed inside the answer out of it', async () => {
    const run = await runScripted({ script: { thoughts: words(2), answer: () => ['x ', OPEN, 'hm ', CLOSE, '+ 1'] } });
    assert.equal(run.view.answer, 'x + 1');
    assert.deepEqual(run.view.notices.map(({ code }) => code), ['leaked-thoughts']);
  });

  it('marks an answer the budget cut off', async () => {
    const run = await runScripted({ script: { thoughts: [], answer: () => words(20, 'a') }, settings: { budgets: { solution: 8 } } });
    assert.equal(run.outcome, 'answered');
    assert.equal(run.view.truncated, true);
    assert.equal(run.view.usage.solution, 8);
    assert.match(run.of('decision').at(-1)?.decision.reason ?? '', /solution budget of 8 tokens/);
  });

  it('says exhausted when a budget ended the run before any answer', async () => {
    const run = await runScripted({ script: { thoughts: [], answer: () => words(20, '\n').map(() => '\n') }, settings: { budgets: { solution: 3 } } });
    assert.equal(run.outcome, 'exhausted');
    assert.equal(run.of('answer').length, 0);
    assert.deepEqual(run.view.notices.map(({ code }) => code), ['no-answer']);
  });

  it('answers without thinking at a thinking budget of 0', async () => {
    const run = await runScripted({ script: { thoughts: words(9), answer: (had) => [String(had)] }, settings: { budgets: { thinking: 0 } } });
    assert.equal(run.view.answer, '0');
    assert.equal(run.view.usage.thinking, 0);
    assert.equal(run.model.lastOpen?.think, false);
    assert.equal(run.model.sessions[0]?.text.split(CLOSE).length, 2);
  });

  it('runs a model that does not think', async () => {
    const run = await runScripted({ script: { thoughts: [], thinks: false, answer: seven }, settings: { budgets: { thinking: 50 } } });
    assert.equal(run.view.answer, '7');
    assert.deepEqual(run.view.transitions.map(({ to, reason }) => [to, reason]), [['solving', 'no-thinking'], ['done', 'natural-end']]);
  });

  it('sees the model open its thoughts itself', async () => {
    const run = await runScripted({ script: { thoughts: words(3), opensThinking: false, answer: seven } });
    assert.equal(run.view.answer, '7');
    assert.equal(run.view.usage.thinking, 5, 'both tags count');
    assert.equal(run.view.thoughts.map(({ text }) => text).join(''), words(3).join(''));
  });

  it('closes thoughts the model broke off', async () => {
    const run = await runScripted({ script: { thoughts: words(3), endsInsideThoughts: true, answer: seven } });
    assert.equal(run.view.answer, '7');
    assert.match(run.of('decision')[0]?.decision.reason ?? '', /ended its turn inside its thoughts/);
  });

  it('stops early when trial answers agree, and charges them', async () => {
    const run = await runScripted({
      script: { thoughts: words(2000), answer: (had) => [had > 90 ? '7' : `n${had}`] },
      settings: { effort: 'low', budgets: { thinking: 480 } },
    });
    assert.equal(run.view.answer, '7');
    assert.equal(run.view.transitions[1]?.reason, 'early-exit');
    const decision = run.of('decision')[0]?.decision;
    assert.equal(decision?.policy, 'answer-convergence');
    assert.equal(run.view.usage.thinking, 216, 'interval 60, looked at every 24: 72 and 144 differ, 144 and 216 agree');
    const probed = run.of('probe').reduce((sum, probe) => sum + probe.injected + probe.generated, 0);
    assert.equal(run.view.usage.probes, probed);
    assert.ok(probed > 0);
    assert.deepEqual(run.view.signals['answer-convergence']?.map(({ value }) => value), [1, 1, 2]);
  });

  it('does not exit early when exits are off', async () => {
    const run = await runScripted({ script: { thoughts: words(300), answer: seven }, settings: { effort: 'low', budgets: { thinking: 200 }, exits: 'off' } });
    assert.equal(run.view.usage.thinking, 200);
    assert.equal(run.of('probe').length, 0);
  });

  it('takes a server’s chunk that is larger than the budget as spent, and does not use it', async () => {
    const run = await runScripted({ script: { thoughts: words(50), chunk: 5, answer: () => ['7'] }, settings: { budgets: { thinking: 12, solution: 20 } } });
    assert.equal(run.view.usage.thinking, 10);
    assert.equal(run.view.usage.discarded, 5);
    assert.equal(run.view.answer, '7');
  });

  it('keeps a quarter of the seconds for the answer', async () => {
    const clock = new FakeClock();
    const run = await runScripted({
      script: { thoughts: words(50), answer: seven },
      settings: { budgets: { seconds: 8 } },
      clock,
      onEvent: (event) => {
        if (event.type === 'tokens' && event.phase === 'thinking') void clock.advance(1000);
      },
    });
    assert.equal(run.view.answer, '7');
    assert.equal(run.view.transitions[1]?.reason, 'time');
    assert.ok(run.view.usage.thinking >= 6 && run.view.usage.thinking <= 7, String(run.view.usage.thinking));
  });

  it('passes on what a session has to say', async () => {
    const run = await runScripted({ script: { thoughts: words(2), answer: seven, notice: 'Asked again.' } });
    assert.deepEqual(run.view.notices, [{ code: 'scripted', message: 'Asked again.' }]);
  });

  it('keeps the pace it was given', async () => {
    const run = await runScripted({ script: { thoughts: words(5), answer: seven }, settings: { pace: 10 }, clock: new SleepingClock() });
    const tokens = run.of('tokens').filter(({ source }) => source === 'model');
    assert.deepEqual(tokens.map(({ at }) => at), [0, 100, 200, 300, 400, 500, 600, 700]);
  });

  it('lets a model answer at once that could have thought', async () => {
    const run = await runScripted({ script: { thoughts: words(5), opensThinking: false, direct: true, answer: () => ['x ', '+ 1'] } });
    assert.equal(run.view.answer, 'x + 1');
    assert.equal(run.view.usage.thinking, 0);
    assert.equal(run.view.usage.solution, 3);
    assert.deepEqual(run.view.transitions.map(({ to, reason }) => [to, reason]), [['thinking', 'start'], ['solving', 'no-thinking'], ['done', 'natural-end']]);
  });

  it('passes on what the model says of its tokens, to four decimals', async () => {
    const run = await runScripted({ script: { thoughts: words(1), answer: seven, logprob: -0.123456, entropy: 1.98765432 } });
    for (const event of run.of('tokens')) assert.deepEqual([event.logprobs, event.entropies, event.estimated], [[-0.1235], [1.9877], undefined]);
  });

  it('writes figures that are the same when the log is read back', async () => {
    const run = await runScripted({ script: { thoughts: words(1), answer: seven, logprob: -1e-9 } });
    assert.deepEqual(JSON.parse(JSON.stringify(run.events)), run.events);
  });

  it('marks estimated counts as such, everywhere', async () => {
    const run = await runScripted({ script: { thoughts: words(1), answer: seven, tokenCounts: 'estimated' } });
    assert.ok(run.of('tokens').every(({ estimated }) => estimated === true));
    assert.equal(run.of('ended')[0]?.usage.estimated, true);
    const exact = await runScripted({ script: { thoughts: words(1), answer: seven } });
    assert.equal(exact.of('ended')[0]?.usage.estimated, false);
  });

  it('goes back to the thoughts from an answer it continued', async () => {
    let pressed = false;
    const run = await runScripted({
      script: { thoughts: words(50), answer: () => words(9, 'a') },
      settings: { resume: { parent: 'p', thoughts: 'earlier ', answer: 'a0 ', into: 'solving' }, budgets: { thinking: 0, solution: 40 } },
      onEvent: (event, control) => {
        if (pressed || event.type !== 'tokens' || event.phase !== 'solving' || event.source !== 'model') return;
        pressed = true;
        control.post({ kind: 'keep-thinking', tokens: 20 });
      },
    });
    assert.equal(run.outcome, 'answered');
    assert.equal(run.view.usage.thinking, 20);
  });

  it('keeps what came before a failure', async () => {
    const error = new ReasoningError('stream-cut', 'The server cut the stream.');
    const run = await runScripted({ script: { thoughts: words(3), answer: () => words(9, 'a'), failAt: { step: 7, error } } });
    assert.equal(run.outcome, 'failed');
    assert.deepEqual(run.view.error, { reason: 'stream-cut', message: 'The server cut the stream.' });
    assert.equal(run.view.answer, 'a0 a1 a2');
    assert.equal(run.view.truncated, true);
    assert.equal(run.model.sessions[0]?.closed, true);
  });

  it('refuses what cannot be: no question, a negative budget, no room for an answer, budgets beyond the context', async () => {
    const script = { thoughts: words(3), answer: seven, contextLength: 200, promptTokens: 100 };
    const sentence = async (settings: object, prompt = 100): Promise<string> => (await runScripted({ script: { ...script, promptTokens: prompt }, settings })).view.error?.message ?? '';
    assert.match(await sentence({ question: '  ' }), /question is empty/);
    assert.match(await sentence({ budgets: { thinking: -1 } }), /thinking budget must be 0 or more/);
    assert.match(await sentence({ budgets: { solution: 0 } }), /at least 1 token/);
    assert.match(await sentence({ budgets: { thinking: 90, solution: 40 } }), /budgets do not fit: Scripted holds 200 tokens and the prompt takes 100/);
    assert.match(await sentence({}, 199), /prompt takes 199 of the 200 tokens/);
  });

  it('goes on thinking from a run whose thoughts were closed by force', async () => {
    const script = { thoughts: words(50), answer: (had: number) => [`after${had}`] };
    const first = await runScripted({ script, settings: { budgets: { thinking: 8 } } });
    assert.equal(first.view.thoughts.at(-1)?.source, 'closing');
    const thoughts = thoughtsText(first.view);
    assert.equal(thoughts, words(8).join(''));
    const more = await runScripted({ script, settings: { resume: { parent: 'r', thoughts, answer: '', into: 'thinking' }, budgets: { thinking: 20 } } });
    assert.equal(more.view.usage.thinking, 20);
    assert.equal(more.model.sessions[0]?.text.split(CLOSE).length, 2);
    const on = await runScripted({ script, settings: { resume: { parent: 'r', thoughts, answer: first.view.answer, into: 'solving' }, budgets: { thinking: 0 } } });
    assert.equal(on.model.lastOpen?.think, true, 'the prompt must have room for the earlier thoughts');
    assert.equal(on.model.sessions[0]?.text.split(CLOSE).length, 2);
  });

  it('goes on from an earlier run without charging it again', async () => {
    const script = { thoughts: words(50), answer: () => words(6, 'a') };
    const resume = { parent: 'p', thoughts: words(4).join(''), answer: 'a0 ', into: 'solving' as const };
    const run = await runScripted({ script, settings: { resume, budgets: { solution: 30 } } });
    assert.equal(run.of('started')[0]?.parent, 'p');
    assert.equal(run.view.usage.thinking, 0);
    assert.ok(run.view.answer.startsWith('a0'));
    const more = await runScripted({ script, settings: { resume: { ...resume, into: 'thinking' }, budgets: { thinking: 10 } } });
    assert.equal(more.view.usage.thinking, 10);
    assert.equal(more.view.thoughts[0]?.source, 'resumed');
  });
});
