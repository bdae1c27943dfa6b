/** The extension that runs the suites: activated when the editor has started, it loads mocha and every bundled suite beside it. */
import { appendFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type MochaType from 'mocha';
import type * as vscode from 'vscode';
import type { Progress, Results, RunRequest } from '../protocol.ts';

type MochaModule = { readonly default: typeof MochaType };

export function activate(context: vscode.ExtensionContext): void {
  const request = process.env['REINS_HOST_TESTS'];
  if (request === undefined) return;
  const run = JSON.parse(request) as RunRequest;
  runSuites(run, join(context.extensionPath, 'suite')).catch((error: unknown) => {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report(run.progressFile, { kind: 'fail', depth: 0, title: 'The suites could not be loaded', error: message });
    finish(run.resultsFile, { passes: 0, failures: 1, pending: 0, duration: 0, failed: [{ title: 'loading the suites', message }], retried: [] });
  });
}

async function runSuites(run: RunRequest, folder: string): Promise<void> {
  const { default: Mocha } = (await import(run.mocha)) as MochaModule;
  const failed: { title: string; message: string }[] = [];
  const retried: { title: string; message: string }[] = [];
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, retries: 1, ...(run.grep === undefined ? {} : { grep: run.grep }) });
  const load = createRequire(join(folder, 'suite.cjs'));
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.cjs')).sort()) {
    const file = join(folder, name);
    // What mocha does for a file, without its own loader: only `require` hands the suites the editor's `vscode`.
    mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, file, mocha);
    mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_REQUIRE, load(file), file, mocha);
    mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_POST_REQUIRE, globalThis, file, mocha);
  }

  function Recorder(runner: MochaType.Runner): void {
    const { EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_PASS, EVENT_TEST_PENDING, EVENT_TEST_FAIL, EVENT_TEST_RETRY, EVENT_RUN_END } = Mocha.Runner.constants;
    let depth = -1;
    runner.on(EVENT_SUITE_BEGIN, (suite) => {
      depth += 1;
      if (!suite.root) report(run.progressFile, { kind: 'suite', depth, title: suite.title });
    });
    runner.on(EVENT_SUITE_END, () => (depth -= 1));
    runner.on(EVENT_TEST_PASS, (test) => report(run.progressFile, { kind: 'pass', depth: depth + 1, title: test.title, ms: test.duration ?? 0 }));
    runner.on(EVENT_TEST_PENDING, (test) => report(run.progressFile, { kind: 'pending', depth: depth + 1, title: test.title }));
    runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
      failed.push({ title: test.fullTitle(), message: error.message });
      report(run.progressFile, { kind: 'fail', depth: depth + 1, title: test.title, error: error.stack ?? error.message });
    });
    runner.on(EVENT_TEST_RETRY, (test: MochaType.Test, error: Error) => {
      retried.push({ title: test.fullTitle(), message: error.message });
      report(run.progressFile, { kind: 'retry', depth: depth + 1, title: test.title, error: error.stack ?? error.message });
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending, duration } = runner.stats ?? { passes: 0, failures: 1, pending: 0, duration: 0 };
      finish(run.resultsFile, { passes, failures, pending, duration: duration ?? 0, failed, retried });
    });
  }
  mocha.reporter(Recorder as unknown as MochaType.ReporterConstructor);
  mocha.run();
}

function report(file: string, progress: Progress): void {
  appendFileSync(file, `${JSON.stringify(progress)}\n`);
}

/** Renamed into place, so that the launcher never reads half of it. */
function finish(file: string, results: Results): void {
  writeFileSync(`${file}.partial`, JSON.stringify(results));
  renameSync(`${file}.partial`, file);
}
