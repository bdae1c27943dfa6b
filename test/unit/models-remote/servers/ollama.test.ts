import assert from 'node:assert/strict';
import { routesOf } from '../../../../extension/models/remote/capability-record.ts';
import { startOllama, type OllamaOptions } from '../../../support/wire/ollama.ts';
import { drain, failing, noSignal, numbered, openOptions, runHeart, spelled, stepOptions } from '../support.ts';
import { budgets, closeAll, connectTo, onceShown, saying, type ConnectTo, type On } from './support.ts';

const start = async (options: OllamaOptions = {}, to: Partial<ConnectTo> = {}): Promise<On> => connectTo(await startOllama({ script: saying(100, 12), ...options }), { model: 'toy:8b', ...to });
const text = (count: number, word: string): string => numbered(count, word).join('');

describe('Ollama', () => {
  afterEach(closeAll);

  it('is recognised with its version and the length it loaded the model with', async () => {
    const { model } = await start({ context: 2048 });
    const { record } = model;
    assert.deepEqual([record.kind, record.version, record.contextLength, record.thoughts], ['ollama', '0.33.0', 2048, 'reasoning']);
    assert.deepEqual(routesOf(record), ['raw-text', 'ask-again'], record.evidence.join('\n'));
    assert.equal(record.cap, null);
  });

  it('keeps both budgets by sending its own prompt as text', async () => {
    const on = await start();
    const run = await runHeart(on, budgets(10, 7));
    const { usage } = run.of('ended')[0]!;
    assert.deepEqual([run.of('started')[0]!.enforcement, usage.thinking, usage.solution, usage.estimated], ['exact', 10, 7, true]);
    assert.equal(run.answer, text(7, 'a').trim());
    const [first, second] = on.server.sentTo('/api/generate').slice(-2);
    assert.ok((second!['prompt'] as string).startsWith(first!['prompt'] as string));
    assert.deepEqual([first!['raw'], first!['truncate'], (first!['options'] as { num_predict: number }).num_predict], [true, false, 17]);
  });

  it('answers now and takes a remark, in place', async () => {
    for (const command of [{ kind: 'answer-now' }, { kind: 'steer', text: 'Think of zero.' }] as const) {
      const on = await start({ delayMs: 1 });
      const press = onceShown('thinking', ' t5');
      const run = await runHeart(on, budgets(40, 20), (event, control) => press(event) && control.post(command));
      assert.equal(run.answer, text(12, 'a').trim(), command.kind);
      assert.equal(run.of('notice').length, 0, command.kind);
    }
  });

  it('goes back into the thoughts when asked to keep thinking', async () => {
    const on = await start({ script: saying(30, 20), delayMs: 1 });
    const press = onceShown('solving', ' a3');
    const run = await runHeart(on, budgets(10, 40), (event, control) => press(event) && control.post({ kind: 'keep-thinking', tokens: 8 }));
    assert.equal(run.outcome, 'answered');
    assert.equal(run.of('ended')[0]!.usage.thinking, 18);
    assert.match(run.text('thinking'), /Wait, /);
  });

  it('gives the confidence of each token', async () => {
    const { model } = await start();
    const session = await model.open(openOptions, noSignal);
    await session.step({ ...stepOptions, confidence: true }, noSignal);
    const token = await session.step({ ...stepOptions, confidence: true }, noSignal);
    assert.deepEqual([token.logprob, token.confidence], [-0.5, 10]);
  });

  it('tells an error in the middle of a reply, and keeps what came', async () => {
    const honest = await start();
    const failingServer = await startOllama({ script: saying(100, 12), failsAfter: 5 });
    const on = await connectTo(failingServer, { model: 'toy:8b', options: { record: honest.model.record } });
    const session = await on.model.open(openOptions, noSignal);
    const error = await failing(drain(session), 'server-error', /broke off with an error of its own.*kept.*unexpected EOF/);
    assert.ok(!error.message.includes('..'));
  });

  it('refuses a prompt that does not fit instead of cutting it', async () => {
    const on = await start({ context: 400 });
    const session = await on.model.open({ ...openOptions, messages: [{ role: 'user', content: 'word '.repeat(600) }] }, noSignal);
    await failing(session.step(stepOptions, noSignal), 'context-overflow', /too long for toy:8b/);
  });

  it('asks again, and says so, where the prompt cannot be had', async () => {
    const on = await start({ noRender: true });
    assert.deepEqual(routesOf(on.model.record), ['ask-again'], on.model.record.evidence.join('\n'));
    assert.equal(on.server.sentTo('/api/chat').length, 1);
    const run = await runHeart(on, budgets(10, 12));
    assert.equal(run.of('started')[0]!.enforcement, 'degraded');
    assert.equal(run.answer, text(12, 'a').trim());
    assert.deepEqual(run.of('notice').map(({ code }) => code), ['asked-again']);
    assert.deepEqual(on.server.sentTo('/v1/chat/completions').slice(-2).map((body) => body['reasoning_effort']), ['medium', 'none']);
  });

  it('leaves the effort out for a model that cannot think', async () => {
    const on = await start({ noThinking: true, script: () => ({ thinking: [], answer: numbered(5, 'a') }) });
    assert.deepEqual([on.model.record.thoughts, on.model.record.effort.path, on.model.card.effort], ['none', null, 'cap']);
    const session = await on.model.open(openOptions, noSignal);
    assert.equal(on.model.record.raw, 'text', on.model.record.evidence.join('\n'));
    assert.match(spelled(await drain(session)), /a0 a1 a2 a3 a4<end>$/);
  });
});
