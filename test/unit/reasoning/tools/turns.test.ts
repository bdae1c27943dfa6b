import assert from 'node:assert/strict';
import type { ToolBox } from '../../../../extension/reasoning/tools/port.ts';
import type { ToolRequest } from '../../../../extension/reasoning/tools/request.ts';
import { piecesOf } from '../../../support/scripted-model.ts';
import { FakeClock, runScripted, words, type ScriptedRunOptions } from '../../../support/run-scripted.ts';

const tools = { read_file: 2, search: 0, diagnostics: 1, run_tests: 1 };
const read = '```tool\n{"tool":"read_file","path":"a.ts"}\n```';
const said = (text: string): string[] => piecesOf(text);

/** A box that answers from a list, and remembers what it was asked. */
function box(answers: readonly string[] = ['const a = 1;']): ToolBox & { readonly asked: ToolRequest[] } {
  const asked: ToolRequest[] = [];
  return {
    asked,
    use: (request) => {
      asked.push(request);
      return Promise.resolve({ outcome: 'ok', text: answers[Math.min(asked.length, answers.length) - 1] ?? '' });
    },
  };
}

function run(options: Partial<ScriptedRunOptions> & { answers: readonly string[] }): ReturnType<typeof runScripted> {
  const [first = '', ...later] = options.answers;
  return runScripted({ tools: box(), ...options, script: { thoughts: words(4), answer: () => said(first), laterAnswers: later.map(said), ...options.script }, settings: { budgets: { thinking: 100, solution: 200 }, tools, ...options.settings } });
}

describe('a run with tools', () => {
  it('hands the result back and goes on thinking', async () => {
    const own = box();
    const result = await run({ answers: [`I look. ${'\n'}${read}`, 'It is 1.'], tools: own });
    assert.equal(result.outcome, 'answered');
    assert.equal(result.view.answer, 'It is 1.');
    assert.deepEqual(own.asked, [{ tool: 'read_file', path: 'a.ts' }]);
    const [call] = result.view.tools;
    assert.equal(call?.said, 'I look.');
    assert.deepEqual([call?.result?.outcome, call?.result?.used, call?.result?.limit, call?.result?.tier], ['ok', 1, 2, 'medium']);
    assert.deepEqual(result.view.transitions.map(({ to, reason }) => [to, reason]), [['thinking', 'start'], ['solving', 'natural-end'], ['thinking', 'tools'], ['solving', 'natural-end'], ['done', 'natural-end']]);
    const messages = result.model.lastOpen?.messages ?? [];
    assert.deepEqual(messages.map(({ role }) => role), ['system', 'user', 'assistant', 'user']);
    assert.ok(!messages[2]?.content.includes('thought0'), 'thoughts of an earlier turn are not sent');
    assert.match(messages[3]?.content ?? '', /Result 1, ok[\s\S]*const a = 1;[\s\S]*<budget>\nread_file: 1 used, 1 left \(MEDIUM\)\ndiagnostics: 0 used, 1 left \(HIGH\)/);
  });

  it('ends the answer where the request is whole, so that no result is made up', async () => {
    const result = await run({ answers: [`${read}\nResult 1: it is 7.`, 'done'] });
    assert.ok(!result.model.lastOpen?.messages[2]?.content.includes('it is 7'));
    assert.ok((result.model.sessions[0]?.text ?? '').endsWith('```'));
  });

  it('counts results as prompt, and thoughts and answers of all turns in one budget', async () => {
    const result = await run({ answers: [read, read, 'It is 1.'] });
    const results = result.of('tool-result').reduce((sum, { tokens }) => sum + tokens, 0);
    const { usage } = result.view;
    assert.equal(usage.prompt, 10 + results);
    assert.ok(results > 0);
    assert.equal(usage.thinking, 3 * 5);
    assert.equal(usage.solution, result.of('tokens').filter(({ phase, source }) => phase === 'solving' && source === 'model').reduce((sum, { count }) => sum + count, 0));
    assert.deepEqual(result.of('ended')[0]?.usage, usage);
  });

  it('keeps the thinking budget over turns: when it is spent, later turns answer at once', async () => {
    const result = await run({ answers: [read, 'It is 1.'], settings: { budgets: { thinking: 6, solution: 200 }, tools } });
    assert.equal(result.view.answer, 'It is 1.');
    assert.equal(result.view.usage.thinking, 6);
  });

  it('refuses a use beyond the budget, says so, and lets the model answer', async () => {
    const own = box();
    const result = await run({ answers: [read, read, read, 'It is 1.'], tools: own });
    assert.equal(own.asked.length, 2);
    assert.deepEqual(result.view.tools.map(({ result: came }) => [came?.outcome, came?.used, came?.tier]), [['ok', 1, 'medium'], ['ok', 2, 'critical'], ['refused', 2, 'critical']]);
    assert.match(result.view.tools[2]?.result?.text ?? '', /The budget of read_file is spent: 2 of 2 uses/);
    assert.ok(result.view.decisions.some(({ action, policy }) => action === 'refuse-tool' && policy === 'tool-budget'));
    assert.equal(result.view.answer, 'It is 1.');
  });

  it('does not ask for ever a model that only asks', async () => {
    const own = box();
    const result = await run({ answers: [`Look.\n${read}`], tools: own, script: { thoughts: words(4), answer: () => said(`Look.\n${read}`) }, settings: { budgets: { thinking: 1000, solution: 5000 }, tools } });
    assert.equal(own.asked.length, 2);
    assert.equal(result.view.tools.length, 5);
    assert.equal(result.view.answer, 'Look.');
    assert.ok(result.view.decisions.some(({ action, policy }) => action === 'end-answer' && policy === 'tools'));
  });

  it('refuses what is no tool, what has no budget and what cannot be read, without charging', async () => {
    const own = box();
    const result = await run({ answers: ['```tool\n{"tool":"rm"}\n{"tool":"search","text":"x"}\nnonsense\n```', 'done'], tools: own });
    assert.equal(own.asked.length, 0);
    assert.deepEqual(result.view.tools.map(({ tool, result: came }) => [tool, came?.outcome, came?.used]), [['unreadable', 'refused', undefined], ['search', 'refused', undefined], ['unreadable', 'refused', undefined]]);
  });

  it('carries out five requests of a block at most', async () => {
    const own = box();
    const many = `\`\`\`tool\n${'{"tool":"read_file","path":"a.ts"}\n'.repeat(7)}\`\`\``;
    const result = await run({ answers: [many, 'done'], tools: own, settings: { budgets: { thinking: 100, solution: 400 }, tools: { ...tools, read_file: 10 } } });
    assert.equal(own.asked.length, 5);
    assert.deepEqual(result.view.tools.map(({ result: came }) => came?.outcome), ['ok', 'ok', 'ok', 'ok', 'ok', 'refused', 'refused']);
  });

  it('keeps a quarter of the solution budget for the answer', async () => {
    const own = box();
    const first = `${words(20).join('')}\n${read}`;
    const result = await run({ answers: [first, 'ok'], tools: own, settings: { budgets: { thinking: 100, solution: Math.ceil(said(first).length * 1.2) }, tools } });
    assert.equal(own.asked.length, 0);
    assert.match(result.view.tools[0]?.result?.text ?? '', /rest of the solution budget/);
    assert.equal(result.view.answer, 'ok');
  });

  it('never takes a request that its budget cut off for an answer', async () => {
    const result = await run({ answers: [read], settings: { budgets: { thinking: 100, solution: said(read).length - 1 }, tools } });
    assert.equal(result.view.answer.trim(), '');
    assert.equal(result.outcome, 'exhausted');
  });

  it('cuts a result to the room that is left, and the answer keeps its own', async () => {
    const own = box([words(5000).join('')]);
    const result = await run({ answers: [read, 'It is 1.'], tools: own, script: { thoughts: words(4), answer: () => said(read), laterAnswers: [said('It is 1.')], contextLength: 1000 } });
    assert.ok((result.of('tool-result')[0]?.tokens ?? 1000) < 500);
    assert.match(result.of('tool-result')[0]?.text ?? '', /cut: the rest does not fit/);
    assert.equal(result.view.answer, 'It is 1.');
  });

  it('goes on when a tool fails or throws', async () => {
    const result = await run({ answers: [read, 'ok'], tools: { use: () => Promise.reject(new Error('The disk is gone.')) } });
    assert.deepEqual([result.view.tools[0]?.result?.outcome, result.view.answer], ['failed', 'ok']);
    assert.match(result.view.tools[0]?.result?.text ?? '', /The disk is gone/);
  });

  it('ends a tool at work on Stop, and the run with it', async () => {
    let ended = false;
    const slow: ToolBox = { use: (_request, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => { ended = true; reject(new DOMException('ended', 'AbortError')); })) };
    const result = await run({ answers: [read, 'ok'], tools: slow, onEvent: (event, control) => { if (event.type === 'tool-call') setImmediate(() => control.post({ kind: 'stop' })); } });
    assert.equal(ended, true);
    assert.equal(result.outcome, 'stopped');
    assert.equal(result.view.tools[0]?.result?.outcome, 'stopped');
  });

  it('ends a tool at work on Answer Now, and uses no more of them', async () => {
    const slow: ToolBox = { use: (_request, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new DOMException('ended', 'AbortError')))) };
    const result = await run({ answers: [read, 'ok'], tools: slow, onEvent: (event, control) => { if (event.type === 'tool-call') setImmediate(() => control.post({ kind: 'answer-now' })); } });
    assert.equal(result.view.answer, 'ok');
    assert.match(result.model.lastOpen?.messages.at(-1)?.content ?? '', /No more tools: the answer is wanted now/);
  });

  it('keeps a remark made while a tool works until the model thinks again', async () => {
    let done = (): void => {};
    const slow: ToolBox = { use: () => new Promise((resolve) => (done = () => resolve({ outcome: 'ok', text: 'x' }))) };
    const result = await run({ answers: [read, 'ok'], tools: slow, onEvent: (event, control) => { if (event.type === 'tool-call') setImmediate(() => { control.post({ kind: 'steer', text: 'Be short.' }); setImmediate(() => done()); }); } });
    assert.deepEqual(result.view.steers.map(({ command, accepted }) => [command.kind, accepted]), [['steer', true]]);
    assert.match(result.model.sessions[1]?.text ?? '', /Be short/);
  });

  it('ends a tool at work when the time for thinking is over', async () => {
    const clock = new FakeClock();
    const slow: ToolBox = { use: (_request, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new DOMException('ended', 'AbortError')))) };
    const result = await run({ answers: [read, 'ok'], tools: slow, clock, settings: { budgets: { thinking: 100, solution: 200, seconds: 10 }, tools }, onEvent: (event) => { if (event.type === 'tool-call') setImmediate(() => void clock.advance(8000)); } });
    assert.match(result.view.tools[0]?.result?.text ?? '', /time for them is over/);
    assert.equal(result.view.answer, 'ok');
  });

  it('works for a model that does not think', async () => {
    const result = await run({ answers: [read, 'ok'], script: { thoughts: [], thinks: false, answer: () => said(read), laterAnswers: [said('ok')] } });
    assert.equal(result.view.answer, 'ok');
    assert.deepEqual(result.view.transitions.map(({ to }) => to), ['solving', 'done']);
  });

  it('tells why there are none, and goes on without them', async () => {
    const without = await run({ answers: ['ok'], script: { thoughts: words(2), answer: () => said('ok'), capabilities: { tools: { available: false, reason: 'It cannot.' } } } });
    assert.deepEqual(without.view.notices, [{ code: 'no-tools', message: 'It cannot.' }]);
    assert.equal(without.view.started?.tools, undefined);
    assert.ok(!without.model.lastOpen?.messages.some(({ content }) => content.includes('```tool')));
  });

  it('draws one sample, and says so', async () => {
    const result = await run({ answers: ['ok'], settings: { budgets: { thinking: 100, solution: 200 }, tools, samples: 3 } });
    assert.equal(result.model.sessions.length, 1);
    assert.ok(result.view.notices.some(({ code }) => code === 'samples-without-tools'));
  });

  it('never has more in the context than the model can hold, however many turns there are, and always room to answer', async () => {
    for (const contextLength of [1000, 1500, 2500, 5000]) {
      for (const block of [read, `\`\`\`tool\n${'{"tool":"read_file","path":"a.ts"}\n'.repeat(5)}\`\`\``]) {
        const lengths: number[] = [];
        const first = said(`${words(30).join('')}\n${block}`);
        const result = await run({ answers: [], tools: box([words(400).join('')]), script: { thoughts: words(40), answer: () => first, contextLength, countsPrompt: true }, settings: { budgets: { thinking: 300, solution: 400 }, tools: { ...tools, read_file: 20 } }, onEvent: (_event, _control, model) => lengths.push(model.sessions.at(-1)?.position ?? 0) });
        assert.ok(result.view.tools.length > 0, `${contextLength}`);
        assert.ok(Math.max(...lengths) <= contextLength, `${Math.max(...lengths)} of ${contextLength}`);
        assert.ok(result.view.usage.thinking + result.view.usage.probes <= 300);
        assert.ok(result.view.usage.solution <= 400);
        assert.match(result.view.answer, /^thought0/);
        assert.ok(!result.view.answer.includes('```'));
      }
    }
  });

  it('tells in the log what was allowed', async () => {
    assert.deepEqual((await run({ answers: ['ok'] })).view.started?.tools, tools);
  });
});
