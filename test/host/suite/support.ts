/** What the suites share: the extension's test API, and files to ask about. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';

export const EXTENSION = 'reins.reins';

export async function activated(): Promise<ReinsApi> {
  const extension = vscode.extensions.getExtension<ReinsApi>(EXTENSION);
  if (!extension) throw new Error('The packaged extension is not installed.');
  return extension.activate();
}

export function manifest(): Manifest {
  const extension = vscode.extensions.getExtension(EXTENSION);
  if (!extension) throw new Error('The packaged extension is not installed.');
  return extension.packageJSON as Manifest;
}

export interface Property {
  readonly default?: unknown;
  readonly scope?: string;
  readonly minimum?: number;
  readonly order?: number;
  readonly markdownDescription?: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}

export interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: unknown; readonly restrictedConfigurations: readonly string[] }; readonly virtualWorkspaces: { readonly supported: unknown } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string; readonly enablement?: string }[];
    readonly configuration: readonly { readonly title: string; readonly properties: Readonly<Record<string, Property>> }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly when: string }[];
    readonly walkthroughs: readonly { readonly id: string; readonly steps: readonly { readonly id: string; readonly description: string; readonly media: { readonly svg: string; readonly altText: string }; readonly completionEvents: readonly string[] }[] }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
  };
}

/** The example everything is asked about. */
export const TRIPLE = '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;\n';

const folder = mkdtempSync(join(tmpdir(), 'reins-files-'));
let files = 0;
after(() => rmSync(folder, { recursive: true, force: true }));

/** A file of its own on disk: unlike an untitled one it closes without asking. */
export async function open(content: string, language: 'javascript' | 'typescript' | 'python' = 'javascript'): Promise<vscode.TextEditor> {
  files += 1;
  const path = join(folder, `file-${files}.${{ javascript: 'js', typescript: 'ts', python: 'py' }[language]}`);
  writeFileSync(path, content);
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
}

export async function closeAll(): Promise<void> {
  while (vscode.window.activeTextEditor) await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}

/** Wait until something holds: the editor tells extensions about itself a little later. */
export async function until(test: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`This did not come to hold within ${timeoutMs} ms: ${test.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Set a user setting for the time of a test. */
export async function withSetting(name: string, value: unknown, act: () => Promise<void>): Promise<void> {
  // The editor may still be reading the file as it was before.
  const set = async (wanted: unknown): Promise<void> => {
    await vscode.workspace.getConfiguration().update(name, wanted, vscode.ConfigurationTarget.Global);
    await until(() => JSON.stringify(vscode.workspace.getConfiguration().inspect(name)?.globalValue) === JSON.stringify(wanted));
  };
  try {
    await set(value);
    await act();
  } finally {
    await set(undefined);
  }
}
