/** Packages without ONNX Runtime, or with one that cannot be loaded: a sentence instead of a crash, and everything else goes on. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { EngineClient } from '../../extension/engine/client.ts';
import { engineAvailability, enginePlatforms, findEngineEntry } from '../../extension/engine/entry.ts';
import { ReasoningError } from '../../extension/reasoning/errors.ts';
import { RefusingRunService } from '../../extension/runs/refused.ts';
import { isAlive, requestOf, runAll } from './support/clients.ts';
import { fixtureRef, never, root } from './support/models.ts';

describe('without ONNX Runtime', () => {
  let folder: string;
  let client: EngineClient;

  before(async () => {
    // Far from any node_modules, as in a package that carries none.
    folder = mkdtempSync(join(tmpdir(), 'reins-without-runtime-'));
    await build({
      absWorkingDir: root,
      entryPoints: ['extension/engine/main.ts'],
      outfile: join(folder, 'dist', 'engine.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      external: ['onnxruntime-node', 'koffi'],
      logLevel: 'silent',
    });
  });
  beforeEach(() => {
    client = new EngineClient({ entry: join(folder, 'dist', 'engine.cjs'), log: () => undefined });
  });
  afterEach(() => client.dispose());
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('the engine starts, and a run says what is missing', async () => {
    const { outcome, events } = await runAll(client, requestOf());
    assert.equal(outcome, 'failed');
    const error = events.find((event) => event.type === 'error');
    assert.ok(error?.type === 'error');
    assert.equal(error.reason, 'engine-unavailable');
    assert.match(error.message, /ONNX Runtime could not be loaded/);
    assert.match(error.message, /onnxruntime-node/);
    assert.match(error.message, /connect to a server/);
    assert.ok(isAlive(client.pid!), 'the process did not end for it');
  });

  it('choosing a model says the same, as often as it is tried', async () => {
    for (let tries = 0; tries < 2; tries += 1) {
      await assert.rejects(client.describe(fixtureRef('qwen2-genai-int4'), never), (error: unknown) => ReasoningError.is(error, 'engine-unavailable') && error.message.includes('ONNX Runtime could not be loaded'));
    }
  });

  it('a library that does not load on this system is told with the loader\'s own words', async () => {
    const module = join(folder, 'dist', 'node_modules', 'onnxruntime-node');
    mkdirSync(module, { recursive: true });
    writeFileSync(join(module, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', main: 'index.js' }));
    writeFileSync(join(module, 'index.js'), "require('./binding.node');\n");
    writeFileSync(join(module, 'binding.node'), 'this is no library');
    await assert.rejects(client.describe(fixtureRef('qwen2-genai-int4'), never), (error: unknown) => ReasoningError.is(error, 'engine-unavailable') && error.message.includes('binding.node'));
  });

  it('the universal package, which has no engine at all, names the package to install or says that there is none', async () => {
    const universal = mkdtempSync(join(tmpdir(), 'reins-universal-'));
    try {
      for (const [platform, expected] of [['linux-x64', /Install the package of Reins for linux-x64/], ['freebsd-x64', /For freebsd-x64 there is no package/]] as const) {
        const able = engineAvailability(universal, platform);
        assert.ok(!able.available);
        assert.match(able.reason, /universal package/);
        assert.match(able.reason, expected);
      }
      assert.throws(() => findEngineEntry(universal), (error: unknown) => ReasoningError.is(error, 'engine-unavailable'));
      const refusing = new RefusingRunService(new ReasoningError('engine-unavailable', 'no engine here'));
      const { outcome, events } = await runAll(refusing, requestOf());
      assert.equal(outcome, 'failed');
      assert.deepEqual(events.map(({ type }) => type), ['error', 'ended']);
      await assert.rejects(refusing.describe(), /no engine here/);
    } finally {
      rmSync(universal, { recursive: true });
    }
  });

  it('the platforms it names are those the installed runtime carries', () => {
    const libraries = join(root, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6');
    const carried = readdirSync(libraries).flatMap((platform) => readdirSync(join(libraries, platform)).map((arch) => `${platform}-${arch}`));
    assert.deepEqual([...enginePlatforms].sort(), carried.sort());
  });
});
