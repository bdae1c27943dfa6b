/** Loads the suggester, the interpreter with it, when ghost text is first asked for. */
import type * as vscode from 'vscode';
import type { Suggester } from '../../assist/world/suggester.ts';
import type { Services } from '../services.ts';

export interface LazySuggester extends vscode.Disposable {
  /** Null when there is no bundled model to ask. */
  get(): Promise<Suggester | null>;
}

export function lazySuggester({ registry, host, log }: Services): LazySuggester {
  let suggester: Promise<Suggester> | null = null;
  return {
    get: async () => {
      const model = registry.bundled;
      if (!model) return null;
      suggester ??= import('../../assist/world/suggester.ts').then(({ Suggester }) => new Suggester({ service: () => host.unrecorded(), model, log: (text) => log.debug(text) }));
      return suggester;
    },
    dispose: () => void suggester?.then((made) => made.dispose()),
  };
}
