/** The command line in its own process, with the real engine and the bundled model; and against a scripted server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { runEventSchema, type RunEvent } from '../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { startScriptedServer } from '../support/scripted-server/server.ts';

const root = join(import.meta.dirname, '..', '..');

interface Asked {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface AskOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Send SIGINT once the output so far matches. */
  readonly interruptAt?: RegExp;
  /** Send SIGINT when this is fulfilled. */
  readonly interruptWhen?: Promise<unknown>;
  /** Close the reading end once the output so far matches. */
  readonly hangUpAt?: RegExp;
}

function ask(argv: readonly string[], options: AskOptions = {}): Promise<Asked> {
  const { REINS_API_KEY: _key, ...env } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'extension', 'cli', 'ask.ts'), ...argv], {
    cwd: options.cwd ?? root,
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  let acted = false;
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece;
    if (acted) return;
    if (options.interruptAt?.test(out)) {
      acted = true;
      child.kill('SIGINT');
    }
    if (options.hangUpAt?.test(out)) {
      acted = true;
      child.stdout.destroy();
    }
  });
  void options.interruptWhen?.then(() => child.kill('SIGINT'));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** The event log printed with --json: every line of the format, numbered without gaps, ended. */
function logOf(out: string): { events: RunEvent[]; view: RunView } {
  const events = out.trimEnd().split('\n').map((line) => v.parse(runEventSchema, JSON.parse(line)));
  assert.deepEqual(events.map((event) => event.seq), events.map((_, index) => index));
  assert.equal(events.at(-1)?.type, 'ended');
  return { events, view: foldEvents(emptyView(events[0]!.run), events) };
}

const triple = ['Complete f', '--file', 'sample/triple.js', '--effort', 'low', '--thinking', '120', '--solution', '40'];

describe('npm run ask', function () {
  this.timeout(120_000);
  let folder = '';
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'reins-cli-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const file = (name: string, text: string): string => {
    fs.writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('answers, records what it prints, and gives the same answer again alone on the last line', async () => {
    const json = await ask([...triple, '--json', '--trace-dir', folder]);
    assert.equal(json.code, 0, json.err);
    const { events, view } = logOf(json.out);
    assert.equal(view.outcome, 'answered');
    assert.ok(view.usage.thinking + view.usage.probes <= 120);
    assert.ok(view.usage.solution > 0 && view.usage.solution <= 40);
    assert.equal(view.started?.model.hash?.length, 64);
    const [trace] = fs.readdirSync(folder);
    assert.deepEqual(fs.readFileSync(join(folder, trace!), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as RunEvent), events);

    const shown = await ask([...triple, '--no-record']);
    assert.equal(shown.code, 0, shown.err);
    assert.ok(!view.answer.includes('\n'));
    assert.equal(shown.out.trimEnd().split('\n').at(-1), view.answer);
    assert.match(shown.out, /^Reins Tiny, on this machine · effort low · at most 120 tokens of thought, 40 of answer · seed 1\nthinking\n/);
    assert.ok(!shown.out.includes('\u001b'), 'no colours in a pipe');
  });

  it('answers at once with a thinking budget of 0', async () => {
    const { code, out } = await ask(['Complete f', '--file', 'sample/triple.js', '--thinking', '0', '--json', '--no-record']);
    assert.equal(code, 0);
    const { view } = logOf(out);
    assert.equal(view.usage.thinking + view.usage.probes, 0);
    assert.notEqual(view.answer, '');
  });

  it('stays within a budget of a few tokens, and says that the answer was cut off', async () => {
    const { code, out } = await ask(['Complete f', '--file', 'sample/triple.js', '--thinking', '7', '--solution', '2', '--json', '--no-record']);
    const { view } = logOf(out);
    assert.ok(view.usage.thinking + view.usage.probes <= 7);
    assert.ok(view.usage.solution <= 2);
    assert.equal(code, view.outcome === 'answered' ? 0 : 2);
  });

  it('ends with 2 when the time is over before there is an answer', async () => {
    const { code, out } = await ask([...triple, '--pace', '2', '--seconds', '0.4', '--json', '--no-record']);
    assert.equal(logOf(out).view.outcome, 'exhausted');
    assert.equal(code, 2);
  });

  it('stops properly on Ctrl+C, and ends with 130', async () => {
    const { code, out } = await ask([...triple, '--pace', '5', '--json', '--no-record'], { interruptAt: /"type":"tokens"/ });
    const { view } = logOf(out);
    assert.equal(code, 130);
    assert.equal(view.outcome, 'stopped');
    assert.ok(view.usage.thinking < 60);
  });

  it('holds where it is told to, and can be stopped there', async () => {
    const { code, out } = await ask([...triple, '--hold', '3', '--json', '--no-record'], { interruptAt: /"held":true/ });
    const { events, view } = logOf(out);
    assert.equal(code, 130);
    assert.equal(view.usage.thinking, 3);
    assert.ok(events.some((event) => event.type === 'hold' && event.held && event.atToken === 3));
  });

  it('stops when nobody reads its output any more', async () => {
    const { code } = await ask([...triple, '--pace', '5', '--json', '--no-record'], { hangUpAt: /"type":"tokens"/ });
    assert.equal(code, 130);
  });

  for (const [what, argv, sentence] of [
    ['no question', [], /^Ask something/],
    ['an unknown option', ['q', '--fast'], /^There is no option --fast/],
    ['a negative budget', ['q', '--thinking', '-3'], /^--thinking needs a whole number of tokens, 0 or more, not "-3"/],
    ['a missing file', ['q', '--file', 'nowhere.js'], /^There is no file nowhere\.js/],
    ['a missing model', ['q', '--model', 'nowhere'], /^There is no model folder nowhere/],
    ['a budget larger than the model', ['q', '--thinking', '999999'], /add up to 999999 tokens, and Reins Tiny holds \d+/],
  ] as const) {
    it(`refuses ${what} with 64 and a sentence`, async () => {
      const { code, out, err } = await ask(argv, { cwd: folder, env: { XDG_STATE_HOME: folder } });
      assert.equal(code, 64);
      assert.equal(out, '');
      assert.match(err, sentence);
    });
  }

  it('refuses a file of 500 kB, an empty one and a binary one', async () => {
    for (const [name, text, sentence] of [
      ['big.js', 'const x = 1;\n'.repeat(40_000), /larger than 256 kB/],
      ['empty.js', '', /is empty/],
      ['binary.js', 'a\0b', /is not text/],
    ] as const) {
      const { code, err } = await ask(['q', '--file', file(name, text), '--no-record']);
      assert.equal(code, 64);
      assert.match(err, sentence);
    }
  });

  it('refuses code longer than the model can hold, and names its size', async () => {
    const { code, out, err } = await ask(['q', '--file', file('long.js', 'const x = 12345;\n'.repeat(2000)), '--no-record', '--json']);
    assert.equal(code, 64, err);
    const { view } = logOf(out);
    assert.equal(view.error?.reason, 'context-overflow');
    assert.match(view.error.message, /Reins Tiny/);
  });

  it('ends with 64 for a folder without a model and with 1 for a broken one', async () => {
    const empty = await ask(['q', '--model', folder, '--no-record', '--json']);
    assert.equal(empty.code, 64);
    assert.equal(logOf(empty.out).view.error?.reason, 'model-missing');
    fs.cpSync(join(root, 'media', 'models', 'reins-tiny'), folder, { recursive: true });
    fs.rmSync(join(folder, 'tokenizer.json'));
    const untokenized = await ask(['q', '--model', folder, '--no-record']);
    assert.equal(untokenized.code, 64, untokenized.err);
    assert.equal(untokenized.out, '');
    fs.cpSync(join(root, 'media', 'models', 'reins-tiny'), folder, { recursive: true });
    fs.writeFileSync(join(folder, 'onnx', 'model.onnx'), 'this is no model');
    const broken = await ask(['q', '--model', folder, '--no-record']);
    assert.equal(broken.code, 1);
    assert.match(broken.err, /\w/);
  });

  describe('with a server', () => {
    const key = 'sk-test-0123456789abcdef';

    it('takes the key from the environment, and shows it to nobody', async () => {
      const server = await startScriptedServer({ apiKey: key });
      try {
        const argv = ['How are you?', '--server', server.baseUrl, '--server-model', 'scripted-reasoner', '--trace-dir', folder];
        const { code, out, err } = await ask(argv, { env: { REINS_API_KEY: key } });
        assert.equal(code, 0, err);
        assert.match(out, /\nYou asked: How are you\? My answer is 12\.\n$/);
        const traces = fs.readdirSync(folder).map((name) => fs.readFileSync(join(folder, name), 'utf8')).join('');
        assert.notEqual(traces, '');
        assert.ok(![out, err, traces].some((text) => text.includes(key)));
      } finally {
        await server.close();
      }
    });

    it('stops at once while the server is silent', async () => {
      const server = await startScriptedServer({ faults: [{ kind: 'hang', after: 0 }] });
      try {
        const { code, out, err } = await ask(['q', '--server', server.baseUrl, '--server-model', 'scripted-reasoner', '--no-record'], { interruptWhen: server.until((requests) => requests.length === 1) });
        assert.equal(code, 130);
        assert.equal(out, '');
        assert.match(err, /^stopped before it began, [\d.]+ s\n$/);
      } finally {
        await server.close();
      }
    });

    it('ends with 1 when the key is wrong or the server is not there', async () => {
      const server = await startScriptedServer({ apiKey: key });
      const argv = ['q', '--server', server.baseUrl, '--server-model', 'scripted-reasoner', '--no-record', '--json'];
      const wrong = await ask(argv, { env: { REINS_API_KEY: 'sk-wrong-0123456789' } });
      await server.close();
      assert.equal(wrong.code, 1);
      assert.equal(logOf(wrong.out).view.error?.reason, 'unauthorized');
      assert.ok(!wrong.out.includes('sk-wrong'));
      const away = await ask(argv);
      assert.equal(away.code, 1);
      assert.equal(logOf(away.out).view.error?.reason, 'server-unreachable');
    });
  });
});
