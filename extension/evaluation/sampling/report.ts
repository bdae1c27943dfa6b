/** What the ways came to, as Markdown. */
import { bootstrapMean } from '../metrics/bootstrap.ts';
import { pairedDifference } from '../metrics/paired-difference.ts';
import { percent, range, signed, table, tokens } from '../wording.ts';
import { ways, type Sampled, type WayName } from './ways.ts';

export function samplingReport(results: readonly Sampled[]): string {
  const by = new Map(ways.map(({ name }) => [name, results.filter(({ way }) => way === name)]));
  const lines = Math.max(1, ...results.map(({ samples }) => samples));
  const rows = ways.map(({ name, words }) => {
    const own = by.get(name) ?? [];
    return [name === 'one' ? words : `${lines} ${words}`, percent(mean(own.map(({ right }) => Number(right)))), tokens(mean(own.map((one) => one.tokens))), ...(['one', 'vote'] as const).map((other) => against(own, by.get(other) ?? [], name, other))];
  });
  const particles = by.get('particles') ?? [];
  const changed = particles.filter(({ drops }) => drops > 0).length;
  return [
    `${by.get('one')?.length ?? 0} held-out problems at high effort, without early exits. Tokens are all that was generated. Differences in points with Newcombe's paired 95 % interval.`,
    table(['way', 'right', 'tokens', 'against one line', 'against the vote'], rows),
    `The particle filter dropped lines of thought in ${changed} of ${particles.length} runs, ${tokens(mean(particles.map(({ drops }) => drops)))} times a run on average. It took ${costs(particles, by.get('vote') ?? [])} tokens than the vote.`,
  ].join('\n\n');
}

function against(own: readonly Sampled[], other: readonly Sampled[], name: WayName, beside: WayName): string {
  if (name === beside || (name === 'one' && beside === 'vote')) return '';
  const theirs = new Map(other.map((one) => [one.problem, one]));
  const found = pairedDifference(own.flatMap((one) => [theirs.get(one.problem)].flatMap((pair) => (pair ? [[one.right, pair.right] as const] : []))));
  return `${signed(found.difference)} ${range(found, signed)}`;
}

/** "12 [3 to 21] fewer", with a paired bootstrap interval. */
function costs(own: readonly Sampled[], other: readonly Sampled[]): string {
  const theirs = new Map(other.map((one) => [one.problem, one.tokens]));
  const found = bootstrapMean(own.flatMap((one) => [theirs.get(one.problem)].flatMap((pair) => (pair === undefined ? [] : [one.tokens - pair]))));
  const sign = found.mean < 0 ? -1 : 1;
  const ends = [sign * found.low, sign * found.high].sort((a, b) => a - b) as [number, number];
  return `${tokens(Math.abs(found.mean))} [${ends[0].toFixed(0)} to ${ends[1].toFixed(0)}] ${sign < 0 ? 'fewer' : 'more'}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
