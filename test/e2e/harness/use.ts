import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { screenshot } from './actions.ts';
import { repository } from './tools.ts';
import { startWorkbench } from './workbench.ts';
import type { Workbench, WorkbenchOptions } from './workbench.ts';

/**
 * One workbench for all tests of a `describe`: started before them, closed after them whatever happened. A failing test leaves a picture of
 * the editor and what it printed in artifacts/failures.
 */
export function useWorkbench(options: WorkbenchOptions | (() => WorkbenchOptions) = {}): () => Workbench {
  let workbench: Workbench | undefined;

  before(async function () {
    this.timeout(600_000);
    workbench = await startWorkbench(typeof options === 'function' ? options() : options);
  });

  afterEach(async function () {
    this.timeout(60_000);
    const test = this.currentTest;
    if (test?.state !== 'failed' || workbench === undefined) return;
    const name = `failed-${test.fullTitle()}`.replace(/[^\w.-]+/g, '-').slice(0, 120);
    const folder = join(repository, 'artifacts', 'failures');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.log`), `${workbench.complaints.join('\n')}\n\n${workbench.server.log()}`);
    await screenshot(workbench.page, name, 'failures').catch(() => undefined);
  });

  after(async function () {
    this.timeout(60_000);
    await workbench?.close();
    workbench = undefined;
  });

  return () => {
    if (workbench === undefined) throw new Error('The workbench has not been started yet: use it inside a test.');
    return workbench;
  };
}
