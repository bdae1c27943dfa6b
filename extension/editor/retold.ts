/** Sentences that are recorded in English, in the editor's language: for whatever shows an error or the reason of a decision. */
import * as vscode from 'vscode';
import { Retelling } from '../trace/said.ts';

let retelling: Retelling | undefined;

export function retold(sentence: string): string {
  retelling ??= new Retelling(vscode.l10n.bundle ?? {});
  return retelling.tell(sentence);
}
