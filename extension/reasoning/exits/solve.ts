/**
 * Solve for a target average budget: the threshold on a signal at which runs take so many tokens on average, found on recorded runs that
 * were left to think to their own end. Exit thresholds chosen for a compute budget: Dynamic Perceiver, arXiv 2306.11248.
 */

/** One run that was measured and not ended early. Units: tokens. */
export interface RecordedRun {
  /** Its whole thinking. */
  readonly thinking: number;
  readonly answer: number;
  /** What measuring the signal to the end cost in probes; 0 for a signal that costs nothing. */
  readonly probes: number;
  /** The measurements in order; `spent` is what probes had cost by then, this one included. */
  readonly points: readonly { readonly atToken: number; readonly value: number; readonly spent: number }[];
}

export type Direction = 'at-least' | 'at-most';

export interface SolvedThreshold {
  /** Null: even without any early exit the target is met. */
  readonly threshold: number | null;
  /** Mean tokens of thinking, probes and answer at that threshold. */
  readonly mean: number;
  /** Share of the runs that end early. */
  readonly early: number;
}

export type Solution = SolvedThreshold | { readonly impossible: true; /** The lowest mean any threshold reaches. */ readonly least: number };

/** The strictest threshold whose mean is at most `target`. Null without runs. */
export function solveThreshold(runs: readonly RecordedRun[], target: number, direction: Direction): Solution | null {
  if (runs.length === 0) return null;
  const whole = outcome(runs, null, direction);
  if (whole.mean <= target) return whole;
  // From strict to lax: the mean never rises, because every run ends where it did or earlier.
  const values = [...new Set(runs.flatMap(({ points }) => points.map(({ value }) => value)))].sort((a, b) => (direction === 'at-least' ? b - a : a - b));
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (outcome(runs, values[middle]!, direction).mean <= target) high = middle;
    else low = middle + 1;
  }
  const solved = values[low];
  if (solved === undefined) return { impossible: true, least: values.length === 0 ? whole.mean : outcome(runs, values.at(-1)!, direction).mean };
  return outcome(runs, solved, direction);
}

/** What a threshold would have done. */
export function outcome(runs: readonly RecordedRun[], threshold: number | null, direction: Direction): SolvedThreshold {
  let total = 0;
  let early = 0;
  for (const run of runs) {
    const exit = threshold === null ? undefined : run.points.find(({ value }) => (direction === 'at-least' ? value >= threshold : value <= threshold));
    if (exit) early += 1;
    total += run.answer + (exit ? exit.atToken + exit.spent : run.thinking + run.probes);
  }
  // Without the threshold nobody would have measured, so nothing would have been spent on it.
  if (threshold === null) total -= runs.reduce((sum, { probes }) => sum + probes, 0);
  return { threshold, mean: total / runs.length, early: early / runs.length };
}
