import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, manifest, type Property } from './support.ts';

const properties = (): [string, Property][] => manifest().contributes.configuration.flatMap((section) => Object.entries(section.properties));

describe('what the manifest promises', () => {
  it('is there: every command is registered', async () => {
    await activated();
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest().contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it('is in words: no placeholder is left in titles and descriptions', () => {
    assert.doesNotMatch(JSON.stringify(manifest().contributes), /"%[\w.]+%"/);
    for (const { category } of manifest().contributes.commands) assert.equal(category, 'Reins');
  });

  it('keeps away from keys that are not its own', () => {
    for (const { key, when } of manifest().contributes.keybindings) {
      assert.match(key, /^ctrl\+alt\+r [a-z]$/);
      assert.ok(when.length > 0);
    }
  });

  it('describes, orders and scopes every setting', () => {
    const orders = properties().map(([, property]) => property.order);
    assert.equal(new Set(orders).size, orders.length);
    for (const [name, property] of properties()) {
      assert.ok((property.markdownDescription ?? '').length > 20, name);
      assert.ok(property.scope, name);
      if (property.enum) assert.equal(property.enumDescriptions?.length, property.enum.length, name);
    }
  });

  it('lets no workspace choose models, servers or programs', async () => {
    const scopes = new Map(properties().map(([name, { scope }]) => [name, scope]));
    for (const name of ['reins.servers', 'reins.modelFolders', 'reins.experimental.readThoughtsWith', 'reins.engine.nodePath', 'reins.engine.idleMinutes', 'reins.timeouts.firstToken']) assert.equal(scopes.get(name), 'machine', name);
    for (const name of ['reins.offline', 'reins.traces.record']) assert.equal(scopes.get(name), 'application', name);
    const servers = [{ name: 'x', baseUrl: 'https://example.com/v1', model: 'x' }];
    await assert.rejects(async () => vscode.workspace.getConfiguration('reins').update('servers', servers, vscode.ConfigurationTarget.Workspace));
  });

  it('holds back in folders that are not trusted', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest().capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    assert.equal(virtualWorkspaces.supported, 'limited');
    for (const name of ['reins.servers', 'reins.modelFolders', 'reins.experimental.readThoughtsWith', 'reins.engine.nodePath', 'reins.offline']) assert.ok(untrustedWorkspaces.restrictedConfigurations.includes(name), name);
  });

  it('has the defaults of a fresh installation', () => {
    const settings = vscode.workspace.getConfiguration('reins');
    assert.equal(settings.get('effort'), 'medium');
    assert.equal(settings.get('budgets.thinking'), null);
    assert.equal(settings.get('pace'), 40);
    assert.deepEqual(settings.get('servers'), []);
    assert.equal(settings.get('traces.record'), true);
    assert.equal(settings.get('offline'), false);
  });

  it('completes functions in JavaScript and TypeScript, by language', async () => {
    assert.deepEqual(vscode.workspace.getConfiguration('reins').get('inlineCompletion.languages'), ['javascript', 'typescript']);
    const scope = { languageId: 'javascript' };
    await vscode.workspace.getConfiguration('reins', scope).update('inlineCompletion.enabled', false, vscode.ConfigurationTarget.Global, true);
    assert.equal(vscode.workspace.getConfiguration('reins', scope).get('inlineCompletion.enabled'), false);
    assert.equal(vscode.workspace.getConfiguration('reins', { languageId: 'typescript' }).get('inlineCompletion.enabled'), true);
    await vscode.workspace.getConfiguration('reins', scope).update('inlineCompletion.enabled', undefined, vscode.ConfigurationTarget.Global, true);
  });
});
