/** The gate's report as Markdown: it is printed, and it goes into the model card. */
import { LEVELS, SKILLS } from '../world/problem.ts';
import { naturalModes, type Bar, type Measured } from './bars.ts';
import { accuracy, difference, sampled, type Accuracy } from './figures.ts';
import { hardest, SAMPLES, SHARES, TEMPERATURE } from './modes.ts';
import type { GateProblem } from './problems.ts';
import { percent, range, signed, table, tokens } from '../wording.ts';

export function report(measured: Measured, found: readonly Bar[]): string {
  return [
    `${barTable(found)}\n\n${passed(found)} of ${found.length} bars hold.`,
    `Share right and mean tokens of thought (greedy, to the model's own end), with Wilson's 95 % interval:\n\n${effortTable(measured)}`,
    cutNote(measured),
    `By skill: share right (mean tokens of thought), from level 2 on also answered at once:\n\n${skillTable(measured)}`,
    `Differences between efforts in points, with Newcombe's paired 95 % interval:\n\n${differenceTable(measured)}`,
    `High effort, ended by Reins after a share of the thoughts the model takes by itself:\n\n${endedTable(measured)}`,
    samples(measured),
  ].join('\n\n');
}

export function passed(found: readonly Bar[]): number {
  return found.filter(({ holds }) => holds).length;
}

function barTable(found: readonly Bar[]): string {
  return table(['bar', 'holds', 'figure'], found.map(({ name, holds, figure }) => [name, holds ? 'yes' : '**no**', figure]));
}

/** Every level, then all of them. */
function groups(problems: readonly GateProblem[]): { name: string; own: readonly GateProblem[] }[] {
  return [...LEVELS.map((level) => ({ name: `level ${level}`, own: problems.filter(({ problem }) => problem.level === level) })), { name: 'all', own: problems }];
}

function shown(figure: Accuracy): string {
  return `${percent(figure.share)} ${range(figure, percent)}, ${tokens(figure.thinking)}`;
}

function effortTable({ problems, results }: Measured): string {
  return table(['', ...naturalModes.map(({ effort }) => effort)], groups(problems).map(({ name, own }) => [name, ...naturalModes.map(({ mode }) => shown(accuracy(results, own, mode)))]));
}

function cutNote({ problems, results }: Measured): string {
  const cut = naturalModes.map(({ mode }) => accuracy(results, problems, mode)).reduce((sum, figure) => ({ cut: sum.cut + figure.cut, runs: sum.runs + figure.runs }), { cut: 0, runs: 0 });
  return `${cut.cut} of ${cut.runs} runs did not end their thoughts themselves and were ended by the context's limit.`;
}

function skillTable({ problems, results }: Measured): string {
  const rows = SKILLS.flatMap((skill) =>
    groups(problems.filter(({ problem }) => problem.skill === skill)).map(({ name, own }) => [
      `${skill}, ${name}`,
      direct(accuracy(results, own, { kind: 'direct' })),
      ...naturalModes.map(({ mode }) => {
        const figure = accuracy(results, own, mode);
        return `${percent(figure.share)} (${tokens(figure.thinking)})`;
      }),
    ]),
  );
  return table(['', 'at once', ...naturalModes.map(({ effort }) => effort)], rows);
}

/** Level 1 is not asked at once. */
function direct({ share, runs }: Accuracy): string {
  return runs === 0 ? '' : percent(share);
}

const PAIRS = [['high', 'low'], ['high', 'medium'], ['medium', 'low']] as const;

function differenceTable({ problems, results }: Measured): string {
  const rows = groups(problems).map(({ name, own }) => [
    name,
    ...PAIRS.map(([first, second]) => {
      const found = difference(own, { results, mode: { kind: 'natural', effort: first } }, { results, mode: { kind: 'natural', effort: second } });
      return `${signed(found.difference)} ${range(found, signed)}`;
    }),
  ]);
  return table(['', ...PAIRS.map(([first, second]) => `${first} less ${second}`)], rows);
}

function endedTable({ problems, results, control }: Measured): string {
  const head = ['ended after', 'right', 'tokens', 'answered', ...(control ? ['control right', 'difference'] : [])];
  const rows = SHARES.map((share) => {
    const mode = { kind: 'ended', share } as const;
    const own = accuracy(results, problems, mode);
    const cells = [`${share} %`, `${percent(own.share)} ${range(own, percent)}`, tokens(own.thinking), `${own.answered} of ${own.runs}`];
    if (!control) return cells;
    const other = accuracy(control, problems, mode);
    const gain = difference(problems, { results, mode }, { results: control, mode });
    return [...cells, `${percent(other.share)} (${tokens(other.thinking)})`, `${signed(gain.difference)} ${range(gain, signed)}`];
  });
  return table(head, rows);
}

function samples({ problems, results }: Measured): string {
  const { problems: count, one, eight, gain } = sampled(results, problems.filter(({ problem }) => problem.level === hardest));
  const figures = `one is right on ${percent(one.mean)} ${range(one, percent)}, at least one of ${SAMPLES} on ${percent(eight.mean)} ${range(eight, percent)}, a gain of ${signed(gain.mean)} ${range(gain, signed)} points`;
  return `${SAMPLES} samples at temperature ${TEMPERATURE} for each of ${count} problems of level ${hardest}: ${figures} (percentile bootstrap over problems).`;
}
