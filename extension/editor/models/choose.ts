/** Choose Model: the bundled one, folders and servers in one list, with what can be done about them. */
import * as vscode from 'vscode';
import type { RecordStore } from '../../models/remote/record-store.ts';
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { Availability } from '../../reasoning/port.ts';
import type { ModelRef, RunService } from '../../runs/service.ts';
import { registerCommands } from '../commands/register.ts';
import type { KeyStore } from '../key-store.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import { addChatModel } from './other-extensions.ts';
import { folderModel, whereIs, type ModelRegistry } from './registry.ts';
import { retold } from '../retold.ts';

export interface ModelParts {
  readonly registry: ModelRegistry;
  readonly settings: Settings;
  readonly keys: KeyStore;
  readonly records: RecordStore;
  /** Whether this installation can run models itself. */
  readonly engine: Availability;
  readonly service: () => Promise<RunService>;
  /** Forget connections that were opened with another key. */
  readonly forgetConnections: () => Promise<void>;
  readonly log: Log;
}

type Choice = vscode.QuickPickItem & { readonly act?: () => Promise<void>; readonly model?: ModelRef };

const remove: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Remove from the list') };

export function registerModelCommands(parts: ModelParts): vscode.Disposable {
  return registerCommands(parts.log, {
    chooseModel: () => chooseModel(parts),
    forgetKey: () => forgetKey(parts),
  });
}

async function chooseModel(parts: ModelParts): Promise<void> {
  const pick = vscode.window.createQuickPick<Choice>();
  pick.title = vscode.l10n.t('Choose Model');
  pick.placeholder = vscode.l10n.t('What should think?');
  pick.matchOnDescription = true;
  pick.items = choices(parts);
  const chosen = await new Promise<Choice | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]));
    pick.onDidHide(() => resolve(undefined));
    pick.onDidTriggerItemButton(async ({ item }) => {
      if (!item.model) return;
      await removeModel(parts, item.model);
      pick.items = choices(parts);
    });
    pick.show();
  });
  pick.dispose();
  await chosen?.act?.();
}

function choices(parts: ModelParts): Choice[] {
  const { registry } = parts;
  const models = registry.all().map((model): Choice => {
    const current = !registry.automatic && model.id === registry.current?.id;
    const bundled = model.id === registry.bundled?.id;
    return {
      label: `${icon(model)} ${model.name}`,
      description: [whereIs(model, registry.bundled), ...(current ? [vscode.l10n.t('now')] : [])].join(' · '),
      detail: detail(model, bundled),
      buttons: bundled ? [] : [remove],
      model,
      act: () => useModel(parts, model),
    };
  });
  return [
    ...(registry.routable().length > 1 ? [automaticChoice(parts)] : []),
    ...models,
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    folderChoice(parts),
    { label: `$(extensions) ${vscode.l10n.t('Models of Other Extensions…')}`, detail: vscode.l10n.t('Chat models that the editor knows. Reins can limit and stop their answers; their thoughts it does not get'), act: () => addChatModel(parts) },
    { label: `$(plug) ${vscode.l10n.t('Connect to Server…')}`, detail: vscode.l10n.t('Any server that speaks the OpenAI chat protocol'), act: async () => vscode.commands.executeCommand('reins.connectToServer') },
  ];
}

function automaticChoice({ registry }: ModelParts): Choice {
  return {
    label: `$(wand) ${vscode.l10n.t('Automatic')}`,
    description: registry.automatic ? vscode.l10n.t('now') : '',
    detail: vscode.l10n.t('For each question the cheapest model that keeps your bounds, this machine first. What it is not sure of may go on to a server.'),
    act: async () => {
      await registry.chooseAutomatic();
      void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: a model is chosen for each question.'), 3000);
    },
  };
}

/** Where models on this machine cannot run the choice stays, and says why. */
function folderChoice(parts: ModelParts): Choice {
  const { engine } = parts;
  const label = vscode.l10n.t('Add a Model Folder…');
  if (engine.available) return { label: `$(folder-opened) ${label}`, detail: vscode.l10n.t('An ONNX decoder on this machine, as Hugging Face publishes them'), act: () => addFolder(parts) };
  return { label: `$(circle-slash) ${label}`, detail: retold(engine.reason), act: async () => void vscode.window.showInformationMessage(retold(engine.reason)) };
}

function icon(model: ModelRef): string {
  switch (model.kind) {
    case 'local':
      return '$(chip)';
    case 'remote':
      return '$(server)';
    case 'provided':
      return '$(extensions)';
  }
}

function detail(model: ModelRef, bundled: boolean): string {
  if (bundled) return vscode.l10n.t('Small, offline, at once: completes and repairs short integer functions under example comments');
  switch (model.kind) {
    case 'local':
      return model.folder;
    case 'remote':
      return `${model.model}, ${model.baseUrl}`;
    case 'provided':
      return model.model;
  }
}

/** Choose a model and show that it works: a folder or server that does not is said at once, and stays chosen only if it was before. */
export async function useModel({ registry, service }: ModelParts, model: ModelRef): Promise<void> {
  const card = await describe(registry, service, model);
  await registry.choose(model);
  void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: {0} is chosen.', card.name), 3000);
}

async function describe(registry: ModelRegistry, service: ModelParts['service'], model: ModelRef): Promise<{ name: string }> {
  const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Looking at {0}', model.name), cancellable: true };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    return registry.describe(model, await service(), stop.signal);
  });
}

/** Add a folder if a model can be loaded from it. Returns the model, for whoever has the folder already. */
export async function addFolder(parts: ModelParts, folder?: string): Promise<void> {
  const path = folder ?? (await pickFolder());
  if (path === undefined) return;
  const model = folderModel(path);
  try {
    await describe(parts.registry, parts.service, model);
  } catch (error) {
    if (isCancellation(error)) return;
    const retry = vscode.l10n.t('Choose Another Folder…');
    parts.log.error(`model folder ${path}`, error);
    void vscode.window.showErrorMessage(retold(ReasoningError.from(error).message), retry).then((picked) => (picked === retry ? addFolder(parts) : undefined));
    return;
  }
  const folders = parts.settings.get('modelFolders');
  if (!folders.includes(path)) await parts.settings.set('modelFolders', [...folders, path]);
  await parts.registry.choose(model);
}

async function pickFolder(): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, canSelectMany: false, title: vscode.l10n.t('A folder with config.json, tokenizer.json and an .onnx file'), openLabel: vscode.l10n.t('Use This Model') });
  return picked?.[0]?.fsPath;
}

async function removeModel({ settings, keys }: ModelParts, model: ModelRef): Promise<void> {
  if (model.kind === 'local') {
    await settings.set('modelFolders', settings.get('modelFolders').filter((folder) => folder !== model.folder));
    return;
  }
  if (model.kind === 'provided') {
    await settings.set('chatModels', settings.get('chatModels').filter(({ vendor, id }) => !(vendor === model.vendor && id === model.model)));
    return;
  }
  const left = settings.get('servers').filter((server) => !(server.baseUrl === model.baseUrl && server.model === model.model));
  await settings.set('servers', left);
  // The key goes with the last model of its server.
  if (model.secret && !left.some((server) => server.baseUrl === model.baseUrl)) await keys.forget(model.secret);
}

async function forgetKey({ registry, keys, forgetConnections }: ModelParts): Promise<void> {
  const servers = registry.all().filter((model) => model.kind === 'remote');
  const hosts = new Map(servers.map((model) => [model.secret ?? '', new URL(model.baseUrl).host]));
  const items = [...hosts].filter(([name]) => name !== '').map(([name, host]) => ({ label: host, name }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no server whose key could be forgotten.'));
    return;
  }
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Forget the key of which server?') });
  if (!picked) return;
  await keys.forget(picked.name);
  await forgetConnections();
  void vscode.window.showInformationMessage(vscode.l10n.t('The key of {0} is forgotten.', picked.label));
}
