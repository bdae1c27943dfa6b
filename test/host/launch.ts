/**
 * Runs the suites of test/host inside the extension host of a real editor: bundles them, packs them as a small extension, installs it beside
 * the packaged one, opens the editor in a browser (its extension host starts only then) and waits for the results.
 *
 *   node test/host/launch.ts [--grep <text>]
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { installExtensions } from '../../scripts/lib/code-server.mjs';
import { screenshot } from '../e2e/harness/actions.ts';
import { getTools, repository } from '../e2e/harness/tools.ts';
import { startWorkbench } from '../e2e/harness/workbench.ts';
import type { Workbench } from '../e2e/harness/workbench.ts';
import type { Progress, Results, RunRequest } from './protocol.ts';

/** Without any sign of life for this long the run is given up. */
const SILENCE_MS = 180_000;

const { values } = parseArgs({ options: { grep: { type: 'string', short: 'g' } } });
const scratch = mkdtempSync(join(tmpdir(), 'reins-host-'));
process.exitCode = await main().finally(() => rmSync(scratch, { recursive: true, force: true }));

async function main(): Promise<number> {
  const extensions = await install(await bundle());
  const run: RunRequest = {
    mocha: pathToFileURL(join(repository, 'node_modules', 'mocha', 'index.js')).href,
    progressFile: join(scratch, 'progress.jsonl'),
    resultsFile: join(scratch, 'results.json'),
    grep: values.grep,
  };
  writeFileSync(run.progressFile, '');
  // Temporary files of the suites go away with ours.
  const workbench = await startWorkbench({ extensions, env: { REINS_HOST_TESTS: JSON.stringify(run), TMPDIR: scratch } });
  try {
    const results = await follow(run, workbench);
    if (process.env['REINS_TEST_RESULTS'] !== undefined) writeFileSync(process.env['REINS_TEST_RESULTS'], JSON.stringify(results));
    console.log(`\n  ${results.passes} passing (${(results.duration / 1000).toFixed(1)} s), ${results.failures} failing, ${results.pending} pending\n`);
    return results.failures > 0 || results.passes === 0 ? 1 : 0;
  } finally {
    await workbench.close();
  }
}

/** The runner and the suites, each suite a file of its own so that one which cannot be loaded is named. */
async function bundle(): Promise<string> {
  const folder = join(scratch, 'extension');
  const suites = globSync('suite/**/*.test.ts', { cwd: import.meta.dirname });
  const options: BuildOptions = { bundle: true, platform: 'node', format: 'cjs', target: 'node22', external: ['vscode'], sourcemap: 'inline', logLevel: 'warning' };
  await build({ ...options, entryPoints: [join(import.meta.dirname, 'runner', 'runner.ts')], outfile: join(folder, 'runner.cjs') });
  for (const suite of suites) {
    await build({ ...options, entryPoints: [join(import.meta.dirname, suite)], outfile: join(folder, 'suite', `${basename(suite, '.ts')}.cjs`) });
  }
  copyFileSync(join(import.meta.dirname, 'runner', 'package.json'), join(folder, 'package.json'));
  return folder;
}

async function install(folder: string): Promise<string> {
  const { node, codeServer, vsix } = getTools();
  const packed = join(scratch, 'host-tests.vsix');
  const vsce = join(repository, 'node_modules', '@vscode', 'vsce', 'vsce');
  const { status, stdout, stderr } = spawnSync(node, [vsce, 'package', '--out', packed, '--no-dependencies', '--allow-missing-repository', '--skip-license'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (status !== 0) throw new Error(`The extension that runs the suites could not be packed:\n${stdout}${stderr}`);
  const extensions = join(scratch, 'extensions');
  mkdirSync(extensions);
  await installExtensions({ entry: codeServer, extensions, packages: [vsix, packed] });
  return extensions;
}

/** Prints what happens as it happens, until the results are there. */
async function follow(run: RunRequest, workbench: Workbench): Promise<Results> {
  let shown = 0;
  let lastSign = Date.now();
  for (;;) {
    const done = existsSync(run.resultsFile);
    const lines = readFileSync(run.progressFile, 'utf8').split('\n').slice(0, -1);
    for (const line of lines.slice(shown)) console.log(describeProgress(JSON.parse(line) as Progress));
    if (lines.length > shown) lastSign = Date.now();
    shown = lines.length;
    if (done) return JSON.parse(readFileSync(run.resultsFile, 'utf8')) as Results;
    if (Date.now() - lastSign > SILENCE_MS) {
      const picture = await screenshot(workbench.page, 'host-tests-silent', 'failures').catch(() => 'no picture');
      throw new Error(`Nothing was heard from the extension host for ${SILENCE_MS / 1000} s. Picture: ${picture}\n${workbench.complaints.join('\n')}\n${workbench.server.log().slice(-3000)}`);
    }
    await sleep(200);
  }
}

function describeProgress(progress: Progress): string {
  const indent = '  '.repeat(progress.depth + 1);
  switch (progress.kind) {
    case 'suite':
      return `\n${indent}${progress.title}`;
    case 'pass':
      return `${indent}✔ ${progress.title}${progress.ms > 75 ? ` (${progress.ms}ms)` : ''}`;
    case 'pending':
      return `${indent}- ${progress.title}`;
    case 'retry':
      return `${indent}↻ ${progress.title}: failed, and is tried once more\n${progress.error.replace(/^/gm, `${indent}    `)}`;
    case 'fail':
      return `${indent}✖ ${progress.title}\n${progress.error.replace(/^/gm, `${indent}    `)}`;
  }
}
