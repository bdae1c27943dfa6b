/** The one log of the product: an output channel whose lines are freed of secrets. Prompt text is never written above `trace`. */
import * as vscode from 'vscode';
import { isCancellation, redact } from '../reasoning/errors.ts';

export class Log implements vscode.Disposable {
  readonly #channel: vscode.LogOutputChannel;
  readonly #secrets = new Set<string>();
  #recent: string[] = [];

  constructor() {
    this.#channel = vscode.window.createOutputChannel('Reins', { log: true });
  }

  /** From now on this text never appears in the log. */
  hide(secret: string): void {
    this.#secrets.add(secret);
  }

  info(text: string): void {
    this.#channel.info(this.#clean(text));
  }

  debug(text: string): void {
    this.#channel.debug(this.#clean(text));
  }

  trace(text: string): void {
    this.#channel.trace(this.#clean(text));
  }

  warn(text: string): void {
    this.#channel.warn(this.#clean(text));
  }

  /** What failed, then everything known about it: stacks belong here, sentences in front of people. */
  error(what: string, error: unknown): void {
    if (isCancellation(error)) this.debug(`${what}: cancelled`);
    else this.#channel.error(this.#clean(`${what}: ${describe(error)}`));
  }

  show(): void {
    this.#channel.show(true);
  }

  /** The last lines, for tests that look for what must not be there. */
  get recent(): readonly string[] {
    return this.#recent;
  }

  dispose(): void {
    this.#channel.dispose();
  }

  #clean(text: string): string {
    const line = redact(text, [...this.#secrets]);
    this.#recent = [...this.#recent.slice(-499), line];
    return line;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\n  because of ${describe(error.cause)}`;
}
