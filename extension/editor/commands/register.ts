/** Registers commands so that a failure is logged whole and shown as one sentence. */
import * as vscode from 'vscode';
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import type { Log } from '../log.ts';
import { retold } from '../retold.ts';

/** A command's work. Arguments come from menus, keybindings and other extensions, so they are `unknown`. */
export type CommandHandler = (...args: unknown[]) => unknown;

export function registerCommands(log: Log, handlers: Readonly<Record<string, CommandHandler>>): vscode.Disposable {
  const registrations = Object.entries(handlers).map(([name, handler]) =>
    vscode.commands.registerCommand(`reins.${name}`, async (...args: unknown[]) => {
      try {
        return await handler(...args);
      } catch (error) {
        showFailure(log, name, error);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}

/** Does not wait for the message to be read: a command must end even when nobody looks. */
export function showFailure(log: Log, what: string, error: unknown): void {
  if (isCancellation(error)) return;
  log.error(what, error);
  const showLog = vscode.l10n.t('Show Log');
  void vscode.window.showErrorMessage(retold(ReasoningError.from(error).message), showLog).then((picked) => {
    if (picked === showLog) log.show();
  });
}
