/** The tests of a workspace under limits, with real processes and real copies. */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../extension/assist/verify/run-command.ts';
import { planCopy, withCopy } from '../../extension/assist/verify/workspace-copy.ts';
import { isAlive, until } from './support/clients.ts';
import { never } from './support/models.ts';

const limits = { milliseconds: 60_000, characters: 1_000_000 };
const node = JSON.stringify(process.execPath);

describe('a test command', function () {
  this.timeout(120_000);
  let folder: string;
  const script = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return `${node} ${name}`;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reins-command-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('that passes has passed, in its folder, with what it printed', async () => {
    const result = await runCommand(script('test.js', 'console.log(process.cwd(), process.env.CI); console.error("beside");'), folder, limits, never);
    assert.equal(result.outcome, 'passed');
    assert.equal(result.exitCode, 0);
    assert.match(result.output, /reins-command-\w+ 1/);
    assert.match(result.output, /beside/);
  });

  it('that fails has failed, and what cannot be found too', async () => {
    assert.deepEqual([(await runCommand(script('test.js', 'process.exit(3)'), folder, limits, never)).outcome, (await runCommand('exit 3', folder, limits, never)).exitCode], ['failed', 3]);
    const missing = await runCommand('there-is-no-such-program', folder, limits, never);
    assert.equal(missing.outcome, 'failed');
    assert.match(missing.output, /there-is-no-such-program/);
    assert.equal((await runCommand('exit 0', join(folder, 'nowhere'), limits, never)).outcome, 'unstarted');
  });

  it('that hangs is ended at its time, also when it does not listen', async () => {
    const result = await runCommand(script('test.js', 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000);'), folder, { ...limits, milliseconds: 2_000 }, never);
    assert.equal(result.outcome, 'too-long');
    assert.ok(result.milliseconds >= 2_000);
  });

  it('that prints without end is ended, and only the end of it is kept', async () => {
    const result = await runCommand('yes', folder, limits, never);
    assert.equal(result.outcome, 'too-much-output');
    assert.ok(result.output.length <= 20_000);
  });

  it('that leaves a child behind does not leave it alive', async () => {
    const child = script('child.js', 'require("fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000);');
    const result = await runCommand(`${child} & while [ ! -s pid ]; do sleep 0.05; done; echo done`, folder, limits, never);
    assert.equal(result.outcome, 'passed');
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await until(() => !isAlive(pid), 'the child has ended');
  });

  it('does not wait for what left its group and holds its output open', async function () {
    if (process.platform !== 'linux') this.skip();
    const stray = script('stray.js', 'require("fs").writeFileSync("pid", String(process.pid)); setInterval(() => console.log("still here"), 100);');
    const result = await runCommand(`setsid ${stray} & while [ ! -s pid ]; do sleep 0.05; done; echo done`, folder, { ...limits, milliseconds: 30_000 }, never);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    try {
      assert.equal(result.outcome, 'passed');
      assert.match(result.output, /done/);
      assert.ok(result.milliseconds < 25_000, String(result.milliseconds));
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  it('is asked to end once, however much it prints until it has', async () => {
    const warned: string[] = [];
    const listen = (warning: Error): void => void warned.push(warning.name);
    process.on('warning', listen);
    try {
      const deaf = script('deaf.js', 'process.on("SIGTERM", () => {}); const line = "x".repeat(1000) + "\\n"; setInterval(() => process.stdout.write(line), 2);');
      assert.equal((await runCommand(`exec ${deaf}`, folder, { ...limits, characters: 10_000 }, never)).outcome, 'too-much-output');
      assert.deepEqual(warned, []);
    } finally {
      process.off('warning', listen);
    }
  });

  it('is ended with all its children when it is cancelled', async () => {
    const cancel = new AbortController();
    const running = runCommand(script('test.js', 'require("child_process").spawn(process.execPath, ["-e", "require(\'fs\').writeFileSync(\'pid\', String(process.pid)); setInterval(() => {}, 1000)"], { stdio: "inherit" });'), folder, limits, cancel.signal);
    await until(() => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8') !== '', 'the child is up');
    cancel.abort();
    assert.equal((await running).outcome, 'cancelled');
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await until(() => !isAlive(pid), 'the child has ended');
    assert.equal((await runCommand('exit 0', folder, limits, cancel.signal)).outcome, 'cancelled');
  });
});

describe('a copy of a workspace', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reins-original-'));
    for (const path of ['src', '.git', 'node_modules/left-pad', 'packages/a/node_modules']) mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, 'src/a.js'), 'before');
    writeFileSync(join(folder, '.git/config'), 'history');
    writeFileSync(join(folder, 'node_modules/left-pad/index.js'), 'module');
    symlinkSync('src/a.js', join(folder, 'inside'));
    symlinkSync('/etc', join(folder, 'outside'));
    symlinkSync('../..', join(folder, 'src/up'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('holds the files with the change in them, links modules, and leaves history and what leads out', async () => {
    const plan = await planCopy(folder, never);
    let copy = '';
    await withCopy(plan, new Map([['src/a.js', 'after'], ['src/new.js', 'new']]), never, async (made) => {
      copy = made;
      assert.deepEqual(readdirSync(copy).sort(), ['inside', 'node_modules', 'packages', 'src']);
      assert.equal(readFileSync(join(copy, 'src/a.js'), 'utf8'), 'after');
      assert.equal(readFileSync(join(copy, 'inside'), 'utf8'), 'after');
      assert.equal(readFileSync(join(copy, 'src/new.js'), 'utf8'), 'new');
      assert.equal(existsSync(join(copy, 'src/up')), false);
      assert.ok(lstatSync(join(copy, 'node_modules')).isSymbolicLink());
      assert.ok(lstatSync(join(copy, 'packages/a/node_modules')).isSymbolicLink());
      assert.equal(readFileSync(join(copy, 'node_modules/left-pad/index.js'), 'utf8'), 'module');
      return Promise.resolve();
    });
    assert.equal(existsSync(copy), false);
    assert.equal(readFileSync(join(folder, 'src/a.js'), 'utf8'), 'before');
    assert.equal(readFileSync(join(folder, 'node_modules/left-pad/index.js'), 'utf8'), 'module', 'removing the copy leaves what is linked');
  });

  it('is removed also when what is done in it fails', async () => {
    let copy = '';
    await assert.rejects(withCopy(await planCopy(folder, never), new Map(), never, (made) => {
      copy = made;
      throw new Error('no');
    }), /no/);
    assert.equal(existsSync(copy), false);
  });

  it('never takes a change that would be written into the original', async () => {
    const plan = await planCopy(folder, never);
    for (const path of ['../x', 'node_modules/left-pad/index.js', '/etc/x', '']) await assert.rejects(withCopy(plan, new Map([[path, 'x']]), never, () => Promise.resolve()), /cannot be tried/, path);
    assert.equal(readFileSync(join(folder, 'node_modules/left-pad/index.js'), 'utf8'), 'module');
  });

  it('is refused beyond its limits, with the figures', async () => {
    writeFileSync(join(folder, 'large.bin'), Buffer.alloc(2_000_000));
    await assert.rejects(planCopy(folder, never, { bytes: 1_000_000, files: 100 }), /too large.*1 MB/);
    await assert.rejects(planCopy(folder, never, { bytes: 1e9, files: 3 }), /more than 3 files/);
    await assert.rejects(planCopy(join(folder, 'nowhere'), never));
  });

  it('is not made once it is no longer wanted', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await assert.rejects(planCopy(folder, cancel.signal), { name: 'AbortError' });
  });
});
