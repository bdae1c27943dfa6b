import assert from 'node:assert/strict';
import { testConnection } from '../../../extension/models/remote/connect.ts';
import { RemoteModel } from '../../../extension/models/remote/remote-model.ts';
import { recordText } from '../../../extension/models/remote/record-text.ts';
import type { CapabilityRecord } from '../../../extension/models/remote/capability-record.ts';
import { forgetServers } from '../../../extension/models/remote/server-memory.ts';
import { json, serveWire, type Exchange, type WireServer } from '../../support/wire/http.ts';
import { startLlamaServer } from '../../support/wire/llama-server.ts';
import { noSignal, recordOf, runHeart, type Notice } from './support.ts';
import { saying } from './servers/support.ts';

/** Of no shape that is recognised as a key by its looks: only knowing it helps. */
const KEY = 'quite-an-ordinary-phrase-42';

describe('a key', () => {
  const running: WireServer[] = [];
  afterEach(async () => {
    forgetServers();
    await Promise.all(running.splice(0).map((server) => server.close()));
  });

  /** Everything about a server that is shown, kept or logged. */
  async function allSaid(server: WireServer, model: string, record?: CapabilityRecord): Promise<string> {
    running.push(server);
    const said: unknown[] = [];
    const notices: Notice[] = [];
    const kept: unknown[] = [];
    const records = { load: () => undefined, save: (key: string, found: CapabilityRecord) => Promise.resolve(void kept.push(key, found)) };
    const ref = { id: 'r', name: 'R', baseUrl: `${server.origin}/v1`, model };
    said.push(await testConnection({ baseUrl: ref.baseUrl, key: KEY, model }, noSignal));
    try {
      const remote = await RemoteModel.connect({ ref, apiKey: async () => KEY, onNotice: (code, message) => notices.push([code, message]), records, ...(record ? { record } : {}) }, noSignal);
      said.push(remote.card, remote.record, recordText(remote.record, { host: 'h', model }));
      said.push((await runHeart({ model: remote, notices, probes: 0 }, { budgets: { thinking: 10, solution: 5 } })).events);
    } catch (error) {
      said.push(String(error), (error as Error).stack, String((error as Error).cause));
    }
    said.push(notices, kept, server.requests.map(({ path, body }) => ({ path, body })));
    return JSON.stringify(said);
  }

  it('is in the authorization header and nowhere else', async () => {
    const server = await startLlamaServer({ script: saying(20, 5) });
    const said = await allSaid(server, 'toy.gguf');
    assert.ok(server.requests.every(({ headers }) => headers.authorization === `Bearer ${KEY}`));
    assert.ok(said.length > 5000 && !said.includes(KEY));
  });

  it('is left out of what a server says about it', async () => {
    const echo = ({ response, seen }: Exchange): void => json(response, 400, { error: { message: `Your header was ${seen.headers.authorization}, which is ${KEY}.`, param: KEY, code: KEY } });
    const list = ({ response }: Exchange): void => json(response, 200, { data: [{ id: 'm', owned_by: 'llamacpp' }] });
    const paths = ['/v1/chat/completions', '/apply-template', '/tokenize', '/completion', '/v1/chat/completions/control'];
    const routes = Object.fromEntries(paths.map((path) => [`POST ${path}`, echo]));
    for (const record of [undefined, recordOf({ kind: 'llama-server', raw: 'tokens' })]) {
      const said = await allSaid(await serveWire({ ...routes, 'GET /v1/models': list, 'GET /props': echo }), 'm', record);
      assert.ok(said.includes('[redacted]'), said);
      assert.ok(!said.includes(KEY), said);
      forgetServers();
    }
  });

  it('is sent to no other server, however the first one redirects', async () => {
    const other = await startLlamaServer();
    running.push(other);
    const away = ({ response, seen }: Exchange): void => void response.writeHead(307, { location: `${other.origin}${seen.path}` }).end();
    const first = await serveWire(Object.fromEntries(['GET /v1/models', 'GET /props', 'POST /v1/chat/completions', 'POST /completion', 'POST /apply-template'].map((route) => [route, away])));
    const said = await allSaid(first, 'toy.gguf', recordOf({ kind: 'llama-server', raw: 'tokens' }));
    assert.match(said, /not the server you chose/);
    assert.equal(other.requests.length, 0);
  });
});
