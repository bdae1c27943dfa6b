/** Ghost text: what a function under its examples lacks, or what a program prints. Shows nothing rather than a guess. */
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Suggester } from '../../assist/world/suggester.ts';
import type { Settings } from '../settings.ts';
import type { OfferedCompletion } from './offer.ts';
import { REMOVE_HOLE, removeHole, suggestibleAt } from './places.ts';

/** Typing faster than this asks for nothing. */
const DEBOUNCE_MS = 200;

export interface InlineParts {
  readonly suggester: () => Promise<Suggester | null>;
  readonly offered: OfferedCompletion;
  readonly settings: Settings;
}

export function registerInlineCompletion(parts: InlineParts): vscode.Disposable {
  const languages = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'];
  return vscode.Disposable.from(
    vscode.languages.registerInlineCompletionItemProvider(languages, inlineCompletionProvider(parts)),
    vscode.commands.registerCommand(REMOVE_HOLE, removeHole),
  );
}

export function inlineCompletionProvider({ suggester, offered, settings }: InlineParts): vscode.InlineCompletionItemProvider {
  return {
    async provideInlineCompletionItems(document, position, context, token) {
      const offer = offered.at(document, position);
      if (offer) return [offer];
      if (!isOn(document, settings)) return [];
      const place = suggestibleAt(document, position);
      if (!place) return [];
      const stop = new AbortController();
      const watch = token.onCancellationRequested(() => stop.abort());
      try {
        if (context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic) await delay(DEBOUNCE_MS, undefined, { signal: stop.signal });
        const text = await (await suggester())?.suggest(place.task, stop.signal);
        return text && !token.isCancellationRequested ? [place.item(text)] : [];
      } catch {
        return []; // Cancelled while it waited.
      } finally {
        watch.dispose();
      }
    },
  };
}

function isOn(document: vscode.TextDocument, settings: Settings): boolean {
  if (!settings.get('inlineCompletion.languages').includes(document.languageId)) return false;
  return settings.get('inlineCompletion.enabled', document);
}
