import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the packaged extension in the extension host', function () {
  const extension = (): vscode.Extension<unknown> => {
    const found = vscode.extensions.getExtension('reins.reins');
    assert.ok(found, 'the editor knows the extension');
    return found;
  };

  it('activates', async function () {
    this.timeout(60_000);
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command that its manifest contributes', async () => {
    await extension().activate();
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(contributes.commands.map(({ command }) => command).filter((command) => !known.has(command)), []);
  });
});
