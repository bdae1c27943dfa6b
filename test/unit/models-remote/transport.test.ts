import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testConnection } from '../../../extension/models/remote/connect.ts';
import { HttpFailure, toReasoningError } from '../../../extension/models/remote/failures.ts';
import { guardedFetch } from '../../../extension/models/remote/guarded-fetch.ts';
import { RemoteModel } from '../../../extension/models/remote/remote-model.ts';
import { forgetServers } from '../../../extension/models/remote/server-memory.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';
import { drain, failing, noSignal, openOptions, recordOf, runHeart, spelled, stepOptions, type Notice } from './support.ts';

const KEY = 'secret-key-0123456789';
const servers: Server[] = [];

/** A server that writes whatever bytes a test wants to every chat request. */
async function writing(write: (response: ServerResponse, count: number) => Promise<void> | void, port = 0): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.on('error', () => {});
    void write(response, (count += 1));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function modelAt(baseUrl: string, more: Partial<Parameters<typeof RemoteModel.connect>[0]> = {}): Promise<{ model: RemoteModel; notices: Notice[] }> {
  const notices: Notice[] = [];
  const ref = { id: 'r', name: 'R', baseUrl, model: 'm' };
  const model = await RemoteModel.connect({ ref, apiKey: async () => KEY, record: recordOf(), onNotice: (code, message) => notices.push([code, message]), ...more }, noSignal);
  return { model, notices };
}

const head = { 'content-type': 'text/event-stream' };
const event = (delta: object, finish: string | null = null): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const DONE = `${event({}, 'stop')}data: [DONE]\n\n`;

describe('what may come over the wire', () => {
  afterEach(async () => {
    forgetServers();
    await Promise.all(servers.splice(0).map(stop));
  });

  it('a character that is split between two packets', async () => {
    const bytes = Buffer.from(event({ reasoning: 'é ∑ 🙂' }) + event({ content: 'ja' }) + DONE);
    const { model } = await modelAt(
      await writing(async (response) => {
        response.writeHead(200, head);
        for (let at = 0; at < bytes.length; at += 3) {
          response.write(bytes.subarray(at, at + 3));
          await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      }),
    );
    assert.equal(spelled(await drain(await model.open(openOptions, noSignal))), '<thinking-start>é ∑ 🙂<thinking-end>ja<end>');
  });

  it('bytes that are no UTF-8', async () => {
    const { model } = await modelAt(
      await writing((response) => {
        response.writeHead(200, head);
        response.write(Buffer.concat([Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"a'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('b"}}]}\n\n')]));
        response.end(DONE);
      }),
    );
    assert.match(spelled(await drain(await model.open(openOptions, noSignal))), /^a�+b<end>$/);
  });

  it('line endings, comments and events of every legal kind', async () => {
    const { model } = await modelAt(
      await writing((response) => {
        response.writeHead(200, head);
        response.end(`: ping\r\n\r\nevent: message\r\ndata: {"choices":[{"index":0,\r\ndata: "delta":{"content":"a"}}]}\r\n\r\nid: 7\rdata: {"choices":[{"index":0,"delta":{"content":"b"}}]}\r\r${DONE}`);
      }),
    );
    assert.equal(spelled(await drain(await model.open(openOptions, noSignal))), 'ab<end>');
  });

  it('ten megabytes in one piece', async function () {
    this.timeout(30_000);
    const { model, notices } = await modelAt(
      await writing((response, count) => {
        response.writeHead(200, head);
        response.end(count === 1 ? event({ reasoning: 'thought '.repeat(1_310_720) }) + event({ content: 'x' }) + DONE : event({ content: 'forty-two' }) + DONE);
      }),
    );
    const run = await runHeart({ model, notices, probes: 0 }, { budgets: { thinking: 50, solution: 20 } });
    assert.equal(run.answer, 'forty-two');
    const usage = run.of('ended')[0]!.usage;
    assert.ok(usage.thinking <= 50 && usage.discarded > 1_000_000, JSON.stringify(usage));
    assert.ok(JSON.stringify(run.events).length < 100_000, 'and none of it is in the log');
  });

  it('a line without an end, and a short answer that is not short', async () => {
    const piece = new Uint8Array(1024 * 1024).fill(0x61);
    const endless = (type: string): Response => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(piece) }), { headers: { 'content-type': type } });
    for (const [body, type] of [['{"stream":true}', 'text/event-stream'], ['{}', 'application/json']] as const) {
      const response = await guardedFetch({ origin: 'http://h', key: undefined, fetch: async () => endless(type) })('http://h/v1/x', { method: 'POST', body });
      await assert.rejects(response.text(), /more than 64 MB in one piece/);
    }
  });

  it('nothing for a while, and then a reply', async () => {
    const { model } = await modelAt(
      await writing((response) => {
        setTimeout(() => {
          response.writeHead(200, head);
          response.end(event({ content: 'late' }) + DONE);
        }, 300);
      }),
      { timeouts: { connect: 50, betweenTokens: 50 } },
    );
    assert.equal(spelled(await drain(await model.open(openOptions, noSignal))), 'late<end>');
  });

  it('signs of life without a word: the wait for text goes on through them, and has an end', async () => {
    for (const begun of [[], [event({ content: 'a' })]]) {
      const { model } = await modelAt(
        await writing(async (response) => {
          response.writeHead(200, head);
          for (const text of begun) response.write(text);
          for (; !response.destroyed; await new Promise((resolve) => setTimeout(resolve, 20))) response.write(event({ content: '' }));
        }),
        { timeouts: { firstToken: 300, betweenTokens: 300 } },
      );
      await failing(drain(await model.open(openOptions, noSignal)), 'timeout', begun.length === 0 ? /did not begin to reply/ : /sent nothing for/);
    }
  });

  for (const finish of ['insufficient_system_resource', 'abort', 'error']) {
    it(`an end that is none: ${finish}`, async () => {
      const { model } = await modelAt(
        await writing((response) => {
          response.writeHead(200, head);
          response.end(`${event({ content: 'half an ' })}${event({}, finish)}data: [DONE]\n\n`);
        }),
      );
      const error = await failing(drain(await model.open(openOptions, noSignal)), 'stream-cut', /broke the reply off.*What came so far is kept/);
      assert.ok(error.message.includes(finish), error.message);
    });
  }

  it('thoughts and nothing else', async () => {
    const { model, notices } = await modelAt(
      await writing((response, count) => {
        response.writeHead(200, head);
        response.end(count === 1 ? event({ reasoning: 'hm' }) + DONE : event({ content: 'seven' }) + DONE);
      }),
    );
    const run = await runHeart({ model, notices, probes: 0 }, { budgets: { thinking: 50, solution: 20 } });
    assert.deepEqual([run.outcome, run.answer], ['answered', 'seven']);
  });

  it('a reply that breaks off because the server restarts; the next run is fine', async () => {
    let first = true;
    const write = (response: ServerResponse): void => {
      response.writeHead(200, head);
      response.write(event({ content: 'a' }));
      if (first) setTimeout(() => void stop(servers[0]!), 30);
      else response.end(event({ content: 'b' }) + DONE);
      first = false;
    };
    const baseUrl = await writing(write);
    const { model } = await modelAt(baseUrl);
    await failing(drain(await model.open(openOptions, noSignal)), 'stream-cut', /lost before the reply was complete\. What came so far is kept/);
    await failing(drain(await model.open(openOptions, noSignal)), 'server-unreachable', /Nothing answers/);
    await writing(write, Number(new URL(baseUrl).port));
    assert.equal(spelled(await drain(await model.open(openOptions, noSignal))), 'ab<end>');
  });

  it('the answers of a server of quite another kind', async () => {
    const baseUrl = await writing((response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"name":"node-1","cluster_name":"search","tagline":"You Know, for Search"}'));
    const found = await testConnection({ baseUrl, key: KEY }, noSignal);
    assert.ok(!found.ok && /answers, but not like an OpenAI-compatible server/.test(found.message), JSON.stringify(found));
    const other = await testConnection({ baseUrl, key: KEY, model: 'm' }, noSignal);
    assert.ok(!other.ok && /does not stream its replies/.test(other.message), JSON.stringify(other));
  });

  it('the end of a connection that was kept open, just as the next request goes out: it goes out again', async () => {
    const closes = new Set([2]);
    let calls = 0;
    const baseUrl = await writing((response, count) => {
      calls = count;
      if (closes.has(count)) response.socket?.end();
      else response.end('{}');
    });
    const ask = async (): Promise<string> => {
      const response = await guardedFetch({ origin: new URL(baseUrl).origin, key: undefined })(baseUrl, { method: 'POST', body: '{}' });
      const text = await response.text();
      // The client has its connection back some turns later, and uses it for the next request.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return text;
    };
    assert.deepEqual([await ask(), await ask(), calls], ['{}', '{}', 3]);
    // Whoever closes the new one too means it.
    closes.add(4).add(5);
    await assert.rejects(ask(), (error) => /closed the connection without an answer/.test(toReasoningError(error, { host: 'h', secrets: [] }).message));
    assert.equal(calls, 5);
  });

  it('nothing at all once calls are forbidden', async () => {
    let calls = 0;
    const baseUrl = await writing((response) => {
      calls += 1;
      response.writeHead(200, head);
      response.end(event({ content: 'a' }) + DONE);
    });
    let offline = false;
    const { model } = await modelAt(baseUrl, { offline: () => offline });
    await drain(await model.open(openOptions, noSignal));
    offline = true;
    await failing((await model.open(openOptions, noSignal)).step(stepOptions, noSignal), 'offline', /reins\.offline/);
    const found = await testConnection({ baseUrl, key: undefined }, noSignal, { offline: () => true });
    assert.ok(!found.ok && found.reason === 'offline');
    assert.equal(calls, 1);
  });

  it('a proxy that wants a sign-in', () => {
    const failure = new HttpFailure(407, '<html>Proxy Authentication Required</html>', new Headers(), [KEY]);
    const error = toReasoningError(failure, { host: 'h', secrets: [KEY] });
    assert.ok(ReasoningError.is(error, 'server-unreachable'));
    assert.match(error.message, /proxy between here and h asks for a sign-in/);
    const closed = toReasoningError(new TypeError('fetch failed', { cause: Object.assign(new Error('Proxy response (403) !== 200 when HTTP Tunneling'), { code: 'UND_ERR_ABORTED' }) }), { host: 'h', secrets: [] });
    assert.match(closed.message, /proxy between here and h did not let the connection through \(403\)/);
  });
});
