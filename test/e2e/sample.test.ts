/** The sample folder of an installed extension, in an editor without a folder: it is opened as a copy, and what was changed in it stays. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, screenshot } from './harness/actions.ts';
import { repository } from './harness/tools.ts';
import { useWorkbench } from './harness/use.ts';
import { PATIENCE_MS } from './reins.ts';

describe('the sample folder', function () {
  this.timeout(600_000);
  const workbench = useWorkbench();

  const open = async (): Promise<string> => {
    const { page, server, folder } = workbench();
    await page.goto(`${server.url}/?ew=true`);
    // The palette does not get commands that come after it was opened.
    await page.locator('.statusbar-item', { hasText: 'Reins Tiny · ' }).waitFor({ timeout: PATIENCE_MS * 2 });
    await runCommand(page, 'Reins: Open the Sample Folder');
    await page.waitForURL(/folder=.*sample/, { timeout: PATIENCE_MS * 2 });
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'triple.js' }).waitFor({ timeout: PATIENCE_MS * 2 });
    return join(folder, '..', 'user-data', 'User', 'globalStorage', 'reins.reins', 'sample');
  };

  it('is opened as a copy of its own, and again as it was left', async () => {
    const copy = await open();
    const ours = join(repository, 'sample');
    assert.deepEqual(readdirSync(copy).toSorted(), readdirSync(ours).toSorted());
    for (const name of readdirSync(ours)) assert.equal(readFileSync(join(copy, name), 'utf8'), readFileSync(join(ours, name), 'utf8'), name);
    await screenshot(workbench().page, 'sample-folder');
    writeFileSync(join(copy, 'triple.js'), '// mine\n');
    assert.equal(await open(), copy);
    assert.equal(readFileSync(join(copy, 'triple.js'), 'utf8'), '// mine\n');
    assert.ok(existsSync(join(copy, 'repair.js')));
  });
});
