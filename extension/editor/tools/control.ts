/** Whether the next run may use tools, and how often: the settings, the trust of the workspace and the chosen model decide together. */
import * as vscode from 'vscode';
import { whyNoTools } from '../../assist/tools/availability.ts';
import { toolNames, type ToolBudgets, type ToolName } from '../../reasoning/tools/names.ts';
import type { ModelRef } from '../../runs/service.ts';
import type { PanelState } from '../../trace/messages.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { Settings } from '../settings.ts';
import type { TestCommand } from './test-command.ts';
import { retold } from '../retold.ts';

export class ToolControl implements vscode.Disposable {
  readonly #registry: ModelRegistry;
  readonly #settings: Settings;
  readonly #tests: TestCommand;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor(registry: ModelRegistry, settings: Settings, tests: TestCommand) {
    this.#registry = registry;
    this.#settings = settings;
    this.#tests = tests;
    const changed = (): void => this.#changed.fire();
    this.#watch = vscode.Disposable.from(settings.onDidChange(['tools.enabled', 'tools.budget', 'tests.command'], changed), vscode.workspace.onDidGrantWorkspaceTrust(changed), vscode.workspace.onDidChangeWorkspaceFolders(changed));
  }

  get state(): PanelState['tools'] {
    const reason = this.#whyNot(this.#registry.current);
    const on = reason === null && this.#settings.get('tools.enabled');
    return { on, control: reason === null ? { enabled: true } : { enabled: false, reason }, note: on ? budgetWords(this.#budgets()) : '' };
  }

  /** Uses of each tool for a run on a model; undefined: it gets no tools. */
  budgetsFor(model: ModelRef): ToolBudgets | undefined {
    return this.#settings.get('tools.enabled') && this.#whyNot(model) === null ? this.#budgets() : undefined;
  }

  /** Switching on asks about the test command, if there is one that was not asked about: later, a run is under way. */
  async setOn(on: boolean): Promise<void> {
    await this.#settings.set('tools.enabled', on ? true : undefined);
    const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
    if (on && folder && this.#settings.get('tools.budget').run_tests > 0) await this.#tests.approved(folder, false);
    this.#changed.fire();
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }

  /** Tests that may not be run are not offered. */
  #budgets(): ToolBudgets {
    const budgets = this.#settings.get('tools.budget');
    const command = this.#tests.text(vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file'));
    return { ...budgets, run_tests: command !== '' && this.#tests.answer(command) === 'approved' ? budgets.run_tests : 0 };
  }

  #whyNot(model: ModelRef | null): string | null {
    const found = whyNoTools({
      trusted: vscode.workspace.isTrusted,
      folders: (vscode.workspace.workspaceFolders ?? []).length,
      onDisk: (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').length,
      model: model && { kind: model.kind, bundled: model.id === this.#registry.bundled?.id },
      card: model ? this.#registry.knownCard(model)?.capabilities.tools : undefined,
    });
    switch (found?.why) {
      case undefined:
        return null;
      case 'untrusted':
        return vscode.l10n.t('This workspace is not trusted, so no tools are used in it.');
      case 'no-folder':
        return vscode.l10n.t('Open a folder first: tools look at the files of a workspace.');
      case 'virtual':
        return vscode.l10n.t('Tools search files and run programs on a disk, and the folder that is open is on none. Everything else works on its files.');
      case 'no-model':
        return vscode.l10n.t('Choose a model first.');
      case 'bundled':
        return vscode.l10n.t('{0} was trained on a small world of its own and cannot ask for tools.', model?.name ?? '');
      case 'local':
        return vscode.l10n.t('Local models run in a process of their own, apart from the tools of the workspace. Connect to a server to use tools.');
      case 'model':
        return retold(found.reason);
    }
  }
}

function budgetWords(budgets: ToolBudgets): string {
  const names: Readonly<Record<ToolName, string>> = {
    read_file: vscode.l10n.t('read a file'),
    search: vscode.l10n.t('search'),
    diagnostics: vscode.l10n.t('list problems'),
    run_tests: vscode.l10n.t('run the tests'),
  };
  return toolNames.filter((tool) => budgets[tool] > 0).map((tool) => `${names[tool]} ${budgets[tool]}×`).join(', ');
}
