/** A server behind a proxy, from the command line: Node's own proxy support, in its own process. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startScriptedServer } from '../support/scripted-server/server.ts';
import type { ScriptedServer } from '../support/scripted-server/types.ts';

const root = join(import.meta.dirname, '..', '..');

/** A proxy that tunnels every connection to one port of this machine, whatever name it is asked for. */
async function startProxy(port: number, signIn: boolean): Promise<{ url: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.on('error', () => {});
    if (signIn) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

function ask(proxy: string): Promise<{ code: number | null; out: string; err: string }> {
  const argv = ['How are you?', '--server', 'http://model.internal:8000/v1', '--server-model', 'scripted-reasoner', '--no-record'];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'extension', 'cli', 'ask.ts'), ...argv], {
    cwd: root,
    env: { ...process.env, REINS_API_KEY: '', NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: '', no_proxy: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

describe('a server behind a proxy', () => {
  let server: ScriptedServer;
  const proxies: Server[] = [];
  beforeEach(async () => (server = await startScriptedServer()));
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) {
      proxy.closeAllConnections();
      proxy.close();
    }
    await server.close();
  });

  async function proxied(signIn = false): Promise<Awaited<ReturnType<typeof startProxy>>> {
    const proxy = await startProxy(Number(new URL(server.baseUrl).port), signIn);
    proxies.push(proxy.server);
    return proxy;
  }

  it('is reached through it, by name', async () => {
    const proxy = await proxied();
    const { code, out, err } = await ask(proxy.url);
    assert.equal(code, 0, err);
    assert.match(out, /\nYou asked: How are you\? My answer is 12\.\n$/);
    assert.ok(proxy.asked.length > 0 && proxy.asked.every((target) => target === 'model.internal:8000'));
  });

  it('is not reached when the proxy wants a sign-in, which is said in a sentence', async () => {
    const proxy = await proxied(true);
    const { code, err } = await ask(proxy.url);
    assert.equal(code, 1);
    assert.match(err, /model\.internal:8000.*proxy/i);
    assert.equal(server.requests.length, 0);
  });
});
