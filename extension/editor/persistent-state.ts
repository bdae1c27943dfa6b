/** What Reins remembers between sessions, typed. Never secrets, never prompts. */
import type * as vscode from 'vscode';
import type { CapabilityRecord } from '../models/remote/capability-record.ts';
import type { ModelCard } from '../reasoning/port.ts';
import type { AskedEffort } from '../trace/events.ts';

export class PersistentState {
  readonly #memento: vscode.Memento;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  get chosenModel(): string | undefined {
    return this.#memento.get<string>('chosenModel');
  }

  async chooseModel(id: string): Promise<void> {
    await this.#memento.update('chosenModel', id);
  }

  effortFor(model: string): AskedEffort | undefined {
    return this.#efforts()[model];
  }

  async rememberEffort(model: string, effort: AskedEffort): Promise<void> {
    await this.#memento.update('effortByModel', { ...this.#efforts(), [model]: effort });
  }

  /** A model's card as it was last described, so that the panel can show budgets before the model is loaded. */
  cardOf(model: string): ModelCard | undefined {
    return this.#memento.get<Record<string, ModelCard>>('cards', {})[model];
  }

  async rememberCard(model: string, card: ModelCard): Promise<void> {
    await this.#memento.update('cards', { ...this.#memento.get<Record<string, ModelCard>>('cards', {}), [model]: card });
  }

  /** What was found out about a model on a server, as it was kept: whoever reads it checks it. */
  serverRecord(key: string): unknown {
    return this.#memento.get<Record<string, unknown>>('servers', {})[key];
  }

  async rememberServerRecord(key: string, record: CapabilityRecord): Promise<void> {
    await this.#memento.update('servers', { ...this.#memento.get<Record<string, unknown>>('servers', {}), [key]: record });
  }

  #efforts(): Record<string, AskedEffort> {
    return this.#memento.get<Record<string, AskedEffort>>('effortByModel', {});
  }
}
