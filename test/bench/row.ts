/** What a benchmark reports. Each file beside `run.ts` that is to be run exports `bench`. */

export interface BenchRow {
  /** What was measured, in a few words. */
  readonly name: string;
  readonly value: number;
  /** Of `value` and `goal`: 'ms', 'x' (a ratio of two times on the same machine), 'tokens/s', ... */
  readonly unit: string;
  /** What it should be; absent: only told. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
  /** Against what a ratio was taken, or under which conditions. */
  readonly note?: string;
}

export type Bench = () => Promise<readonly BenchRow[]>;

/** Whether the goal is met. Rows without a goal are. */
export function meetsGoal({ value, goal }: BenchRow): boolean {
  if (!goal) return true;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

/** The middle of some measurements: one slow outlier on a busy machine does not move it. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
