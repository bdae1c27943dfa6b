/** What the workspace's own ignore files leave out, as the editor's search does: read when a path is asked about, once for each use of a tool. */
import * as vscode from 'vscode';
import { foldersAbove, isIgnored, readIgnoreFile, type IgnoreRule } from '../../assist/tools/gitignore.ts';

const NAMES = ['.gitignore', '.ignore'];
/** Bytes of an ignore file; a larger one is none for people. */
const MOST_BYTES = 256_000;

export class IgnoreFiles {
  readonly #rules = new Map<string, Promise<readonly IgnoreRule[]>>();

  /** `path` is relative to the folder, with slashes. Nothing is left out where the editor's search is told to take no notice of such files. */
  async leaveOut(folder: vscode.WorkspaceFolder, path: string, isFolder: boolean): Promise<boolean> {
    if (vscode.workspace.getConfiguration('search', folder.uri).get('useIgnoreFiles') === false) return false;
    const above = foldersAbove(path);
    const rules = new Map(await Promise.all(above.map(async (inside) => [inside, await this.#rulesIn(folder, inside)] as const)));
    return isIgnored(path, isFolder, (inside) => rules.get(inside) ?? []);
  }

  #rulesIn(folder: vscode.WorkspaceFolder, inside: string): Promise<readonly IgnoreRule[]> {
    const place = inside === '' ? folder.uri : vscode.Uri.joinPath(folder.uri, inside);
    const known = this.#rules.get(place.toString());
    if (known) return known;
    const reading = Promise.all(NAMES.map((name) => rulesOf(vscode.Uri.joinPath(place, name)))).then((all) => all.flat());
    this.#rules.set(place.toString(), reading);
    return reading;
  }
}

/** None where there is no such file. */
async function rulesOf(uri: vscode.Uri): Promise<readonly IgnoreRule[]> {
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > MOST_BYTES) return [];
    return readIgnoreFile(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return [];
  }
}
