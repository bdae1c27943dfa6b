/** Where documents are that people write; diffs, logs, output and the like are none. `vscode-vfs`: folders that are on no disk, such as a repository on the web. */
export const WRITTEN_BY_PEOPLE: readonly string[] = ['file', 'untitled', 'vscode-remote', 'vscode-notebook-cell', 'vscode-vfs'];
