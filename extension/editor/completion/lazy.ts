/** Loads what ghost text is made of when it is first asked for. */
import type * as vscode from 'vscode';
import { TypingPause } from '../../assist/ghost/typing-pause.ts';
import type { Suggester } from '../../assist/world/suggester.ts';
import type { Services } from '../services.ts';
import type { GeneralCompletion } from './general.ts';
import type { RecentEdits } from './recent-edits.ts';

export interface LazySuggester extends vscode.Disposable {
  /** How this person types, and how long the bundled model takes. */
  readonly pause: TypingPause;
  /** Null when there is no bundled model to ask. */
  get(): Promise<Suggester | null>;
}

export interface LazyGeneral extends vscode.Disposable {
  get(): Promise<GeneralCompletion>;
}

export function lazyGeneral(services: Services, edits: RecentEdits): LazyGeneral {
  let general: Promise<GeneralCompletion> | null = null;
  return {
    get: () => (general ??= import('./general.ts').then(({ GeneralCompletion }) => new GeneralCompletion(services, edits))),
    dispose: () => void general?.then((made) => made.dispose()),
  };
}

export function lazySuggester({ registry, host, log }: Services): LazySuggester {
  const pause = new TypingPause();
  let suggester: Promise<Suggester> | null = null;
  return {
    pause,
    get: async () => {
      const model = registry.bundled;
      if (!model) return null;
      suggester ??= import('../../assist/world/suggester.ts').then(({ Suggester }) => new Suggester({ service: () => host.completions(), model, log: (text) => log.debug(text), measured: (took) => pause.answered(took) }));
      return suggester;
    },
    dispose: () => void suggester?.then((made) => made.dispose()),
  };
}
