/** Server keys. They live in VS Code's secret store only: never in settings, state, traces or the log. */
import type * as vscode from 'vscode';

const PREFIX = 'reins.key:';

export class KeyStore {
  readonly #secrets: vscode.SecretStorage;
  readonly #hide: (secret: string) => void;

  /** `hide` is told of every key that passes, so that the log can leave it out. */
  constructor(secrets: vscode.SecretStorage, hide: (secret: string) => void) {
    this.#secrets = secrets;
    this.#hide = hide;
  }

  async get(name: string): Promise<string | undefined> {
    const key = await this.#secrets.get(PREFIX + name);
    if (key !== undefined) this.#hide(key);
    return key;
  }

  async store(name: string, key: string): Promise<void> {
    this.#hide(key);
    await this.#secrets.store(PREFIX + name, key);
  }

  async forget(name: string): Promise<void> {
    await this.#secrets.delete(PREFIX + name);
  }
}

/** The name a server's key is kept under: the same key serves every model of a server. */
export function keyNameOf(baseUrl: string): string {
  const url = new URL(baseUrl);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}
