/** Loads the completer, the interpreter with it, when ghost text is first asked for. */
import type * as vscode from 'vscode';
import type { Services } from '../services.ts';
import type { Completer } from './completer.ts';

export interface LazyCompleter extends vscode.Disposable {
  /** Null when there is no bundled model to complete with. */
  get(): Promise<Completer | null>;
}

export function lazyCompleter({ registry, host, log }: Services): LazyCompleter {
  let completer: Promise<Completer> | null = null;
  return {
    get: async () => {
      const model = registry.bundled;
      if (!model) return null;
      completer ??= import('./completer.ts').then(({ Completer }) => new Completer({ service: () => host.unrecorded(), model, log: (text) => log.debug(text) }));
      return completer;
    },
    dispose: () => void completer?.then((made) => made.dispose()),
  };
}
