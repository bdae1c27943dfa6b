import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activated, closeAll, EXTENSION, manifest, TRIPLE, until } from './support.ts';

describe('the first five minutes', () => {
  const steps = () => manifest().contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

  it('have a step with a picture for every use, in words', () => {
    const root = vscode.extensions.getExtension(EXTENSION)?.extensionPath ?? '';
    assert.equal(steps().length, 5);
    for (const { media, description } of steps()) {
      assert.ok(existsSync(join(root, media.svg)), media.svg);
      assert.ok(media.altText.length > 20, media.altText);
      assert.ok(description.length > 60, description);
    }
  });

  it('lead only to commands that there are', async () => {
    await activated();
    const registered = new Set(await vscode.commands.getCommands(true));
    const named = steps().flatMap(({ description, completionEvents }) => [...[...description.matchAll(/\(command:([\w.]+)\)/g)].map(([, name]) => name ?? ''), ...completionEvents.map((event) => event.replace('onCommand:', ''))]);
    assert.ok(named.length > 8);
    assert.deepEqual(named.filter((name) => !registered.has(name)), []);
  });

  it('begin with an example that can be asked about', async () => {
    await vscode.commands.executeCommand('reins.openExample');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.getText(), TRIPLE);
    assert.equal(document.languageId, 'javascript');
    await closeAll();
  });

  it('open as a walkthrough', async () => {
    const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => [...group.tabs]);
    const before = new Set(tabs());
    const opened = (): vscode.Tab[] => tabs().filter((tab) => !before.has(tab));
    await vscode.commands.executeCommand('reins.showWalkthrough');
    await until(() => opened().length > 0);
    // Only this one: closing all would ask what to do with files that earlier tests changed, and wait.
    await vscode.window.tabGroups.close(opened());
  });
});
