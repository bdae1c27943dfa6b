/** Carries out what models ask of the workspace. Every door checks the trust again: it can be taken back while a run goes on. */
import * as vscode from 'vscode';
import { lastOf } from '../../assist/tools/excerpts.ts';
import { runCommand, type CommandResult } from '../../assist/verify/run-command.ts';
import type { ToolAnswer, ToolBox } from '../../reasoning/tools/port.ts';
import type { ToolRequest } from '../../reasoning/tools/request.ts';
import { listDiagnostics } from './diagnostics.ts';
import { readFile, searchFiles } from './files.ts';
import type { TestCommand } from './test-command.ts';

/** Characters a test command may print before it is ended, and of its end that the model gets. */
export const MOST_PRINTED = 4_000_000;
const MOST_TOLD = 4_000;

export class WorkspaceTools implements ToolBox {
  readonly #tests: TestCommand;

  constructor(tests: TestCommand) {
    this.#tests = tests;
  }

  async use(request: ToolRequest, signal: AbortSignal): Promise<ToolAnswer> {
    if (!vscode.workspace.isTrusted) return { outcome: 'refused', text: 'The workspace is not trusted, so no tool is used.' };
    const folders = vscode.workspace.workspaceFolders ?? [];
    if (folders.length > 0 && !folders.some(({ uri }) => uri.scheme === 'file')) return { outcome: 'refused', text: 'The workspace is on no disk, so no tool is used.' };
    switch (request.tool) {
      case 'read_file':
        return readFile(request);
      case 'search':
        return searchFiles(request, signal);
      case 'diagnostics':
        return listDiagnostics(request);
      case 'run_tests':
        return this.#runTests(signal);
    }
  }

  /** In the workspace itself, as the person would. */
  async #runTests(signal: AbortSignal): Promise<ToolAnswer> {
    const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
    const command = this.#tests.text(folder);
    if (!folder || command === '') return { outcome: 'refused', text: 'There is no test command in this workspace.' };
    if (this.#tests.answer(command) !== 'approved') return { outcome: 'refused', text: 'The person has not approved the test command.' };
    const result = await runCommand(command, folder.uri.fsPath, { milliseconds: this.#tests.milliseconds, characters: MOST_PRINTED }, signal);
    signal.throwIfAborted();
    return { outcome: result.outcome === 'passed' || result.outcome === 'failed' ? 'ok' : 'failed', text: `${testWords(result)}\n${lastOf(result.output, MOST_TOLD)}`.trim() };
  }
}

/** How a test command ended, as a sentence for a model. */
export function testWords({ outcome, exitCode, milliseconds }: CommandResult): string {
  const time = `${(milliseconds / 1000).toFixed(1)} s`;
  switch (outcome) {
    case 'passed':
      return `The tests passed (${time}).`;
    case 'failed':
      return `The tests failed (${exitCode === null ? 'ended by a signal' : `exit code ${exitCode}`}, ${time}).`;
    case 'too-long':
      return `The tests were ended after ${time}: they took too long.`;
    case 'too-much-output':
      return `The tests were ended after ${time}: they printed too much.`;
    case 'cancelled':
      return 'The tests were ended before they were done.';
    case 'unstarted':
      return 'The test command could not be started.';
  }
}
