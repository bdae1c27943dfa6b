/** The first question of Connect to Server…: look on this machine, or enter an address. */
import * as vscode from 'vscode';
import type { LocalServer } from '../../models/remote/local-servers.ts';

type Choice = vscode.QuickPickItem & { readonly act: 'look' | 'enter' | LocalServer };

export interface Begin {
  /** An address to begin with; undefined: one is typed. */
  readonly baseUrl: string | undefined;
  /** Address and key have to be asked for. */
  readonly asks: boolean;
}

/** Undefined when it was cancelled. Nothing is contacted unless the person asks to look. */
export async function chooseAddress(offline: () => boolean): Promise<Begin | undefined> {
  const title = vscode.l10n.t('Connect to Server');
  const enter: Choice = { label: `$(edit) ${vscode.l10n.t('Enter an Address…')}`, detail: vscode.l10n.t('A server in your network, or a service'), act: 'enter' };
  const first = await vscode.window.showQuickPick<Choice>(
    [{ label: `$(search) ${vscode.l10n.t('Look on This Machine')}`, detail: vscode.l10n.t('Ollama, llama-server, vLLM, SGLang and LM Studio at their usual ports'), act: 'look' }, enter],
    { title, ignoreFocusOut: true },
  );
  if (!first) return undefined;
  if (first.act === 'enter') return { baseUrl: undefined, asks: true };
  const found = await look(offline);
  const items: Choice[] = found.map((server) => ({ label: `$(server) ${server.name}`, description: server.baseUrl, detail: models(server), act: server }));
  const placeHolder = found.length === 0 ? vscode.l10n.t('No server answers at the usual ports of this machine.') : vscode.l10n.t('Which server?');
  const second = await vscode.window.showQuickPick<Choice>([...items, enter], { title, placeHolder, ignoreFocusOut: true });
  if (!second || second.act === 'look') return undefined;
  return second.act === 'enter' ? { baseUrl: undefined, asks: true } : { baseUrl: second.act.baseUrl, asks: second.act.asksForKey };
}

async function look(offline: () => boolean): Promise<readonly LocalServer[]> {
  const { findLocalServers } = await import('../../models/remote/local-servers.ts');
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Looking for servers on this machine'), cancellable: true }, (_progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    return findLocalServers(stop.signal, { offline });
  });
}

function models({ models: listed, asksForKey }: LocalServer): string {
  if (asksForKey) return vscode.l10n.t('it asks for a key');
  if (listed.length === 0) return vscode.l10n.t('no model is loaded');
  const names = listed.slice(0, 4).map(({ id }) => id).join(', ');
  return listed.length > 4 ? vscode.l10n.t('{0}, and {1} more', names, listed.length - 4) : names;
}
