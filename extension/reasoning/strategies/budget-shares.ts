/**
 * How a thinking budget is dealt out among the parts of a question: Plan-and-Budget, arXiv 2505.16122. A part gets tokens by its credit, a figure
 * for how hard it is, and by its place: what comes early decides what comes later, so schedules that fall give it more.
 */

export const schedules = ['constant', 'linear', 'polynomial', 'exponential', 'cosine'] as const;
export type Schedule = (typeof schedules)[number];

const EXPONENTIAL = 0.9;
/** Keeps the last part of a cosine schedule from getting nothing. */
const COSINE_FLOOR = 0.1;

/** Weight of the part at place `index` of `count`, from 0. */
export function scheduled(schedule: Schedule, index: number, count: number): number {
  switch (schedule) {
    case 'constant':
      return 1;
    case 'linear':
      return count - index;
    case 'polynomial':
      return (count - index) ** 2;
    case 'exponential':
      return EXPONENTIAL ** index;
    case 'cosine':
      return count === 1 ? 1 : 0.5 * (1 + Math.cos((Math.PI * index) / (count - 1))) + COSINE_FLOOR;
  }
}

/** Whole tokens for each part, `budget` together. Credits are taken by their shares; all of them 0 counts as all alike. */
export function dealtOut(credits: readonly number[], budget: number, schedule: Schedule): number[] {
  if (credits.length === 0) return [];
  const even = credits.every((credit) => credit <= 0);
  const weights = credits.map((credit, index) => (even ? 1 : Math.max(0, credit)) * scheduled(schedule, index, credits.length));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const dealt = weights.map((weight) => Math.floor((weight / sum) * budget));
  const rest = budget - dealt.reduce((total, tokens) => total + tokens, 0);
  const largest = weights.map((weight, index) => ({ weight, index })).sort((a, b) => b.weight - a.weight || a.index - b.index);
  for (const { index } of largest.slice(0, rest)) dealt[index]! += 1;
  return dealt;
}
