/** Where tools may look: the folders of the workspace, without what is hidden, ignored or secret, and never through a link that leads out. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { askedPath } from '../../assist/tools/asked-path.ts';
import { excluder, patternsOn } from '../../assist/tools/excluded.ts';
import { IgnoreFiles } from './ignore-files.ts';

export interface Place {
  readonly uri: vscode.Uri;
  readonly type: vscode.FileType;
  /** As the model may name it: relative, with the folder's name first where there are several. */
  readonly shown: string;
}

/** A file or folder by the path a model asked for, or the sentence why it may not look there. */
export async function placeOf(asked: string, ignores = new IgnoreFiles()): Promise<Place | string> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) return 'No folder is open, so there is no workspace to look at.';
  const read = askedPath(asked);
  if ('refused' in read) return read.refused;
  for (const { folder, path } of candidates(folders, read.path)) {
    const uri = path === '' ? folder.uri : vscode.Uri.joinPath(folder.uri, path);
    const type = await typeOf(uri);
    if (type === null) continue;
    const refused = await whyNot(folder, uri, path, (type & vscode.FileType.Directory) !== 0, ignores);
    return refused ?? { uri, type, shown: path === '' ? '.' : shownPath(uri) };
  }
  return `There is no ${asked.trim()} in the workspace.`;
}

/** Why a file that was found may not be read; null: it may. `ignores` remembers the ignore files of one use of a tool. */
export async function whyHidden(uri: vscode.Uri, ignores: IgnoreFiles, isFolder = false): Promise<string | null> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) return 'It is outside the workspace.';
  return whyNot(folder, uri, pathIn(folder, uri), isFolder, ignores);
}

/** The patterns of what the person has hidden in a folder; searching hides some more. */
export function hiddenPatterns(folder: vscode.WorkspaceFolder, searching: boolean): string[] {
  const files: unknown = vscode.workspace.getConfiguration('files', folder.uri).get('exclude');
  const search: unknown = searching ? vscode.workspace.getConfiguration('search', folder.uri).get('exclude') : undefined;
  return [...patternsOn(files), ...patternsOn(search)];
}

export function shownPath(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri, (vscode.workspace.workspaceFolders ?? []).length > 1);
}

export function pathIn(folder: vscode.WorkspaceFolder, uri: vscode.Uri): string {
  return uri.path.slice(folder.uri.path.length).replace(/^\/+/, '');
}

/** With several folders a path may begin with a folder's name. */
function candidates(folders: readonly vscode.WorkspaceFolder[], path: string): { readonly folder: vscode.WorkspaceFolder; readonly path: string }[] {
  const named = folders.length < 2 ? [] : folders.flatMap((folder) => (path === folder.name || path.startsWith(`${folder.name}/`) ? [{ folder, path: path.slice(folder.name.length + 1) }] : []));
  return [...named, ...folders.map((folder) => ({ folder, path }))];
}

async function typeOf(uri: vscode.Uri): Promise<vscode.FileType | null> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type;
  } catch {
    return null;
  }
}

async function whyNot(folder: vscode.WorkspaceFolder, uri: vscode.Uri, path: string, isFolder: boolean, ignores: IgnoreFiles): Promise<string | null> {
  const hidden = excluder(hiddenPatterns(folder, false));
  const refused = `${path} is hidden by the settings, or may hold secrets, so it is not read.`;
  if (hidden(path)) return refused;
  const ignored = `${path} is left out by an ignore file of the workspace, so it is not read.`;
  if (await ignores.leaveOut(folder, path, isFolder)) return ignored;
  if (uri.scheme !== 'file') return null;
  // Whatever the links on the way: the file itself must lie inside, and its own name must not be hidden.
  try {
    const real = relative(await realpath(folder.uri.fsPath), await realpath(uri.fsPath));
    if (real === '..' || real.startsWith(`..${sep}`) || isAbsolute(real)) return `${path} leads out of the workspace.`;
    const led = real.replaceAll(sep, '/');
    if (hidden(led)) return refused;
    return led !== path && (await ignores.leaveOut(folder, led, isFolder)) ? ignored : null;
  } catch {
    return `${path} cannot be looked at.`;
  }
}
