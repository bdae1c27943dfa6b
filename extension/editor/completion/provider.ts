/**
 * Ghost text: what a function under its examples lacks, or what a program prints, confirmed by our own interpreter; and where the person wants
 * it, completions by the chosen model.
 */
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { pauseLimits, type TypingPause } from '../../assist/ghost/typing-pause.ts';
import type { Suggester } from '../../assist/world/suggester.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { Settings } from '../settings.ts';
import type { GeneralCompletion } from './general.ts';
import type { OfferedCompletion } from './offer.ts';
import type { Snooze } from './snooze.ts';
import { REMOVE_HOLE, removeHole, suggestibleAt } from './places.ts';
import { WRITTEN_BY_PEOPLE } from './schemes.ts';

export interface InlineParts {
  readonly suggester: () => Promise<Suggester | null>;
  readonly general: () => Promise<GeneralCompletion>;
  readonly offered: OfferedCompletion;
  readonly snooze: Snooze;
  readonly pause: TypingPause;
  readonly registry: ModelRegistry;
  readonly settings: Settings;
}

export function registerInlineCompletion(parts: InlineParts): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerInlineCompletionItemProvider(WRITTEN_BY_PEOPLE.map((scheme) => ({ scheme })), inlineCompletionProvider(parts)),
    vscode.commands.registerCommand(REMOVE_HOLE, removeHole),
  );
}

export function inlineCompletionProvider(parts: InlineParts): vscode.InlineCompletionItemProvider {
  return {
    async provideInlineCompletionItems(document, position, context, token) {
      const offer = parts.offered.at(document, position);
      if (offer) return [offer];
      const asked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
      // Asked for by hand it comes all the same.
      if (!parts.settings.get('inlineCompletion.enabled', document) || (parts.snooze.on && !asked)) return [];
      if (!asked) parts.pause.typed(performance.now());
      const stop = new AbortController();
      const watch = token.onCancellationRequested(() => stop.abort());
      try {
        const confirmed = await confirmedItem(parts, document, position, asked, stop.signal);
        // With the list of suggestions open the editor shows only what goes on from the chosen one, which no model was asked for.
        const covered = !asked && context.selectedCompletionInfo !== undefined;
        const item = confirmed ?? (covered ? null : await generalItem(parts, document, position, asked, stop.signal));
        return item && !token.isCancellationRequested ? [item] : [];
      } catch {
        return []; // Cancelled while it waited.
      } finally {
        watch.dispose();
      }
    },
  };
}

/** What the bundled model knows, and the interpreter confirms. */
async function confirmedItem({ suggester, settings, pause }: InlineParts, document: vscode.TextDocument, position: vscode.Position, asked: boolean, signal: AbortSignal): Promise<vscode.InlineCompletionItem | null> {
  if (!settings.get('inlineCompletion.languages').includes(document.languageId)) return null;
  const place = suggestibleAt(document, position);
  if (!place) return null;
  const asking = await suggester();
  // What is known already needs no pause.
  if (!asked && asking?.known(place.task) === undefined) await delay(pause.delay(pauseLimits.local), undefined, { signal });
  const text = await asking?.suggest(place.task, signal);
  return text ? place.item(text) : null;
}

/** What the chosen model writes, where the person has said that it may be asked while they type. */
async function generalItem({ general, registry, settings }: InlineParts, document: vscode.TextDocument, position: vscode.Position, asked: boolean, signal: AbortSignal): Promise<vscode.InlineCompletionItem | null> {
  const model = registry.current;
  if (settings.get('inlineCompletion.source') !== 'chosen' || model === null || model.id === registry.bundled?.id) return null;
  // Its extension may ask for consent or count requests, and typing asks for neither.
  if (model.kind === 'provided') return null;
  const text = await (await general()).complete(model, document, position, asked, signal);
  return text ? new vscode.InlineCompletionItem(text, new vscode.Range(position, position)) : null;
}
