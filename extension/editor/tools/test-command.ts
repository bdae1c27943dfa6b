/**
 * The workspace's test command. It is a program the person runs with their own rights, so it is shown in full and asked about once for each workspace and text,
 * and in a folder that is not trusted the setting is not even read.
 */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { commandProblem, MOST_COMMAND } from '../../assist/verify/command-text.ts';
import type { Settings } from '../settings.ts';

const KEY = 'reins.testCommands';
const answersSchema = v.record(v.string(), v.picklist(['approved', 'refused']));

export class TestCommand {
  readonly #settings: Settings;
  readonly #memory: vscode.Memento;

  constructor(settings: Settings, memory: vscode.Memento) {
    this.#settings = settings;
    this.#memory = memory;
  }

  /** The command that is set for a folder; empty where there is none, it cannot be shown in full, or the folder is not trusted. */
  text(folder?: vscode.WorkspaceFolder): string {
    const text = this.#set(folder);
    return commandProblem(text) === null ? text : '';
  }

  /** Why a command that is set is not used; null where it is, or none is set. */
  problem(folder?: vscode.WorkspaceFolder): string | null {
    switch (commandProblem(this.#set(folder))) {
      case null:
        return null;
      case 'too-long':
        return vscode.l10n.t('The test command is longer than {0} characters, too long to be shown in full. Put it into a script.', MOST_COMMAND);
      case 'hidden':
        return vscode.l10n.t('The test command holds characters that cannot be seen, so it cannot be shown in full and is not run.');
    }
  }

  #set(folder: vscode.WorkspaceFolder | undefined): string {
    return vscode.workspace.isTrusted ? this.#settings.get('tests.command', folder).trim() : '';
  }

  /** Milliseconds it may take. */
  get milliseconds(): number {
    return this.#settings.get('tests.seconds') * 1000;
  }

  /** What the person said of this very text in this workspace. */
  answer(text: string): 'approved' | 'refused' | 'unasked' {
    const read = v.safeParse(answersSchema, this.#memory.get(KEY));
    return (read.success && Object.hasOwn(read.output, text) ? read.output[text] : undefined) ?? 'unasked';
  }

  async remember(text: string, answer: 'approved' | 'refused'): Promise<void> {
    const read = v.safeParse(answersSchema, this.#memory.get(KEY));
    await this.#memory.update(KEY, { ...(read.success ? read.output : {}), [text]: answer });
  }

  /** The command if it may be run, asking where it was not asked before. `again` also asks when it was refused. */
  async approved(folder: vscode.WorkspaceFolder, again: boolean): Promise<string | null> {
    const text = this.text(folder);
    if (text === '') return null;
    const before = this.answer(text);
    if (before === 'approved' || (before === 'refused' && !again)) return before === 'approved' ? text : null;
    const allow = vscode.l10n.t('Allow');
    const picked = await vscode.window.showWarningMessage(
      vscode.l10n.t('May Reins run this test command?'),
      { modal: true, detail: vscode.l10n.t('{0}\n\nIt runs in a shell with your rights, in {1} or in a temporary copy of it, and can do whatever you can. You are asked once for this command in this workspace.', text, folder.uri.fsPath) },
      allow,
    );
    // Closing the question is not an answer for ever.
    if (picked !== allow) return null;
    await this.remember(text, 'approved');
    return text;
  }
}
