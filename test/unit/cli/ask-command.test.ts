import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { askCommand, type AskWorld } from '../../../extension/cli/ask-command.ts';
import type { ModelCard } from '../../../extension/reasoning/port.ts';
import type { EventListener, RunRequest, RunService } from '../../../extension/runs/service.ts';
import type { Outcome, RunEvent, UnstampedEvent } from '../../../extension/trace/events.ts';
import { ordinaryLog, stamp, started } from '../trace/arbitrary.ts';
import { temporaryFolder } from '../trace/store/folder.ts';

const usage = { prompt: 20, thinking: 3, solution: 0, probes: 0, injected: 0, discarded: 0, estimated: false };
const ended = (outcome: Outcome): UnstampedEvent => ({ type: 'ended', outcome, usage, elapsedMs: 9 });

/** Plays a log, one event a batch. */
class PlayedService implements RunService {
  readonly log: (request: RunRequest) => readonly RunEvent[];
  request: RunRequest | null = null;
  disposed = 0;
  signal: AbortSignal | null = null;
  beforeEach: (event: RunEvent) => void = () => undefined;

  constructor(log: (request: RunRequest) => readonly RunEvent[]) {
    this.log = log;
  }

  describe(): Promise<ModelCard> {
    return Promise.resolve({ name: 'Tiny', contextLength: 1024 } as ModelCard);
  }

  async run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    this.request = request;
    this.signal = signal;
    for (const event of this.log(request)) {
      await Promise.resolve();
      this.beforeEach(event);
      onEvents([event]);
    }
    return 'answered';
  }

  steer(): Promise<boolean> {
    return Promise.resolve(true);
  }

  dispose(): Promise<void> {
    this.disposed += 1;
    return Promise.resolve();
  }
}

describe('the ask command', () => {
  const folder = temporaryFolder();
  let interrupt: () => void = () => undefined;

  const ask = async (argv: readonly string[], service: RunService = new PlayedService((request) => ordinaryLog(request.run)), world: Partial<AskWorld> = {}): Promise<{ code: number; out: string; err: string }> => {
    let out = '';
    let err = '';
    const code = await askCommand(argv, {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      stdin: { isTTY: false },
      env: { XDG_STATE_HOME: join(folder(), 'state') },
      folder: folder(),
      root: folder(),
      createService: () => Promise.resolve(service),
      onInterrupt: (callback) => {
        interrupt = callback;
        return () => undefined;
      },
      ...world,
    });
    return { code, out, err };
  };
  const play = (...events: UnstampedEvent[]): PlayedService => new PlayedService((request) => stamp(events, request.run));

  it('shows the run, and the answer alone on the last line', async () => {
    const { code, out, err } = await ask(['Complete f', '--no-record']);
    assert.equal(code, 0);
    assert.equal(err, '');
    assert.deepEqual(out.split('\n'), [
      'waiting, 1 before this run',
      'Tiny, on this machine · effort low · at most 120 tokens of thought, 40 of answer · seed 7',
      'thinking',
      'try x * 3',
      'f(2) = 6 ok',
      '[11] trial answer: x * 3',
      '[11] end-thinking, decided by answer-convergence: The last three trial answers agree. Saves about 60 tokens (estimate).',
      '    equal answers 3 (threshold 3)',
      '</think>',
      'answering',
      'answered: thinking 17 of 120 tokens (6 for probes), solution 4 of 40, 0.2 s',
      'x * 3',
      '',
    ]);
  });

  it('asks the server after the local model where its answer is not sure enough, and says why', async () => {
    const asked: RunRequest[] = [];
    const services: PlayedService[] = [];
    const says = (text: string, probability: number): readonly UnstampedEvent[] => [started(), { type: 'tokens', phase: 'solving', source: 'model', text, count: 1, logprobs: [Math.log(probability)], lengths: [text.length] }, { type: 'answer', text, truncated: false }, ended('answered')];
    const createService: AskWorld['createService'] = () => {
      const service = new PlayedService((request) => (asked.push(request), stamp(request.model.kind === 'local' ? says('guess', 0.3) : says('known', 0.99), request.run)));
      services.push(service);
      return Promise.resolve(service);
    };
    const handed = ['q', '--json', '--no-record', '--model', folder(), '--server', 'http://localhost:9/v1', '--server-model', 'big'];
    const { code, out } = await ask([...handed, '--least-confidence', '0.5'], undefined, { createService });
    assert.equal(code, 0);
    assert.deepEqual(asked.map(({ model }) => model.kind), ['local', 'remote']);
    const events = out.trim().split('\n').map((line) => JSON.parse(line) as RunEvent);
    const decisions = events.flatMap((event) => (event.type === 'decision' ? [event.decision] : []));
    assert.deepEqual(decisions.map(({ action }) => action), ['choose-model', 'hand-on', 'choose-model']);
    assert.deepEqual(decisions[1]?.evidence, [{ signal: 'answer confidence', value: 0.3, threshold: 0.5 }]);
    const [first, second] = events.flatMap((event) => (event.type === 'started' ? [event] : []));
    assert.equal(second?.parent, first?.run);
    assert.ok(services.every(({ disposed }) => disposed === 1));

    asked.length = 0;
    await ask([...handed, '--least-confidence', '0.2'], undefined, { createService });
    assert.deepEqual(asked.map(({ model }) => model.kind), ['local']);
  });

  it('asks the server only within the bounds, and says where one left it out', async () => {
    const asked: string[] = [];
    const says = (text: string): readonly UnstampedEvent[] => [started(), { type: 'answer', text, truncated: false }, ended('exhausted')];
    const createService: AskWorld['createService'] = () => Promise.resolve(new PlayedService((request) => (asked.push(request.model.kind), stamp(says('x'), request.run))));
    const handed = ['q', '--no-record', '--model', folder(), '--server', 'http://localhost:9/v1', '--server-model', 'big', '--least-confidence', '0.5', '--thinking', '100', '--solution', '50', '--price', '1/10'];
    // At most 64 and 64 + 100 tokens of prompt, a few of the question, and 150 generated.
    const dear = await ask([...handed, '--max-cost', '0.001'], undefined, { createService });
    assert.deepEqual(asked.splice(0), ['local']);
    assert.match(dear.out, /big was left out: it may cost ≈ 0\.0017 USD, more than 0\.0010 USD/);
    assert.match(dear.out, /No other model keeps the bounds, so it stays as it is/);
    await ask([...handed, '--max-cost', '0.002'], undefined, { createService });
    assert.deepEqual(asked.splice(0), ['local', 'remote']);
    const late = await ask([...handed, '--max-seconds', '0.000001'], undefined, { createService });
    assert.deepEqual(asked.splice(0), ['local']);
    assert.match(late.err, /No other model keeps the bounds any more/);
    const none = await ask([...handed, '--seconds', '9', '--max-seconds', '5'], undefined, { createService });
    assert.deepEqual([none.code, asked.length], [64, 0]);
    assert.match(none.err, /^No model keeps the bounds set for Automatic\./);
  });

  it('tells what a run over a server cost, where the price was given', async () => {
    const request: UnstampedEvent = { type: 'request', purpose: 'run', prompt: 1000, cached: 400, thinking: 200, solution: 100, estimated: false };
    const { out } = await ask(['q', '--no-record', '--server', 'http://localhost:9/v1', '--server-model', 'big', '--price', '1/10/0.1'], play(started(), request, { type: 'answer', text: '7', truncated: false }, ended('answered')));
    assert.match(out, /, cost 0\.0036 USD \(prompt 0\.00060 USD, cached prompt 0\.000040 USD, thinking 0\.0020 USD, solution 0\.0010 USD\)\n7\n$/);
  });

  it('puts a line of dashes before an answer of several lines', async () => {
    const { out } = await ask(['q', '--no-record'], play(started(), { type: 'answer', text: 'a\n  b\n', truncated: false }, ended('answered')));
    assert.match(out, /\n---\na\n {2}b\n$/);
  });

  it('cannot be commanded by the model', async () => {
    const { out } = await ask(['q', '--no-record'], play(started('\u001b[2Jq'), { type: 'tokens', phase: 'thinking', source: 'model', text: '\u001b]0;title\u0007', count: 1 }, { type: 'answer', text: '\u001b[31mred', truncated: false }, ended('answered')));
    assert.ok(!out.includes('\u001b'));
    assert.ok(out.endsWith('\n␛[31mred\n'));
  });

  it('prints the event log and nothing else with --json', async () => {
    const { code, out, err } = await ask(['q', '--json', '--no-record']);
    assert.equal(code, 0);
    assert.equal(err, '');
    const events = out.trimEnd().split('\n').map((line) => JSON.parse(line) as RunEvent);
    assert.deepEqual(events, ordinaryLog(events[0]!.run));
  });

  it('hands everything over that was asked for', async () => {
    fs.writeFileSync(join(folder(), 'f.py'), 'f = 1\n');
    const service = new PlayedService((request) => ordinaryLog(request.run));
    await ask('q --file f.py --effort high --thinking 0 --solution 9 --seconds 2 --seed 4 --pace 5 --hold 3 --no-exit --no-record'.split(' '), service);
    const { run, ...request } = service.request!;
    assert.match(run, /^[\da-f-]{36}$/);
    assert.deepEqual(request, {
      model: { kind: 'local', id: 'reins-tiny', name: 'Reins Tiny', folder: join(folder(), 'media', 'models', 'reins-tiny') },
      priority: 'person',
      question: 'q',
      context: { label: 'f.py', languageId: 'python', code: 'f = 1\n' },
      effort: 'high',
      budgets: { thinking: 0, solution: 9, seconds: 2 },
      exits: 'off',
      seed: 4,
      pace: 5,
      holdAt: 3,
    });
  });

  it('records into the folder given, and else into the user’s own', async () => {
    await ask(['q', '--trace-dir', 'here']);
    assert.equal(fs.readdirSync(join(folder(), 'here')).length, 1);
    assert.ok(!fs.existsSync(join(folder(), 'state')));
    await ask(['q']);
    assert.equal(fs.readdirSync(join(folder(), 'state', 'reins', 'traces')).length, 1);
  });

  it('says on stderr that it cannot record, and answers all the same', async () => {
    const { code, out, err } = await ask(['q', '--trace-dir', '/dev/null/x']);
    assert.equal(code, 0);
    assert.match(err, /^note: The trace could not be written/);
    assert.ok(out.endsWith('\nx * 3\n'));
  });

  it('keeps what a run used off stdout when there is no answer', async () => {
    const failed = play(started(), { type: 'tokens', phase: 'thinking', source: 'model', text: 'hm', count: 1 }, { type: 'error', reason: 'stream-cut', message: 'The stream was cut.' }, ended('failed'));
    const { out, err } = await ask(['q', '--no-record'], failed);
    assert.ok(out.endsWith('\nhm\n'), out);
    assert.match(err, /^The stream was cut\.\nfailed: thinking 3 of 120 tokens, solution 0 of 40, [\d.]+ s\n$/);
    const early = await ask(['q', '--no-record'], play({ type: 'error', reason: 'model-missing', message: 'No model.' }, { ...ended('failed'), usage: { ...usage, thinking: 0 } } as UnstampedEvent));
    assert.equal(early.out, '');
    assert.match(early.err, /^No model\.\nfailed before it began, [\d.]+ s\n$/);
    const stopped = await ask(['q', '--no-record'], play(started(), { type: 'answer', text: 'half', truncated: true }, ended('stopped')));
    assert.match(stopped.out, /\nstopped: .*\nhalf\n$/);
  });

  it('adds what a server counted and did not show', async () => {
    const { out } = await ask(['q', '--no-record'], play(started(), { type: 'notice', code: 'hidden-thoughts', message: 'The server spent 120 tokens on thoughts that it does not show.' }, { type: 'answer', text: 'a', truncated: false }, ended('answered')));
    assert.match(out, /\nanswered: .*, 120 tokens of hidden thought by the server's count, [\d.]+ s\na\n$/);
  });

  it('says once on stderr that the first token is long in coming', async () => {
    const service = new PlayedService((request) => ordinaryLog(request.run));
    service.describe = () => new Promise((resolve) => setTimeout(resolve, 60, { name: 'Tiny', contextLength: 1024 } as ModelCard));
    const { err } = await ask(['q', '--thinking', '5', '--no-record'], service, { firstTokenMs: 10 });
    assert.equal(err, 'still waiting for the first token (0 s)…\n');
  });

  it('tells by its exit code how it went', async () => {
    const codes: Record<string, number> = {};
    const cases: Record<string, PlayedService> = {
      exhausted: play(started(), ended('exhausted')),
      stopped: play(started(), ended('stopped')),
      failed: play(started(), { type: 'error', reason: 'stream-cut', message: 'The stream was cut.' }, ended('failed')),
      damaged: play({ type: 'error', reason: 'model-invalid', message: 'Damaged.' }, ended('failed')),
      untokenized: play({ type: 'error', reason: 'tokenizer-missing', message: 'No tokenizer.json.' }, ended('failed')),
      overflow: play({ type: 'error', reason: 'context-overflow', message: 'Too long.' }, ended('failed')),
    };
    for (const [name, service] of Object.entries(cases)) {
      codes[name] = (await ask(['q', '--no-record'], service)).code;
      assert.equal(service.disposed, 1);
    }
    assert.deepEqual(codes, { exhausted: 2, stopped: 130, failed: 1, damaged: 1, untokenized: 64, overflow: 64 });
  });

  it('refuses bad input with 64 and a sentence on stderr, before any service is made', async () => {
    for (const [argv, sentence] of [
      [[], /^Ask something/],
      [['q', '--thinking', '-1'], /^--thinking needs/],
      [['q', '--file', 'nowhere.js'], /^There is no file nowhere\.js/],
      [['q', '--model', 'nowhere'], /^There is no model folder nowhere\. .*reins-tiny/],
    ] as const) {
      let made = 0;
      const { code, out, err } = await ask(argv, undefined, { createService: () => (made++, Promise.resolve(play())) });
      assert.deepEqual([code, out, made], [64, '', 0]);
      assert.match(err, sentence);
    }
  });

  it('refuses budgets larger than the model, and names its size', async () => {
    const { code, err } = await ask(['q', '--thinking', '2000', '--solution', '10']);
    assert.equal(code, 64);
    assert.match(err, /add up to 2010 tokens, and Tiny holds 1024/);
  });

  it('finds a model folder by its path', async () => {
    fs.mkdirSync(join(folder(), 'mine'));
    const service = new PlayedService((request) => ordinaryLog(request.run));
    await ask(['q', '--model', 'mine', '--no-record'], service);
    assert.deepEqual(service.request?.model, { kind: 'local', id: `folder:${join(folder(), 'mine')}`, name: 'mine', folder: join(folder(), 'mine') });
  });

  it('stops the run when interrupted', async () => {
    const service = play(started(), { type: 'tokens', phase: 'thinking', source: 'model', text: 'hm', count: 1 }, ended('stopped'));
    service.beforeEach = (event) => {
      if (event.type === 'tokens') interrupt();
      if (event.type === 'ended') assert.equal(service.signal?.aborted, true);
    };
    const { code } = await ask(['q', '--no-record'], service);
    assert.equal(code, 130);
  });

  it('reports a service that breaks as a failure', async () => {
    const service = play();
    service.run = () => Promise.reject(new Error('broken'));
    const { code, err } = await ask(['q', '--no-record'], service);
    assert.equal(code, 1);
    assert.match(err, /broken/);
    assert.equal(service.disposed, 1);
  });
});
