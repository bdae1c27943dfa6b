/** Show What a Server Allows: its capability record as a document that can be read, not changed. */
import * as vscode from 'vscode';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { ModelRef } from '../../runs/service.ts';
import { registerCommands } from '../commands/register.ts';
import { retold } from '../retold.ts';
import type { ModelParts } from './choose.ts';

const SCHEME = 'reins-server';
type RemoteRef = Extract<ModelRef, { kind: 'remote' }>;

export function registerServerReport(parts: ModelParts): vscode.Disposable {
  const texts = new Map<string, string>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, { provideTextDocumentContent: (uri) => texts.get(uri.path) ?? '' });
  const show = async (): Promise<void> => {
    const model = await pickServer(parts, vscode.l10n.t('Show what which server allows?'));
    if (!model) return;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${model.name.replace(/[^\w.-]+/g, '-')}.md` });
    texts.set(uri.path, await serverReport(parts, model));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  };
  return vscode.Disposable.from(provider, registerCommands(parts.log, { showServer: show }));
}

/** The text for a server that has been connected to; a sentence for one that has not. */
export async function serverReport({ records }: Pick<ModelParts, 'records'>, model: RemoteRef): Promise<string> {
  const { memoryOf, recordKey } = await import('../../models/remote/server-memory.ts');
  const { recordText } = await import('../../models/remote/record-text.ts');
  const { withOverrides } = await import('../../models/remote/capability-record.ts');
  const record = records.load(recordKey(model.baseUrl, model.model));
  if (!record) throw new ReasoningError('bad-request', vscode.l10n.t('{0} has not been tried out yet. Connect to it, or ask it something first.', model.name));
  return recordText(withOverrides(record, model.overrides ?? {}), { host: new URL(model.baseUrl).host, model: model.model, tokenizer: model.tokenizer, speed: memoryOf(model.baseUrl, model.model).speed.speed, tell: retold });
}

/** The chosen model where it is a server's, else the one that is picked. */
export async function pickServer({ registry }: ModelParts, title: string): Promise<RemoteRef | undefined> {
  const servers = registry.all().filter((model) => model.kind === 'remote');
  const { current } = registry;
  if (current?.kind === 'remote') return current;
  if (servers.length === 0) throw new ReasoningError('bad-request', vscode.l10n.t('No server is set up yet. Use Connect to Server… first.'));
  const items = servers.map((model) => ({ label: model.name, description: new URL(model.baseUrl).host, model }));
  return (await vscode.window.showQuickPick(items, { title }))?.model;
}
