import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { RemoteModel, type RemoteModelOptions } from '../../../extension/models/remote/remote-model.ts';
import { toReasoningError } from '../../../extension/models/remote/failures.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';
import { BETWEEN } from '../../../extension/models/remote/routes/requests.ts';
import type { Session, Token } from '../../../extension/reasoning/port.ts';
import type { RunErrorReason } from '../../../extension/trace/events.ts';
import { startSelfSigned } from '../../support/wire/tls.ts';
import type { Fault, ScriptedServer, ScriptedServerOptions } from '../../support/scripted-server/types.ts';
import { closeServers, connect, drain, failing, noSignal, numbered, openOptions, recordOf, serve, spelled, stepOptions, type Connected } from './support.ts';

const KEY = 'secret-key-0123456789';

/** A model that is taken to be known, so that the first chat request is the run's. */
async function known(options: ScriptedServerOptions = {}, more: Partial<RemoteModelOptions> = {}): Promise<Connected & { server: ScriptedServer; session: Session }> {
  const server = await serve(options);
  const connected = await connect(server, { key: KEY, record: recordOf(), ...more });
  return { ...connected, server, session: await connected.model.open(openOptions, noSignal) };
}

/** Tokens until the error, and the error. */
async function untilFailure(session: Session): Promise<{ tokens: Token[]; error: unknown }> {
  const tokens: Token[] = [];
  try {
    for (;;) {
      const token = await session.step(stepOptions, noSignal);
      tokens.push(token);
      if (token.mark === 'end') return { tokens, error: undefined };
    }
  } catch (error) {
    return { tokens, error };
  }
}

describe('failures of a server', () => {
  afterEach(closeServers);

  const early: readonly [string, Fault, RunErrorReason, RegExp][] = [
    ['wrong key', { kind: 'status', status: 401, message: `Incorrect API key provided: ${KEY}` }, 'unauthorized', /did not accept the key\. Check the key of this server\. .*\[redacted\]/],
    ['no permission', { kind: 'status', status: 403 }, 'unauthorized', /refused access/],
    ['no credit', { kind: 'status', status: 429, code: 'insufficient_quota', message: 'You exceeded your quota' }, 'rate-limited', /no credit left/],
    ['limited for long', { kind: 'status', status: 429, headers: { 'retry-after': '3600' } }, 'rate-limited', /asks to wait 60 minutes/],
    ['its own error', { kind: 'status', status: 500, message: 'boom' }, 'server-error', /error of its own \(500\).*boom/],
    ['a page from a proxy', { kind: 'html', status: 502 }, 'server-error', /\(502\)/],
    ['a page instead of a stream', { kind: 'html' }, 'server-refused', /web page/],
    ['too long', { kind: 'status', status: 400, message: "This model's maximum context length is 4096 tokens.", code: 'context_length_exceeded' }, 'context-overflow', /too long/],
    ['closed before any header', { kind: 'close' }, 'server-unreachable', /closed the connection without an answer/],
    ['redirect elsewhere', { kind: 'redirect', location: 'http://127.0.0.1:9/v1/chat/completions' }, 'server-refused', /redirects to 127\.0\.0\.1:9/],
  ];
  for (const [name, fault, reason, sentence] of early) {
    it(`names it: ${name}`, async () => {
      const { session } = await known({ faults: [fault, fault] });
      const error = await failing(session.step(stepOptions, noSignal), reason, sentence);
      assert.ok(!error.message.includes('<'), 'no markup in a sentence');
      assert.ok(!JSON.stringify([error.message, String(error.cause), (error.cause as Error | undefined)?.stack, (error.cause as { cause?: { detail?: string } })?.cause?.detail]).includes(KEY));
    });
  }

  it('contacts no other host, even when told to', async () => {
    const other = await serve();
    const { session } = await known({ faults: [{ kind: 'redirect', location: `${other.baseUrl}/chat/completions` }] });
    await failing(session.step(stepOptions, noSignal), 'server-refused', /not the server you chose/);
    assert.equal(other.requests.length, 0);
  });

  it('follows a redirect on the same server', async () => {
    const { session } = await known({ faults: [{ kind: 'redirect', location: '/v1/chat/completions' }] });
    assert.equal((await session.step(stepOptions, noSignal)).mark, 'thinking-start');
  });

  it('offers the models there are when the name is wrong', async () => {
    const { session } = await known({ models: ['alpha', 'beta'] });
    await failing(session.step(stepOptions, noSignal), 'model-missing', /no model "scripted-reasoner"\. Choose another model name; the server offers: alpha, beta\./);
  });

  it('leaves its own limit out when only that does not fit', async () => {
    const fault: Fault = { kind: 'status', status: 400, message: 'This model has a maximum context length of 64 tokens; you requested 90.' };
    const { session, server } = await known({ faults: [fault] });
    assert.equal((await session.step(stepOptions, noSignal)).mark, 'thinking-start');
    assert.deepEqual(server.chats().map((chat) => chat.body!.max_tokens), [60 + BETWEEN, undefined]);
  });

  it('waits when asked for a short wait, and says so', async () => {
    const { session, notices, server } = await known({ faults: [{ kind: 'status', status: 429, headers: { 'retry-after-ms': '30' } }] });
    assert.equal((await session.step(stepOptions, noSignal)).mark, 'thinking-start');
    assert.deepEqual(notices.map(([code]) => code), ['waiting-for-server']);
    assert.equal(server.chats().length, 2);
  });

  for (const [status, reason, told, failure] of [
    [429, 'rate-limited', /^127\.0\.0\.1:\d+ is limiting requests; Reins tries again in/, /is limiting requests\. Wait a little/],
    [503, 'server-error', /^127\.0\.0\.1:\d+ is not ready; Reins tries again in/, /is not ready \(503\)/],
  ] as const) {
    const busy: Fault = { kind: 'status', status };

    it(`waits longer each time where a ${status} does not say how long, and says so`, async () => {
      const waits: number[] = [];
      const { session, notices, server } = await known({ faults: [busy, busy, busy] }, { pause: (milliseconds) => Promise.resolve(void waits.push(milliseconds)) });
      assert.equal((await session.step(stepOptions, noSignal)).mark, 'thinking-start');
      assert.deepEqual(waits, [1000, 2000, 4000]);
      assert.deepEqual(notices.map(([code]) => code), ['waiting-for-server', 'waiting-for-server', 'waiting-for-server']);
      for (const [, sentence] of notices) assert.match(sentence, told);
      assert.equal(server.chats().length, 4);
    });

    it(`fails after three such waits for a ${status}, and at once where no wait is wanted`, async () => {
      const waits: number[] = [];
      const pause = (milliseconds: number): Promise<void> => Promise.resolve(void waits.push(milliseconds));
      const { session, server } = await known({ faults: Array.from({ length: 8 }, () => busy) }, { pause });
      await failing(session.step(stepOptions, noSignal), reason, failure);
      assert.deepEqual([waits.length, server.chats().length], [3, 4]);
      const other = await known({ faults: [busy] }, { pause, timeouts: { retryAfter: 0 } });
      await failing(other.session.step(stepOptions, noSignal), reason, failure);
      assert.deepEqual([waits.length, other.server.chats().length], [3, 1]);
    });
  }

  it('waits for a busy server no longer than for a first token, and not in the middle of a reply', async () => {
    const never = (_: number, signal: AbortSignal): Promise<void> => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new DOMException('Stopped.', 'AbortError'))));
    const { session, server } = await known({ faults: [{ kind: 'status', status: 429 }] }, { pause: never, timeouts: { firstToken: 100 } });
    await failing(session.step(stepOptions, noSignal), 'timeout', /did not begin to reply/);
    assert.equal(server.chats().length, 1);
    const begun = await known({ faults: [{ kind: 'cut', after: 4 }] });
    await failing(drain(begun.session), 'stream-cut', /lost before the reply was complete/);
    assert.equal(begun.server.chats().length, 1);
  });

  it('stops waiting at once when cancelled', async () => {
    const { session, server } = await known({ faults: [{ kind: 'status', status: 429, headers: { 'retry-after': '9' } }] });
    const stop = new AbortController();
    const step = session.step(stepOptions, stop.signal);
    await server.until((requests) => requests.length === 1);
    const before = Date.now();
    stop.abort();
    await assert.rejects(step, { name: 'AbortError' });
    assert.ok(Date.now() - before < 3000);
  });

  const middle: readonly [string, Fault, RunErrorReason, RegExp][] = [
    ['a cut connection', { kind: 'cut', after: 4 }, 'stream-cut', /lost before the reply was complete/],
    ['a stream that just ends', { kind: 'silent-end', after: 4 }, 'stream-cut', /lost before the reply was complete/],
    ['garbage', { kind: 'malformed', after: 4 }, 'server-error', /not valid JSON/],
    ['JSON of another kind', { kind: 'wrong-shape', after: 4 }, 'server-error', /not a chat completion/],
    ['an error in the stream', { kind: 'error-event', after: 4, message: 'out of memory' }, 'server-error', /out of memory/],
    ['silence', { kind: 'hang', after: 4 }, 'timeout', /sent nothing for 1 second/],
  ];
  for (const [name, fault, reason, sentence] of middle) {
    it(`keeps what came before ${name}`, async () => {
      const { session, server } = await known({ faults: [fault] }, fault.kind === 'hang' ? { timeouts: { betweenTokens: 1000 } } : {});
      const { tokens, error } = await untilFailure(session);
      assert.equal(spelled(tokens), `<thinking-start>${numbered(4, 't').join('')}`);
      const { message } = await failing(Promise.reject(error), reason, sentence);
      if (fault.kind !== 'malformed') assert.match(message, /What came so far is kept\./);
      // The session can still be continued from there.
      assert.equal((await session.step(stepOptions, noSignal)).text, ' t4');
      assert.equal(server.chats().length, 2);
    });
  }

  for (const kind of ['cut', 'silent-end', 'wrong-shape'] as const) {
    it(`does not say that something is kept when nothing came: ${kind}`, async () => {
      const { session } = await known({ faults: [{ kind, after: 0 }] });
      const { tokens, error } = await untilFailure(session);
      assert.deepEqual(tokens, []);
      assert.ok(error instanceof ReasoningError);
      assert.doesNotMatch(error.message, /kept|continue/);
    });
  }

  it('delivers what it held back as a possible tag before it fails', async () => {
    const { session } = await known({ profile: 'inline', script: { thinking: ['a', ' </th'], answer: [] }, faults: [{ kind: 'cut', after: 3 }] });
    assert.equal(spelled((await untilFailure(session)).tokens), '<thinking-start>a </th');
  });

  it('does not wait for ever for the first token', async () => {
    const { session } = await known({ faults: [{ kind: 'hang', after: 0 }] }, { timeouts: { firstToken: 60 } });
    const server = await failing(session.step(stepOptions, noSignal), 'timeout', /did not begin to reply/);
    assert.ok(server);
  });

  it('takes a missing finish for an end when the server said it is done', async () => {
    const { session } = await known({ overrides: { usage: false } });
    assert.equal((await untilFailure(session)).tokens.at(-1)?.mark, 'end');
  });

  it('ends a waiting step as cancelled when the session is closed under it', async () => {
    const { session, server } = await known({ faults: [{ kind: 'hang', after: 2 }] });
    await session.step(stepOptions, noSignal);
    await session.step(stepOptions, noSignal);
    await session.step(stepOptions, noSignal);
    const waiting = session.step(stepOptions, noSignal);
    await server.until((requests) => requests[0]!.tokensSent === 2);
    await session.close();
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  it('honours cancellation at once while nothing comes', async () => {
    const { session } = await known({ faults: [{ kind: 'hang', after: 0 }] });
    const stop = new AbortController();
    const step = session.step(stepOptions, stop.signal);
    setTimeout(() => stop.abort(), 20);
    const before = Date.now();
    await assert.rejects(step, { name: 'AbortError' });
    assert.ok(Date.now() - before < 3000);
  });
});

describe('no server at all', () => {
  const at = (baseUrl: string): Promise<RemoteModel> => RemoteModel.connect({ ref: { id: 'r', name: 'R', baseUrl, model: 'm' }, apiKey: async () => KEY }, noSignal);

  it('nothing listens', async () => {
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
    const { port } = socket.address() as { port: number };
    await new Promise((resolve) => socket.close(resolve));
    await failing(at(`http://127.0.0.1:${port}/v1`), 'server-unreachable', /Nothing answers at 127\.0\.0\.1:\d+\. Start the server/);
  });

  it('the name does not exist', async () => {
    const error = await at('https://no-such-host.invalid/v1').then(() => null, (thrown: unknown) => thrown);
    assert.ok(error instanceof ReasoningError);
    assert.ok(['server-unreachable', 'offline'].includes(error.reason), error.message);
    assert.match(error.message, /no-such-host\.invalid/);
  });

  it('a certificate that nobody vouches for, and nothing is sent there', async () => {
    const server = await startSelfSigned();
    try {
      const error = await failing(at(server.origin), 'server-unreachable', /The certificate of localhost:\d+ is not trusted here \(DEPTH_ZERO_SELF_SIGNED_CERT\).*Reins does not skip the check/);
      assert.ok(!error.message.includes(KEY));
      assert.deepEqual(server.seen, []);
    } finally {
      await server.close();
    }
  });

  it('no TLS where https was asked for', async () => {
    const server = await serve();
    await failing(at(server.baseUrl.replace('http:', 'https:')), 'server-unreachable', /does not speak TLS.*http:\/\//);
    await closeServers();
  });

  it('a key that cannot be one', async () => {
    const model = RemoteModel.connect({ ref: { id: 'r', name: 'R', baseUrl: 'http://127.0.0.1:9', model: 'm' }, apiKey: async () => 'first\nsecond' }, noSignal);
    const error = await failing(model, 'unauthorized', /Copy it again/);
    assert.ok(!String(error.stack).includes('second'));
  });

  it('certificates that are not trusted', () => {
    const cause = Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const error = toReasoningError(new TypeError('fetch failed', { cause }), { host: 'h', secrets: [] });
    assert.ok(ReasoningError.is(error, 'server-unreachable'));
    assert.match(error.message, /certificate of h is not trusted.*DEPTH_ZERO_SELF_SIGNED_CERT/);
  });

  const codes: readonly [string, RunErrorReason, RegExp][] = [
    ['ENOTFOUND', 'server-unreachable', /could not be found/],
    // Not `offline`: that is a setting, and the panel says how to turn it off.
    ['EAI_AGAIN', 'server-unreachable', /offline/],
    ['ENETUNREACH', 'server-unreachable', /offline/],
    ['EHOSTUNREACH', 'server-unreachable', /no way to/],
    ['UND_ERR_CONNECT_TIMEOUT', 'server-unreachable', /in time/],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout', /did not answer in time/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'server-unreachable', /certificate/],
    ['ESOMETHING', 'server-unreachable', /ESOMETHING/],
  ];
  for (const [code, reason, sentence] of codes) {
    it(`knows ${code}`, () => {
      const error = toReasoningError(new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) }), { host: 'h', secrets: [] });
      assert.ok(ReasoningError.is(error, reason), String(error));
      assert.match(error.message, sentence);
    });
  }
});
