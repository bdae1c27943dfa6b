/** Choose Tokenizer Folder…: the tokenizer on this machine that counts the tokens of a server's model. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { ModelRef } from '../../runs/service.ts';
import { registerCommands } from '../commands/register.ts';
import { retold } from '../retold.ts';
import type { ModelParts } from './choose.ts';
import { serverModel } from './registry.ts';
import { pickServer } from './server-report.ts';

type RemoteRef = Extract<ModelRef, { kind: 'remote' }>;

export function registerTokenizerCommand(parts: ModelParts): vscode.Disposable {
  return registerCommands(parts.log, { chooseTokenizer: () => chooseTokenizer(parts) });
}

async function chooseTokenizer(parts: ModelParts): Promise<void> {
  const model = await pickServer(parts, vscode.l10n.t('Count the tokens of which server?'));
  if (!model) return;
  for (;;) {
    const title = vscode.l10n.t('Folder with the tokenizer.json of {0}', model.name);
    const [picked] = (await vscode.window.showOpenDialog({ title, openLabel: vscode.l10n.t('Count with It'), canSelectFolders: true, canSelectFiles: false, ...(model.tokenizer === undefined ? {} : { defaultUri: vscode.Uri.file(model.tokenizer) }) })) ?? [];
    if (!picked) return;
    try {
      await useTokenizer(parts, model, picked.fsPath);
      return;
    } catch (error) {
      if (isCancellation(error)) return;
      parts.log.error('reading a tokenizer', error);
      const retry = vscode.l10n.t('Retry');
      if ((await vscode.window.showErrorMessage(retold(ReasoningError.from(error).message), retry)) !== retry) return;
    }
  }
}

/** Read it first, so that only one that can be used gets into the settings. */
export async function useTokenizer({ settings, registry, service, forgetConnections }: ModelParts, model: RemoteRef, folder: string): Promise<void> {
  const { readNamedTokenizer } = await import('../../models/remote/named-tokenizer.ts');
  await readNamedTokenizer(folder, model.name);
  const servers = settings.get('servers');
  const server = servers.find((one) => one.baseUrl === model.baseUrl && one.model === model.model);
  if (!server) return;
  const counted = { ...server, tokenizer: folder };
  await settings.set('servers', servers.map((one) => (one === server ? counted : one)));
  await forgetConnections();
  void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: the tokens of {0} are counted with {1}.', model.name, basename(folder)), 3000);
  const stop = new AbortController();
  await registry.describe(serverModel(counted), await service(), stop.signal);
}
