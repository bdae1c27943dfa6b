/** Effort and budgets of the next run: what is remembered for the model, what is set, and what the effort makes of the rest. */
import { effortBudgets } from '../reasoning/effort.ts';
import { askedEffortSchema, type AskedEffort, type Effort } from '../trace/events.ts';
import type { PanelState } from '../trace/messages.ts';
import * as vscode from 'vscode';
import type { ModelRegistry } from './models/registry.ts';
import type { PersistentState } from './persistent-state.ts';
import type { Settings } from './settings.ts';

export class EffortControl implements vscode.Disposable {
  readonly #registry: ModelRegistry;
  readonly #settings: Settings;
  readonly #state: PersistentState;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor(registry: ModelRegistry, settings: Settings, state: PersistentState) {
    this.#registry = registry;
    this.#settings = settings;
    this.#state = state;
    this.#watch = settings.onDidChange(['effort', 'budgets.thinking', 'budgets.solution', 'budgets.seconds', 'keepThinkingStep'], () => this.#changed.fire());
  }

  /** What is set for the chosen model. */
  get asked(): AskedEffort {
    const model = this.#registry.current;
    return (model && this.#state.effortFor(model.id)) ?? this.#settings.get('effort');
  }

  /** The effort of the next run, or what stands in for one that is chosen when it starts: the largest, whose budgets are the most it can get. */
  get effort(): Effort {
    return this.asked === 'auto' ? 'high' : this.asked;
  }

  async setEffort(effort: AskedEffort): Promise<void> {
    const model = this.#registry.current;
    if (model) await this.#state.rememberEffort(model.id, effort);
    this.#changed.fire();
  }

  async cycle(): Promise<AskedEffort> {
    const all = askedEffortSchema.options;
    const next = all[(all.indexOf(this.asked) + 1) % all.length] ?? 'medium';
    await this.setEffort(next);
    return next;
  }

  /** Null takes the effort's own figure. */
  async setBudgets(thinking: number | null, solution: number | null): Promise<void> {
    await this.#settings.set('budgets.thinking', thinking);
    await this.#settings.set('budgets.solution', solution === 0 ? null : solution);
    this.#changed.fire();
  }

  /** What the effort means on the chosen model, as a sentence. */
  note(): PanelState['effort']['note'] {
    const model = this.#registry.current;
    const card = model && this.#registry.knownCard(model);
    if (!card) return '';
    if (this.asked === 'auto') return card.capabilities.remainingLength?.available === true ? vscode.l10n.t('{0} looks ahead how long it will think, and the effort is chosen by that.', card.name) : vscode.l10n.t('The effort is guessed from the prompt: {0} cannot tell how long it will think.', card.name);
    switch (card.effort) {
      case 'trained':
        return vscode.l10n.t('{0} was trained for these efforts.', card.name);
      case 'requested':
        return vscode.l10n.t('The server is asked for this effort; Reins keeps the budgets as far as the server lets it.');
      case 'cap':
        return vscode.l10n.t('{0} was not trained for efforts: this is a cap on its thinking and an instruction.', card.name);
    }
  }

  /** What the next run will get, as far as it is known before the prompt is counted. */
  budgets(): PanelState['budgets'] {
    const thinkingSet = this.#settings.get('budgets.thinking');
    const solutionSet = this.#settings.get('budgets.solution');
    const model = this.#registry.current;
    const card = model && this.#registry.knownCard(model);
    const byEffort = card ? effortBudgets(this.effort, card) : { thinking: 0, solution: 0 };
    return {
      thinking: card?.thinking === null ? 0 : (thinkingSet ?? byEffort.thinking),
      solution: solutionSet ?? byEffort.solution,
      thinkingSet: thinkingSet !== null,
      solutionSet: solutionSet !== null,
      note: this.#budgetNote(card?.thinking === null, card?.tokenCounts === 'estimated'),
    };
  }

  #budgetNote(withoutThoughts: boolean, estimated: boolean): string {
    if (withoutThoughts) return vscode.l10n.t('This model does not think before it answers.');
    const seconds = this.#settings.get('budgets.seconds');
    const notes = [
      ...(seconds === null ? [] : [vscode.l10n.t('Thinking also ends after {0} seconds.', seconds)]),
      ...(estimated ? [vscode.l10n.t('The server does not tell its tokens one by one, so these are estimates.')] : []),
    ];
    return notes.join(' ');
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }
}
