import assert from 'node:assert/strict';
import { RunControl } from '../../../extension/reasoning/control.ts';
import type { RunSettings } from '../../../extension/reasoning/plan.ts';
import { runSampled } from '../../../extension/reasoning/strategies/samples.ts';
import type { Outcome, RunEvent, RunEventOf, UnstampedEvent } from '../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import type { RunView } from '../../../extension/trace/view.ts';
import { HttpFailure } from '../../../extension/models/remote/failures.ts';
import { SharedReplies } from '../../../extension/models/remote/shared-replies.ts';
import { startLlamaServer, type LlamaServerOptions } from '../../support/wire/llama-server.ts';
import type { ToyScript } from '../../support/wire/toy-model.ts';
import { startVllm, type VllmOptions } from '../../support/wire/vllm.ts';
import { SleepingClock } from '../../support/run-scripted.ts';
import { closeAll, connectTo, type On } from './servers/support.ts';
import { noSignal, numbered } from './support.ts';

const vllm = async (options: VllmOptions): Promise<On> => connectTo(await startVllm(options), { model: 'toy/reasoner' });
const llama = async (options: LlamaServerOptions): Promise<On> => connectTo(await startLlamaServer(options), { model: 'toy.gguf' });

/** Each choice says something of its own, or what the list says. */
const answering = (...answers: readonly string[]) => (_question: string, choice: number): ToyScript => ({ thinking: numbered(5, `t${choice}x`), answer: [' ', answers[choice] ?? answers[0] ?? '?'] });

interface Sampled {
  readonly outcome: Outcome;
  readonly view: RunView;
  of<T extends RunEvent['type']>(type: T): RunEventOf<T>[];
}

async function sample({ model }: On, settings: Partial<RunSettings>, onEvent: (event: RunEvent, control: RunControl) => void = () => {}): Promise<Sampled> {
  const control = new RunControl(noSignal);
  const events: RunEvent[] = [];
  const emit = (event: UnstampedEvent): void => {
    const stamped = { ...event, run: 'r', seq: events.length, at: 0 } as RunEvent;
    events.push(stamped);
    onEvent(stamped, control);
  };
  const outcome = await runSampled({ settings: { run: 'r', question: 'What?', effort: 'low', seed: 5, exits: 'off', budgets: { thinking: 50, solution: 20 }, ...settings }, model, control, clock: new SleepingClock(), startedAt: '2026-01-01T00:00:00.000Z', emit });
  return { outcome, view: foldEvents(emptyView('r'), events), of: (type) => events.filter((event): event is RunEventOf<typeof type> => event.type === type) as never };
}

describe('several replies from one request', () => {
  afterEach(closeAll);

  for (const [name, on, path, field] of [['vLLM', vllm, '/v1/completions', 'n'], ['llama-server', llama, '/completion', 'n_cmpl']] as const) {
    it(`are drawn by one request on ${name}, and each sample gets its own`, async () => {
      const connected = await on({ script: answering('7', '8', '8') });
      assert.equal(connected.model.record.choices, 'native', connected.model.record.evidence.join('\n'));
      const before = connected.server.sentTo(path).length;
      const { outcome, view, of } = await sample(connected, { samples: 3 });
      assert.equal(outcome, 'answered');
      assert.equal(view.answer, '8');
      assert.deepEqual(of('sample').map(({ index, answer }) => [index, answer]).sort(), [[0, '7'], [1, '8'], [2, '8']]);
      for (const { index, thoughts } of of('sample').filter((one) => one.index > 0)) assert.match(thoughts, new RegExp(`t${index}x0 t${index}x1`));
      const sent = connected.server.sentTo(path).slice(before);
      assert.deepEqual(sent.map((body) => body[field]), [3]);
      assert.equal(view.requests?.count, 1);
      assert.equal(view.requests?.prompt, view.usage.prompt, 'the prompt is billed once');
    });
  }

  it('go on each by itself where a budget ends their thoughts', async () => {
    const connected = await vllm({ script: (_question, choice) => ({ thinking: numbered(30, `t${choice}x`), answer: [' ', '8'] }) });
    const before = connected.server.sentTo('/v1/completions').length;
    const { view, of } = await sample(connected, { samples: 3, budgets: { thinking: 10, solution: 20 } });
    assert.equal(view.answer, '8');
    assert.equal(view.usage.thinking, 10);
    for (const one of of('sample')) assert.equal(one.thinking, 10);
    const sent = connected.server.sentTo('/v1/completions').slice(before);
    assert.deepEqual(sent.map((body) => body['n']), [3, undefined, undefined, undefined], 'one request for all thoughts, then an answer each');
  });

  for (const kind of ['answer-now', 'stop'] as const) {
    it(`are hung up on when they are no longer needed: ${kind}`, async () => {
      const connected = await vllm({ delayMs: 1, script: (_question, choice) => ({ thinking: numbered(3000, `t${choice}x`), answer: [' ', '8'] }) });
      let pressed = false;
      const { outcome, view } = await sample(connected, { samples: 3, budgets: { thinking: 3000, solution: 20 } }, (event, control) => {
        if (pressed || event.type !== 'tokens') return;
        pressed = true;
        control.post({ kind });
      });
      assert.equal(outcome, kind === 'stop' ? 'stopped' : 'answered');
      assert.equal(view.answer, kind === 'stop' ? '' : '8');
      const shared = connected.server.requests.find(({ body }) => body['n'] === 3);
      await connected.server.until(() => shared?.aborted === true);
      assert.ok((shared?.sent ?? Infinity) < 9000, 'the server stops generating');
    });
  }

  it('come in rounds where more are wanted than go at a time', async () => {
    let round = 0;
    const connected = await llama({ script: (question, choice) => (choice === 0 && question === 'What?' && (round += 1), { thinking: [' hm'], answer: [' ', `${round}${choice}`] }) });
    const before = connected.server.sentTo('/completion').length;
    const { of } = await sample(connected, { samples: 8 });
    assert.equal(of('sample').length, 8);
    const sent = connected.server.sentTo('/completion').slice(before).map((body) => (body['n_cmpl'] ?? 1) as number);
    assert.equal(sent.reduce((sum, each) => sum + each, 0), 8);
    assert.ok(sent.length <= 4 && sent[0] === 4, `${sent.join()} replies a request`);
  });

  it('are asked for one by one where the server gives only one, or refuses so many, and it is remembered', async () => {
    const ignored = await vllm({ several: 'ignored', script: answering('7') });
    assert.equal(ignored.model.record.choices, 'loop');
    assert.ok(ignored.model.record.evidence.includes('Only one reply came where two were asked for.'));
    assert.equal(ignored.model.inOneCall(4), null);

    const few = await llama({ slots: 2, script: answering('7') });
    assert.equal(few.model.record.choices, 'native');
    const { outcome, of, view } = await sample(few, { samples: 4 });
    assert.equal(outcome, 'answered');
    assert.equal(view.answer, '7');
    assert.ok(of('sample').length >= 3);
    assert.equal(few.model.record.choices, 'loop');
    assert.equal(of('error').length, 0);
  });

  it('are not taken for refused where the server was only busy', async () => {
    for (const [status, refused] of [[429, 0], [503, 0], [400, 1]] as const) {
      let told = 0;
      const group = new SharedReplies(2, () => (told += 1));
      const send = (): Promise<never> => Promise.reject(new HttpFailure(status, '', new Headers(), []));
      assert.equal(await group.join(0, { prompt: 'x' }, 'n', send, noSignal), null);
      assert.equal(told, refused, `after a ${status}`);
    }
  });

  it('are steered apart: the watched one can be ended while the others think on', async () => {
    const connected = await vllm({ delayMs: 1, script: (_question, choice) => ({ thinking: numbered(40, `t${choice}x`), answer: [' ', '8'] }) });
    let pressed = false;
    const { outcome, view } = await sample(connected, { samples: 3 }, (event, control) => {
      if (pressed || event.type !== 'tokens' || event.phase !== 'thinking') return;
      pressed = true;
      control.post({ kind: 'keep-thinking', tokens: 8 });
    });
    assert.equal(outcome, 'answered');
    assert.equal(view.answer, '8');
    assert.ok(view.steers.some(({ accepted, command }) => accepted && command.kind === 'keep-thinking'));
  });
});
