/** Models of Other Extensions…: chat models that the editor knows, chosen like any other. They are looked for when the person asks, and not before. */
import * as vscode from 'vscode';
import type { ChatModelSetting } from '../settings.ts';
import { otherChatModels } from './chat-access.ts';
import { figure } from '../figure.ts';
import { useModel, type ModelParts } from './choose.ts';
import { providedModel } from './registry.ts';

export async function addChatModel(parts: ModelParts): Promise<void> {
  const found = await otherChatModels();
  if (found.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No other extension offers chat models at the moment. GitHub Copilot and others do once they are installed and signed in.'));
    return;
  }
  const items = found.map((model) => ({ label: `$(extensions) ${model.name}`, description: model.vendor, detail: vscode.l10n.t('{0}, reads up to {1} tokens', model.id, figure(model.maxInputTokens)), model }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Models of Other Extensions'), placeHolder: vscode.l10n.t('Your first question asks for your consent, where the editor wants it'), matchOnDescription: true });
  if (picked) await useChatModel(parts, picked.model);
}

/** Keep it in the settings, with what was entered there by hand, and choose it. */
export async function useChatModel(parts: ModelParts, { vendor, id, name }: Pick<vscode.LanguageModelChat, 'vendor' | 'id' | 'name'>): Promise<void> {
  const before = parts.settings.get('chatModels');
  const same = (setting: ChatModelSetting): boolean => setting.vendor === vendor && setting.id === id;
  const setting = before.find(same) ?? { name, vendor, id };
  await useModel(parts, providedModel(setting));
  if (!before.some(same)) await parts.settings.set('chatModels', [...before, setting]);
  await parts.registry.choose(providedModel(setting));
}
