/** What the editor complains about, for a model. */
import * as vscode from 'vscode';
import { cutLine } from '../../assist/tools/excerpts.ts';
import type { ToolAnswer } from '../../reasoning/tools/port.ts';
import type { ToolRequest } from '../../reasoning/tools/request.ts';
import { IgnoreFiles } from './ignore-files.ts';
import { placeOf, shownPath, whyHidden } from './guard.ts';

/** Complaints in one result; errors come first. */
const MOST = 50;

export async function listDiagnostics({ path }: Extract<ToolRequest, { tool: 'diagnostics' }>): Promise<ToolAnswer> {
  const ignores = new IgnoreFiles();
  const place = path === undefined ? null : await placeOf(path, ignores);
  if (typeof place === 'string') return { outcome: 'refused', text: place };
  const within = (uri: vscode.Uri): boolean => place === null || uri.toString() === place.uri.toString() || uri.toString().startsWith(`${place.uri.toString()}/`);
  const all = vscode.languages.getDiagnostics().flatMap(([uri, found]) => (within(uri) ? found.map((diagnostic) => ({ uri, diagnostic })) : []));
  all.sort((a, b) => a.diagnostic.severity - b.diagnostic.severity);
  const lines: string[] = [];
  for (const { uri, diagnostic } of all) {
    if (lines.length >= MOST) break;
    if ((await whyHidden(uri, ignores)) !== null) continue;
    const { range, severity, source, message } = diagnostic;
    lines.push(`${shownPath(uri)}:${range.start.line + 1}: ${names[severity]}${source === undefined ? '' : ` (${source})`}: ${cutLine(message.replace(/\s+/g, ' '), 300)}`);
  }
  return { outcome: 'ok', text: lines.length === 0 ? 'The editor complains about nothing.' : `${lines.join('\n')}${all.length > MOST ? `\n(and more: there are ${all.length})` : ''}` };
}

const names: Readonly<Record<vscode.DiagnosticSeverity, string>> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};
