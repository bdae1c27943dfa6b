/** Whole numbers in messages. A fraction has a point in every language, as in recorded sentences, so a comma between thousands must not be read as one. */
import * as vscode from 'vscode';

const THIN_SPACE = '\u202f';

export function figure(count: number): string {
  const text = count.toLocaleString('en');
  return new Intl.NumberFormat(vscode.env.language).format(1.5).includes(',') ? text.replaceAll(',', THIN_SPACE) : text;
}
