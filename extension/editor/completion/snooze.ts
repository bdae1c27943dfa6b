/** Ghost text and examples' marks pause for a while when the person asks for quiet. */
import * as vscode from 'vscode';
import { registerCommands } from '../commands/register.ts';
import type { Log } from '../log.ts';

const MINUTES = [5, 15, 60];

export class Snooze implements vscode.Disposable {
  #until = 0;
  #shown: vscode.Disposable | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Whether ghost text is to be quiet now. */
  get on(): boolean {
    return Date.now() < this.#until;
  }

  start(minutes: number): void {
    this.end();
    this.#until = Date.now() + minutes * 60_000;
    this.#shown = vscode.window.setStatusBarMessage(vscode.l10n.t('$(bell-slash) Reins: no ghost text for {0} minutes', minutes));
    this.#timer = setTimeout(() => this.end(), minutes * 60_000);
  }

  end(): void {
    this.#until = 0;
    this.#shown?.dispose();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  dispose(): void {
    this.end();
  }
}

export function registerSnooze(snooze: Snooze, log: Log): vscode.Disposable {
  return registerCommands(log, {
    snooze: async (minutes) => {
      const chosen = typeof minutes === 'number' && minutes > 0 ? minutes : await pickMinutes(snooze.on);
      if (chosen === 0) snooze.end();
      else if (chosen !== undefined) snooze.start(chosen);
    },
    endSnooze: () => snooze.end(),
  });
}

async function pickMinutes(on: boolean): Promise<number | undefined> {
  const items = [...(on ? [0] : []), ...MINUTES].map((minutes) => ({ label: minutes === 0 ? vscode.l10n.t('Show it again now') : vscode.l10n.t('{0} minutes', minutes), minutes }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Snooze Ghost Text'), placeHolder: vscode.l10n.t('For how long?') }))?.minutes;
}
