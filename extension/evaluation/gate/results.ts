/** What came of the runs: one record each, looked up by problem and mode. */
import * as v from 'valibot';
import { keyOf, type Mode } from './modes.ts';
import type { GateProblem } from './problems.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** One run of one problem, as a line of a results file. */
export const resultSchema = v.object({
  /** Fingerprint of the model's folder. */
  model: v.string(),
  /** Problem and mode, see `keyOf`. */
  key: v.string(),
  answer: v.string(),
  /** Right on hidden inputs too. */
  right: v.boolean(),
  /** The run ended with an answer that is neither empty nor cut off. */
  answered: v.boolean(),
  /** The model closed its thoughts itself. */
  natural: v.boolean(),
  /** Tokens of thought, the end tag included where the model wrote it. */
  thinking: count,
  solution: count,
});
export type Result = v.InferOutput<typeof resultSchema>;

/** The results of one model. */
export class Results {
  readonly model: string;
  readonly #byKey = new Map<string, Result>();

  constructor(model: string, results: Iterable<Result>) {
    this.model = model;
    for (const result of results) this.add(result);
  }

  add(result: Result): void {
    if (result.model === this.model) this.#byKey.set(result.key, result);
  }

  find(problem: GateProblem, mode: Mode): Result | undefined {
    return this.#byKey.get(keyOf(problem, mode));
  }

  /** Of each problem, where there is one. */
  of(problems: readonly GateProblem[], mode: Mode): Result[] {
    return problems.flatMap((problem) => this.find(problem, mode) ?? []);
  }

  /** Tokens of thought without the end tag, of a problem at high effort. */
  thoughts(problem: GateProblem): number {
    const result = this.find(problem, { kind: 'natural', effort: 'high' });
    return result === undefined ? 0 : Math.max(0, result.thinking - (result.natural ? 1 : 0));
  }
}
