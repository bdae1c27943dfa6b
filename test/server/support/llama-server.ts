/** A llama-server with the bundled model, for the length of a test: started, asked whether it is ready, killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ggufOf } from '../../support/gguf/convert-model.ts';

export interface LlamaServer {
  readonly baseUrl: string;
  readonly port: number;
  /** At once, as a crash would. */
  kill(): Promise<void>;
}

/** Replies at a time, and the tokens of context each of them has. */
export const PLACES = 8;
const CONTEXT = 2048;
const READY_MS = 60_000;

/** The model as a GGUF file in a folder of its own. */
export async function makeGguf(folder: string): Promise<{ readonly file: string; remove(): Promise<void> }> {
  const place = await mkdtemp(join(tmpdir(), 'reins-gguf-'));
  const file = join(place, 'model.gguf');
  await writeFile(file, await ggufOf(folder));
  return { file, remove: () => rm(place, { recursive: true, force: true }) };
}

/** Resolves when it answers. `port` absent: any free one. */
export async function startLlamaServer(program: string, gguf: string, port?: number, places = PLACES): Promise<LlamaServer> {
  const at = port ?? (await freePort());
  // The cache in 32 bits, as the local engine keeps it, so that figures can be compared.
  const args = ['--model', gguf, '--host', '127.0.0.1', '--port', String(at), '--ctx-size', String(CONTEXT * places), '--parallel', String(places), '--threads', '1', '--jinja', '--no-warmup', '--cache-type-k', 'f32', '--cache-type-v', 'f32', '--flash-attn', 'off'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const kill = (): Promise<void> => ended(child);
  process.once('exit', () => child.kill('SIGKILL'));
  const until = Date.now() + READY_MS;
  while (!(await ready(at))) {
    if (child.exitCode !== null || Date.now() > until) {
      await kill();
      throw new Error(`llama-server did not start:\n${said.join('').slice(-3000)}`);
    }
    await delay(100);
  }
  return { baseUrl: `http://127.0.0.1:${at}/v1`, port: at, kill };
}

async function ready(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/health`).then((response) => response.ok, () => false);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
