/** The models one can choose: the bundled one, local folders, servers and chat models of other extensions from the settings; and which of them is chosen. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ModelCard } from '../../reasoning/port.ts';
import type { ModelRef, RunService } from '../../runs/service.ts';
import { keyNameOf } from '../key-store.ts';
import type { PersistentState } from '../persistent-state.ts';
import type { ChatModelSetting, ServerSetting, Settings } from '../settings.ts';

/** The choice to have a model chosen for each question. */
export const AUTOMATIC_MODEL = 'automatic';

export type RoutableModel = Exclude<ModelRef, { kind: 'provided' }>;

export class ModelRegistry implements vscode.Disposable {
  readonly bundled: ModelRef | null;
  readonly #settings: Settings;
  readonly #state: PersistentState;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: vscode.Disposable;
  /** Fires when the chosen model, the list or a model's card changed. */
  readonly onDidChange = this.#changed.event;

  constructor(bundled: ModelRef | null, settings: Settings, state: PersistentState) {
    this.bundled = bundled;
    this.#settings = settings;
    this.#state = state;
    this.#watch = settings.onDidChange(['modelFolders', 'servers', 'chatModels'], () => this.#changed.fire());
  }

  all(): readonly ModelRef[] {
    const folders = this.#settings.get('modelFolders').map(folderModel);
    const servers = this.#settings.get('servers').map(serverModel);
    const provided = this.#settings.get('chatModels').map(providedModel);
    return [...(this.bundled ? [this.bundled] : []), ...folders, ...servers, ...provided];
  }

  /** Those a question may be sent to without being chosen for it: another extension's model is only asked where the person chose it. */
  routable(): readonly RoutableModel[] {
    return this.all().filter((model): model is RoutableModel => model.kind !== 'provided');
  }

  find(id: string): ModelRef | undefined {
    return this.all().find((model) => model.id === id);
  }

  /** The chosen model. One that has been removed from the settings falls back to the first there is. */
  get current(): ModelRef | null {
    const all = this.all();
    return all.find((model) => model.id === this.#state.chosenModel) ?? all[0] ?? null;
  }

  async choose(model: ModelRef): Promise<void> {
    await this.#state.chooseModel(model.id);
    this.#changed.fire();
  }

  /** Whether a model is chosen for each question. `current` is then the first of all, whose figures stand in until one is. */
  get automatic(): boolean {
    return this.#state.chosenModel === AUTOMATIC_MODEL && this.routable().length > 1;
  }

  async chooseAutomatic(): Promise<void> {
    await this.#state.chooseModel(AUTOMATIC_MODEL);
    this.#changed.fire();
  }

  /** Whether nothing but the bundled model would be asked. */
  get onlyBundled(): boolean {
    return !this.automatic && this.bundled !== null && this.current?.id === this.bundled.id;
  }

  /** What is chosen, by name. */
  get currentName(): string | null {
    return this.automatic ? vscode.l10n.t('Automatic') : (this.current?.name ?? null);
  }

  /** What is known of a model without loading it. */
  knownCard(model: ModelRef): ModelCard | undefined {
    return this.#state.cardOf(model.id);
  }

  /** Load the model and learn what it can do. */
  async describe(model: ModelRef, service: RunService, signal: AbortSignal): Promise<ModelCard> {
    const card = await service.describe(model, signal);
    if (JSON.stringify(card) !== JSON.stringify(this.knownCard(model))) {
      await this.#state.rememberCard(model.id, card);
      this.#changed.fire();
    }
    return card;
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }
}

export function folderModel(folder: string): ModelRef {
  return { kind: 'local', id: `folder:${folder}`, name: basename(folder), folder };
}

export function serverModel(server: ServerSetting): ModelRef {
  return {
    kind: 'remote',
    id: `server:${keyNameOf(server.baseUrl)}#${server.model}`,
    name: server.name,
    baseUrl: server.baseUrl,
    model: server.model,
    secret: keyNameOf(server.baseUrl),
    ...(server.contextLength === undefined ? {} : { contextLength: server.contextLength }),
    ...(server.tokenizer === undefined ? {} : { tokenizer: server.tokenizer }),
    ...(server.overrides === undefined ? {} : { overrides: server.overrides }),
  };
}

export function providedModel({ name, vendor, id, effort }: ChatModelSetting): ModelRef {
  return { kind: 'provided', id: `chat:${vendor}#${id}`, name, vendor, model: id, ...(effort === undefined ? {} : { effort }) };
}

/** Where a model is, in a few words: never a key, and of a server only its host. */
export function whereIs(model: ModelRef, bundled: ModelRef | null): string {
  switch (model.kind) {
    case 'local':
      return model.id === bundled?.id ? vscode.l10n.t('bundled') : vscode.l10n.t('on this machine');
    case 'remote':
      return new URL(model.baseUrl).host;
    case 'provided':
      return vscode.l10n.t('by the extension {0}', model.vendor);
  }
}
