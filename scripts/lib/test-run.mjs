// The parts of npm test, in the order in which a mistake is found soonest, and their summary.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson } from './freshness.mjs';
import { node24, npmCli, npmEnvironment, withNode24 } from './node24.mjs';
import { artifacts, root } from './paths.mjs';
import { run } from './processes.mjs';
import { Advice, Unavailable, endWith, megabytes, say } from './report.mjs';
import { ensurePackages } from './setup.mjs';

/** `script` is run with npm; `counts` means that it runs mocha tests and says how many; `needs` is made ready before. */
const parts = {
  lint: { script: 'lint' },
  typecheck: { script: 'typecheck' },
  unit: { script: 'test:unit', counts: true, mocha: true },
  webview: { script: 'test:webview', counts: true, mocha: true, needs: 'chromium' },
  engine: { script: 'test:engine', counts: true, mocha: true },
  server: { script: 'test:server', counts: true, mocha: true, needs: 'llama-server' },
  training: { script: 'test:training', counts: true, mocha: true, needs: 'python' },
  package: {},
  editor: {},
  host: { script: 'test:host', counts: true, needs: 'editor' },
  e2e: { script: 'test:e2e', counts: true, mocha: true, needs: 'editor' },
};
const failures = join(artifacts, 'failures');
const LIMIT_MS = 40 * 60_000;

function parse(args) {
  const chosen = [];
  let grep;
  for (let at = 0; at < args.length; at++) {
    if (args[at] === '--grep' || args[at] === '-g') grep = args[++at];
    else if (args[at] in parts) chosen.push(args[at]);
    else throw new Advice(`There is no part "${args[at]}". The parts are ${Object.keys(parts).join(', ')}; --grep <text> chooses tests by title.`);
  }
  // The editor and the browser are made ready in a step of their own, so that their installation is not taken for slow tests.
  if (chosen.some((name) => parts[name].needs === 'editor')) chosen.push('editor');
  return { chosen: Object.keys(parts).filter((name) => chosen.length === 0 || chosen.includes(name)), grep };
}

/** Runs one of package.json's scripts under Node 24 and returns { passed, failed, note }. */
async function runScript({ script, counts, mocha }, grep, environment, scratch) {
  const results = join(scratch, `${script.replace(':', '-')}.json`);
  const args = [...(mocha ? ['--reporter', 'scripts/lib/mocha-reporter.mjs'] : []), ...(counts && grep ? ['--grep', grep] : [])];
  const env = npmEnvironment({ ...withNode24(), ...environment, REINS_TEST_RESULTS: results });
  const { code, timedOut } = await run(node24(), [npmCli(), 'run', '--silent', script, ...(args.length ? ['--', ...args] : [])], { cwd: root, env, show: true, timeoutMs: LIMIT_MS });
  if (timedOut) return { passed: 0, failed: 1, note: `gave up after ${LIMIT_MS / 60_000} minutes` };
  if (!counts) return { passed: 0, failed: code === 0 ? 0 : 1, note: code === 0 ? 'passed' : 'failed' };
  const figures = readJson(results);
  // A run that ended without saying what it did must not look like one in which nothing failed.
  if (!figures) return { passed: 0, failed: 1, note: 'ended without results' };
  const { passes: passed, failures: failing, pending, failed: names, retried = [] } = figures;
  const failed = failing === 0 && code !== 0 ? 1 : failing;
  const nothing = passed + failing === 0 && !grep;
  return { passed, failed: nothing ? 1 : failed, names, retried, note: nothing ? 'no test ran' : `${passed} passed${failed ? `, ${failed} FAILED` : ''}${retried.length ? `, ${retried.length} tried twice` : ''}${pending ? `, ${pending} skipped` : ''}` };
}

async function runPart(name, { grep, state, scratch }) {
  const part = parts[name];
  if (name === 'package') {
    const { checkPackages } = await import('../package.mjs');
    const looked = await checkPackages();
    for (const { target, bytes, limit, note } of looked) say(`  ${pad(target, 14)} ${megabytes(bytes)} ${note}, of at most ${megabytes(limit)}`);
    return { passed: 0, failed: 0, note: `passed, ${looked.length} packages` };
  }
  if (part.needs === 'chromium') state.environment.CHROMIUM ??= await (await import('./chromium.mjs')).ensureChromium();
  if (part.needs === 'python') state.environment.REINS_TRAINING_PYTHON ??= await (await import('./python.mjs')).ensureTrainingPython();
  if (part.needs === 'llama-server') state.environment.REINS_LLAMA_SERVER ??= await (await import('./llama-server.mjs')).ensureLlamaServer();
  if (name === 'editor') {
    const { prepareTools } = await import('./tools.mjs');
    state.environment.REINS_TEST_TOOLS = JSON.stringify(await prepareTools());
    return { passed: 0, failed: 0, note: 'ready' };
  }
  if (part.needs === 'editor' && !state.environment.REINS_TEST_TOOLS) return { passed: 0, failed: 1, note: 'not run: no editor' };
  return runScript(part, grep, state.environment, scratch);
}

/** Some messages carry a whole state; the full one stands further up, where the test failed. */
const beginning = (message) => message.split('\n').slice(0, 8).map((line) => `      ${line.slice(0, 200)}`).join('\n');

const pad = (text, width) => String(text).padEnd(width);

export async function runTests(args) {
  const started = Date.now();
  const scratch = mkdtempSync(join(tmpdir(), 'reins-test-run-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const rows = [];
  try {
    const { chosen, grep } = parse(args);
    await ensurePackages();
    const state = { environment: {} };
    // What an earlier run left would be taken for this one's.
    rmSync(failures, { recursive: true, force: true });
    for (const name of chosen) {
      say(`\n━━ ${name} ${'━'.repeat(Math.max(1, 70 - name.length))}`);
      const from = Date.now();
      const outcome = await runPart(name, { grep, state, scratch }).catch((error) => {
        if (error instanceof Unavailable) {
          say(`– skipped: ${error.message}.`);
          return { passed: 0, failed: 0, note: 'SKIPPED', skipped: error.message };
        }
        say(error instanceof Advice ? `✗ ${error.message}` : `✗ ${error.stack}`);
        return { passed: 0, failed: 1, note: 'could not be run' };
      });
      rows.push({ name, ...outcome, ms: Date.now() - from });
    }
  } catch (error) {
    endWith(error);
  }
  summarise(rows, started);
}

function summarise(rows, started) {
  say(`\n━━ summary ${'━'.repeat(63)}`);
  for (const { name, note, ms } of rows) say(`  ${pad(name, 10)} ${pad(note, 32)} ${(ms / 1000).toFixed(1).padStart(7)} s`);
  for (const { name, skipped } of rows) if (skipped) say(`\n  – ${name} was skipped: ${skipped}.`);
  const listed = (mark, name, tests) => tests.map(({ title, message }) => `  ${mark} ${name}: ${title}\n${beginning(message)}`);
  const again = rows.flatMap(({ name, retried = [] }) => listed('↻', name, retried));
  if (again.length) say(`\n  Tried a second time, since an editor or a browser can be late once:\n${again.join('\n')}`);
  const names = rows.flatMap(({ name, names: failed = [] }) => listed('✗', name, failed));
  if (names.length) say(`\n${names.join('\n')}`);
  if (existsSync(failures)) say('\n  Pictures and logs of failed browser tests: artifacts/failures');
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  say(`\n  ${((Date.now() - started) / 60_000).toFixed(1)} minutes in all\n`);
  const left = rows.filter(({ skipped }) => skipped).length;
  say(`${sum('passed')} passed, ${sum('failed')} failed${left ? `, ${left} of ${rows.length} parts skipped` : ''}`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}
