/** The sample folder: files to try Reins on, copied to where they may be changed, and opened. */
import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import { registerCommands } from './register.ts';

type Places = Pick<vscode.ExtensionContext, 'extensionUri' | 'globalStorageUri'>;

export function registerSampleCommand(places: Places, log: Log): vscode.Disposable {
  return registerCommands(log, {
    openSample: async () => {
      const folder = await copySample(places);
      // A folder that is open stays open.
      const window = vscode.workspace.workspaceFolders ? { forceNewWindow: true } : { forceReuseWindow: true };
      await vscode.commands.executeCommand('vscode.openFolder', folder, window);
    },
  });
}

/** Updates of the extension replace its own folder, so the copy is kept apart. What is there already may have been changed, and stays. */
async function copySample({ extensionUri, globalStorageUri }: Places): Promise<vscode.Uri> {
  const { fs } = vscode.workspace;
  const from = vscode.Uri.joinPath(extensionUri, 'sample');
  const to = vscode.Uri.joinPath(globalStorageUri, 'sample');
  await fs.createDirectory(to);
  const there = new Set((await fs.readDirectory(to)).map(([name]) => name));
  for (const [name] of await fs.readDirectory(from)) {
    if (!there.has(name)) await fs.copy(vscode.Uri.joinPath(from, name), vscode.Uri.joinPath(to, name));
  }
  return to;
}
