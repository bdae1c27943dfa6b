import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, EXTENSION, manifest } from './support.ts';

describe('activation', () => {
  it('happens once the editor has started, and never before', async () => {
    assert.deepEqual(manifest().activationEvents, ['onStartupFinished']);
    await activated();
    assert.equal(vscode.extensions.getExtension(EXTENSION)?.isActive, true);
  });

  it('takes at most 100 ms of the extension host', async () => {
    const { activationMs } = await activated();
    assert.ok(activationMs <= 100, `it took ${activationMs.toFixed(1)} ms`);
  });

  it('chooses the bundled model', async () => {
    const { panelState } = await activated();
    assert.equal(panelState().model?.name, 'Reins Tiny');
  });
});
