/** Reading and searching the files of the workspace, for a model: open editors as they stand, everything else from disk, under stated limits. */
import * as vscode from 'vscode';
import { excluder } from '../../assist/tools/excluded.ts';
import { fileExcerpt, matchingLines } from '../../assist/tools/excerpts.ts';
import type { ToolAnswer } from '../../reasoning/tools/port.ts';
import type { ToolRequest } from '../../reasoning/tools/request.ts';
import { IgnoreFiles } from './ignore-files.ts';
import { hiddenPatterns, pathIn, placeOf, shownPath, whyHidden } from './guard.ts';

/** Bytes of a file that is read, and of one that is searched. */
const MOST_BYTES = 1_000_000;
const MOST_SEARCHED_BYTES = 256_000;
/** Files and bytes that one search looks at, and lines it gives. */
const MOST_FILES = 4_000;
const MOST_TOTAL_BYTES = 32_000_000;
const MOST_MATCHES = 60;
const MOST_PER_FILE = 8;

const refused = (text: string): ToolAnswer => ({ outcome: 'refused', text });
const failed = (text: string): ToolAnswer => ({ outcome: 'failed', text });

export async function readFile({ path, from, to }: Extract<ToolRequest, { tool: 'read_file' }>): Promise<ToolAnswer> {
  const ignores = new IgnoreFiles();
  const place = await placeOf(path, ignores);
  if (typeof place === 'string') return refused(place);
  if ((place.type & vscode.FileType.Directory) !== 0) {
    return { outcome: 'ok', text: fileExcerpt(`${place.shown} is a folder`, (await namesIn(place.uri, ignores)).join('\n'), from, to) };
  }
  if ((place.type & vscode.FileType.File) === 0) return refused(`${place.shown} is not a file.`);
  const text = await textOf(place.uri, MOST_BYTES);
  if (text === 'too-large') return failed(`${place.shown} is larger than ${MOST_BYTES} bytes, which is the most that is read. Search in it instead.`);
  if (text === 'binary') return failed(`${place.shown} is not text.`);
  return { outcome: 'ok', text: fileExcerpt(place.shown, text.text, from, to) };
}

/** What of a folder may be looked at, folders with a slash. */
async function namesIn(place: vscode.Uri, ignores: IgnoreFiles): Promise<string[]> {
  const folder = vscode.workspace.getWorkspaceFolder(place);
  if (!folder) return [];
  const hidden = excluder(hiddenPatterns(folder, false));
  const names: string[] = [];
  for (const [name, type] of await vscode.workspace.fs.readDirectory(place)) {
    const path = pathIn(folder, vscode.Uri.joinPath(place, name));
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    if (!hidden(path) && !(await ignores.leaveOut(folder, path, isFolder))) names.push(isFolder ? `${name}/` : name);
  }
  return names.sort();
}

export async function searchFiles({ text, path }: Extract<ToolRequest, { tool: 'search' }>, signal: AbortSignal): Promise<ToolAnswer> {
  const ignores = new IgnoreFiles();
  const place = path === undefined ? null : await placeOf(path, ignores);
  if (typeof place === 'string') return refused(place);
  const files = place !== null && (place.type & vscode.FileType.Directory) === 0 ? [place.uri] : await filesIn(place?.uri ?? null, signal);
  const lines: string[] = [];
  let bytes = 0;
  let looked = 0;
  let full = files.length >= MOST_FILES;
  for (const uri of files) {
    signal.throwIfAborted();
    if (lines.length >= MOST_MATCHES || bytes >= MOST_TOTAL_BYTES) {
      full = true;
      break;
    }
    const read = await textOf(uri, place !== null && files.length === 1 ? MOST_BYTES : MOST_SEARCHED_BYTES).catch(() => 'binary' as const);
    if (typeof read === 'string') continue;
    looked += 1;
    bytes += read.bytes;
    const matches = matchingLines(read.text, text, Math.min(MOST_PER_FILE, MOST_MATCHES - lines.length));
    // Where a link leads, and what ignore files say, is asked only of files that have something to tell.
    if (matches.length === 0 || (await whyHidden(uri, ignores)) !== null) continue;
    for (const match of matches) lines.push(`${shownPath(uri)}:${match.line}: ${match.text}`);
  }
  const found = lines.length === 0 ? `Nothing found in ${looked} files.` : lines.join('\n');
  return { outcome: 'ok', text: full ? `${found}\n(There may be more: at most ${MOST_FILES} files, ${MOST_TOTAL_BYTES} bytes and ${MOST_MATCHES} lines are looked at.)` : found };
}

/** Files to search, without what the person has hidden from searches. */
async function filesIn(under: vscode.Uri | null, signal: AbortSignal): Promise<vscode.Uri[]> {
  const cancel = new vscode.CancellationTokenSource();
  const onAbort = (): void => cancel.cancel();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const found: vscode.Uri[] = [];
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      if (under !== null && vscode.workspace.getWorkspaceFolder(under)?.uri.toString() !== folder.uri.toString()) continue;
      const patterns = hiddenPatterns(folder, true);
      const exclude = patterns.length === 0 ? undefined : `{${patterns.filter((pattern) => !/[{},]/.test(pattern)).join(',')}}`;
      const hidden = excluder(patterns);
      const files = await vscode.workspace.findFiles(new vscode.RelativePattern(under ?? folder, '**/*'), exclude, MOST_FILES - found.length, cancel.token);
      found.push(...files.filter((uri) => !hidden(pathIn(folder, uri))));
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  } finally {
    signal.removeEventListener('abort', onAbort);
    cancel.dispose();
  }
}

/** What an open editor holds counts, saved or not. */
async function textOf(uri: vscode.Uri, most: number): Promise<{ readonly text: string; readonly bytes: number } | 'too-large' | 'binary'> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText().length > most ? 'too-large' : { text: open.getText(), bytes: 0 };
  const { size, type } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.File) === 0) return 'binary';
  if (size > most) return 'too-large';
  const bytes = await vscode.workspace.fs.readFile(uri);
  if (bytes.length > most) return 'too-large';
  return bytes.includes(0) ? 'binary' : { text: new TextDecoder().decode(bytes), bytes: bytes.length };
}
