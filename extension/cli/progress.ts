/** How far a measurement is, on a terminal as one line that changes, elsewhere as a line now and then. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const EVERY_MS = { terminal: 200, file: 15_000 };

export class Progress {
  readonly #output: Output;
  #what = '';
  #total = 0;
  #done = 0;
  #tokens = 0;
  #begun = 0;
  #told = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** A stretch of work of `total` runs. */
  begin(what: string, total: number): void {
    this.#what = what;
    this.#total = total;
    this.#done = 0;
    this.#tokens = 0;
    this.#begun = performance.now();
    this.#told = -Infinity;
  }

  /** A finished run, by its tokens. */
  add({ thinking, solution }: { readonly thinking: number; readonly solution: number }): void {
    this.#done += 1;
    this.#tokens += thinking + solution;
    if (performance.now() - this.#told >= (this.#output.isTTY ? EVERY_MS.terminal : EVERY_MS.file)) this.#tell();
  }

  end(): void {
    if (this.#total > 0) this.#tell();
    if (this.#output.isTTY) this.#output.write('\n');
  }

  #tell(): void {
    this.#told = performance.now();
    const seconds = Math.max(0.001, (this.#told - this.#begun) / 1000);
    const line = `${this.#what}: ${this.#done} of ${this.#total} runs, ${Math.round(this.#tokens / seconds)} tokens a second`;
    this.#output.write(this.#output.isTTY ? `\r${line.padEnd(78)}` : `${line}\n`);
  }
}
