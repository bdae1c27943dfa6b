/** The context keys that `when` clauses and `enablement` in package.json use. Set here and nowhere else. */
import * as vscode from 'vscode';

const names = ['running', 'thinking', 'solving', 'held', 'hasTrace', 'hasAnswer', 'canAnswerNow', 'canKeepThinking', 'canSteer', 'canContinue', 'canResume', 'canGoOn'] as const;
export type ContextKeys = Readonly<Record<(typeof names)[number], boolean>>;

export class ContextKeySetter {
  #last: Partial<ContextKeys> = {};

  /** Tell VS Code what changed; every key costs a message to the window, and this is called often during a run. */
  set(keys: ContextKeys): void {
    for (const name of names) {
      if (this.#last[name] !== keys[name]) void vscode.commands.executeCommand('setContext', `reins.${name}`, keys[name]);
    }
    this.#last = keys;
  }

  get current(): Partial<ContextKeys> {
    return this.#last;
  }
}
