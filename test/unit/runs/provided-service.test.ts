import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '../../../extension/models/provided/provided-session.ts';
import { ProvidedModel, type ProvidedRef } from '../../../extension/models/provided/provided-model.ts';
import type { ChatAccess, ModelOptions } from '../../../extension/models/provided/chat-access.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';
import type { ChatMessage } from '../../../extension/reasoning/port.ts';
import { ProvidedRunService } from '../../../extension/runs/provided-service.ts';
import type { ModelRef, RunRequest } from '../../../extension/runs/service.ts';
import type { RunEvent } from '../../../extension/trace/events.ts';

const never = new AbortController().signal;
const ref: ModelRef = { kind: 'provided', id: 'chat:other#big', name: 'Big', vendor: 'other', model: 'big' };

/** Another extension's model that says these pieces; a piece that is an error is thrown. Every word is a token. */
class Scripted implements ChatAccess {
  readonly maxInputTokens = 1000;
  readonly asked: { messages: readonly ChatMessage[]; options: ModelOptions }[] = [];
  read = 0;
  cancelled = false;
  readonly pieces: readonly (string | Error)[];
  readonly pause: number;

  constructor(pieces: readonly (string | Error)[], pause = 0) {
    this.pieces = pieces;
    this.pause = pause;
  }

  async *send(messages: readonly ChatMessage[], options: ModelOptions, signal: AbortSignal): AsyncGenerator<string> {
    this.asked.push({ messages, options });
    signal.addEventListener('abort', () => (this.cancelled = true));
    for (const piece of this.pieces) {
      if (this.pause > 0) await delay(this.pause, undefined, { signal });
      if (piece instanceof Error) throw piece;
      this.read += 1;
      yield piece;
    }
  }

  count(text: string): Promise<number> {
    return Promise.resolve(text.split(/\s+/).filter((word) => word !== '').length);
  }
}

function serviceOf(access: ChatAccess, { offline = false, effort }: { offline?: boolean; effort?: ProvidedRef['effort'] } = {}): ProvidedRunService {
  return new ProvidedRunService({ openModel: (model) => Promise.resolve(new ProvidedModel({ ...model, ...(effort ? { effort } : {}) }, access)), offline: () => offline });
}

async function ask(service: ProvidedRunService, change: Partial<RunRequest> = {}, signal = never): Promise<{ outcome: string; events: RunEvent[]; answer: string }> {
  const events: RunEvent[] = [];
  const outcome = await service.run({ run: 'r', model: ref, priority: 'person', question: 'What is it?', effort: 'high', ...change }, (batch) => events.push(...batch), signal);
  const answer = events.findLast((event) => event.type === 'answer');
  return { outcome, events, answer: answer?.type === 'answer' ? answer.text : '' };
}

describe('models of other extensions', () => {
  it('answer without thinking, counted by the extension\'s own count and marked as an estimate', async () => {
    const access = new Scripted(['It is', ' a small', ' lamp.']);
    const { outcome, events, answer } = await ask(serviceOf(access));
    assert.equal(outcome, 'answered');
    assert.equal(answer, 'It is a small lamp.');
    const ended = events.at(-1);
    assert.ok(ended?.type === 'ended');
    assert.deepEqual([ended.usage.thinking, ended.usage.solution, ended.usage.estimated], [0, 5, true]);
    assert.ok(ended.usage.prompt > 0);
    assert.ok(events.some((event) => event.type === 'phase' && event.to === 'solving' && event.reason === 'no-thinking'));
    assert.equal(access.asked.at(-1)?.messages.at(-1)?.role, 'user');
  });

  it('are cut at the budget between two words, and cancelled there', async () => {
    const access = new Scripted(['one two three ', 'four five six ', 'seven eight nine ', 'ten'], 5);
    const { outcome, events, answer } = await ask(serviceOf(access), { budgets: { solution: 5 } });
    assert.equal(answer.trim(), 'one two three four five');
    assert.equal(outcome, 'answered');
    assert.ok(events.some((event) => event.type === 'decision' && event.decision.action === 'end-answer' && event.decision.policy === 'budget'));
    assert.ok(access.cancelled, 'the rest was not waited for');
    assert.ok(access.read < access.pieces.length);
  });

  it('get an effort only where the person has said how', async () => {
    const access = new Scripted(['yes']);
    await ask(serviceOf(access));
    assert.deepEqual(access.asked.at(-1)?.options, {});
    const telling = serviceOf(access, { effort: { high: { reasoning_effort: 'high' } } });
    await ask(telling);
    assert.deepEqual(access.asked.at(-1)?.options, { reasoning_effort: 'high' });
    assert.equal((await telling.describe(ref, never)).effort, 'requested');
    assert.equal((await serviceOf(access).describe(ref, never)).effort, 'cap');
  });

  it('say of everything else why it is not there', async () => {
    const { capabilities, thinking, tokenCounts } = await serviceOf(new Scripted([])).describe(ref, never);
    assert.equal(thinking, null);
    assert.equal(tokenCounts, 'estimated');
    assert.equal(capabilities.endThinking, 'unavailable');
    for (const able of [capabilities.probe, capabilities.rewind, capabilities.append, capabilities.logprobs, capabilities.entropy, capabilities.hiddenStates, capabilities.score, capabilities.fork, capabilities.tools, capabilities.infill]) {
      assert.ok(able && !able.available && able.reason.includes('another extension'));
    }
  });

  it('stop at once when the person says so', async () => {
    const access = new Scripted(['a ', 'b ', 'c ', 'd '], 20);
    const stop = new AbortController();
    const running = ask(serviceOf(access), {}, stop.signal);
    while (access.asked.length === 0) await delay(2);
    stop.abort();
    const { outcome } = await running;
    assert.equal(outcome, 'stopped');
    assert.ok(access.cancelled);
  });

  it('fail with what the extension said, and keep what came before', async () => {
    const access = new Scripted(['half an ', new ReasoningError('rate-limited', 'Big is blocked for now.')]);
    const { outcome, events } = await ask(serviceOf(access));
    assert.equal(outcome, 'failed');
    const error = events.find((event) => event.type === 'error');
    assert.ok(error?.type === 'error' && error.reason === 'rate-limited' && error.message === 'Big is blocked for now.');
    assert.ok(events.some((event) => event.type === 'tokens' && event.text.includes('half')));
  });

  it('are not asked when Reins is offline', async () => {
    const access = new Scripted(['no']);
    const { outcome, events } = await ask(serviceOf(access, { offline: true }));
    assert.equal(outcome, 'failed');
    assert.ok(events.some((event) => event.type === 'error' && event.reason === 'offline'));
    assert.equal(access.asked.length, 0);
  });

  it('a failure while nobody waits is told at the next step', async () => {
    const access = new Scripted([new ReasoningError('server-error', 'gone')], 10);
    const session = await new ProvidedModel({ id: 'x', name: 'X', vendor: 'v' }, access).open({ messages: [{ role: 'user', content: 'a' }], effort: 'low', think: false, limits: { thinking: 0, solution: 9 } }, never);
    const impatient = new AbortController();
    const step = session.step({ sampler: { temperature: 0 }, seed: 1 }, impatient.signal);
    impatient.abort();
    await assert.rejects(step, { name: 'AbortError' });
    await delay(30);
    await assert.rejects(session.step({ sampler: { temperature: 0 }, seed: 1 }, never), /gone/);
  });

  it('pieces are parted without losing text or tokens', () => {
    for (const [text, tokens] of [['one two three', 3], ['one two three', 7], ['one two three', 2], ['   ', 1], ['word', 4], [' a\n\nb ', 0]] as const) {
      const parts = counted(text, tokens);
      assert.equal(parts.map((part) => part.text).join(''), text);
      assert.equal(parts.reduce((sum, part) => sum + part.count, 0), Math.max(tokens, 1), text);
      assert.ok(parts.every((part) => part.count >= 1));
    }
  });
});
