/** What a bundled model must reach to be shipped. Each bar says whether it holds, with its figure. */
import type { PairedDifference } from '../metrics/paired-difference.ts';
import { EFFORTS, LEVELS, type Effort } from '../world/problem.ts';
import { accuracy, difference, sampled } from './figures.ts';
import { hardest, SAMPLES, SHARES, type Mode } from './modes.ts';
import type { GateProblem } from './problems.ts';
import type { Results } from './results.ts';
import { percent, points, range, signed } from '../wording.ts';

export interface Bar {
  readonly name: string;
  readonly holds: boolean;
  readonly figure: string;
}

export interface Measured {
  readonly problems: readonly GateProblem[];
  readonly results: Results;
  /** A model trained on whole thoughts only, to hold forced ends against. */
  readonly control: Results | null;
  /** Search problems of each level whose examples leave more than one answer, and how many were looked at. */
  readonly ambiguity: ReadonlyMap<number, { readonly ambiguous: number; readonly looked: number }>;
}

/** Points by which thinking hard must pay where thinking is needed. */
const PAYS = 0.15;
/** Levels on which high effort must beat low by that much. */
const PAYING_LEVELS: readonly number[] = [2, 3];
/** Least share right at high effort. */
const LEAST: ReadonlyMap<number, number> = new Map([[1, 0.95], [2, 0.85]]);
/** Single samples on the hardest level. */
const SINGLE = { least: 0.2, most: 0.6 };
const SAMPLING_PAYS = 0.15;
/** What lower efforts may cost: their share of high's tokens, and the points they may lose. */
const THRIFT: readonly { readonly effort: Effort; readonly tokens: number; readonly loss: number }[] = [
  { effort: 'medium', tokens: 0.5, loss: 0.1 },
  { effort: 'low', tokens: 0.25, loss: 0.15 },
];
const MOST_AMBIGUOUS = 0.05;
/** Share of direct answers that may be right where thinking is needed. */
const MOST_DIRECT = 0.25;

const natural = (effort: Effort): Mode => ({ kind: 'natural', effort });

export function bars(measured: Measured): Bar[] {
  return [...effortPays(measured), ...highIsGood(measured), ...samplingPays(measured), ...lowerEffortsSave(measured), alwaysAnswers(measured), ...beatsControl(measured), ...thinkingIsNeeded(measured), ...fewAmbiguous(measured)];
}

function onLevel(problems: readonly GateProblem[], level: number): GateProblem[] {
  return problems.filter(({ problem }) => problem.level === level);
}

function effortPays({ problems, results }: Measured): Bar[] {
  return LEVELS.filter((level) => PAYING_LEVELS.includes(level)).map((level) => {
    const gain = difference(onLevel(problems, level), { results, mode: natural('high') }, { results, mode: natural('low') });
    return { name: `High effort beats low by ${points(PAYS)} on level ${level}`, holds: gain.pairs > 0 && gain.difference >= PAYS, figure: inPoints(gain) };
  });
}

function highIsGood({ problems, results }: Measured): Bar[] {
  return LEVELS.flatMap((level) => {
    const least = LEAST.get(level);
    if (least === undefined) return [];
    const reached = accuracy(results, onLevel(problems, level), natural('high'));
    return [{ name: `High effort is right on ${percent(least)} of level ${level}`, holds: reached.share >= least, figure: `${percent(reached.share)} ${range(reached, percent)}` }];
  });
}

function samplingPays({ problems, results }: Measured): Bar[] {
  const { one, eight, gain } = sampled(results, onLevel(problems, hardest));
  return [
    { name: `One sample is right on ${percent(SINGLE.least)} to ${percent(SINGLE.most)} of level ${hardest}`, holds: one.mean >= SINGLE.least && one.mean <= SINGLE.most, figure: `${percent(one.mean)} ${range(one, percent)}` },
    { name: `pass@${SAMPLES} is ${points(SAMPLING_PAYS)} above one sample on level ${hardest}`, holds: gain.mean >= SAMPLING_PAYS, figure: `${percent(eight.mean)}, ${signed(gain.mean)} ${range(gain, signed)}` },
  ];
}

function lowerEffortsSave({ problems, results }: Measured): Bar[] {
  return THRIFT.map(({ effort, tokens, loss }) => {
    const share = accuracy(results, problems, natural(effort)).thinking / accuracy(results, problems, natural('high')).thinking;
    const lost = difference(problems, { results, mode: natural('high') }, { results, mode: natural(effort) });
    return {
      name: `${effort === 'low' ? 'Low' : 'Medium'} effort thinks at most ${percent(tokens)} of high's tokens and loses less than ${points(loss)}`,
      holds: share <= tokens && lost.difference < loss,
      figure: `${percent(share)} of the tokens, loses ${inPoints(lost)}`,
    };
  });
}

/** Of every forced end, on every problem. */
function alwaysAnswers({ problems, results }: Measured): Bar {
  const all = SHARES.map((share) => accuracy(results, problems, { kind: 'ended', share }));
  const runs = all.reduce((sum, part) => sum + part.runs, 0);
  const answered = all.reduce((sum, part) => sum + part.answered, 0);
  return { name: 'Ended at any point, it answers every time', holds: runs > 0 && answered === runs, figure: `${answered} of ${runs} runs` };
}

/** Where all thoughts were had there is nothing left for training on cut thoughts to gain: there it must only not be worse. */
function beatsControl({ problems, results, control }: Measured): Bar[] {
  if (control === null) return [];
  return SHARES.map((share) => {
    const mode: Mode = { kind: 'ended', share };
    const gain = difference(problems, { results, mode }, { results: control, mode });
    return {
      name: share === 100 ? 'Ended after all of its thoughts it is not below the control' : `Ended after ${share} % of its thoughts it is above the control`,
      holds: gain.pairs > 0 && (share === 100 ? gain.high >= 0 : gain.low > 0),
      figure: inPoints(gain),
    };
  });
}

/** Were a direct answer as good, effort would be decoration. On every level of which a try or two is not said to be enough. */
function thinkingIsNeeded({ problems, results }: Measured): Bar[] {
  return LEVELS.filter((level) => level >= 2).map((level) => {
    const own = onLevel(problems, level);
    const direct = accuracy(results, own, { kind: 'direct' });
    const gain = difference(own, { results, mode: natural('high') }, { results, mode: { kind: 'direct' } });
    return {
      name: `Thinking is needed on level ${level}: a direct answer is right on less than ${percent(MOST_DIRECT)}, high effort ${points(PAYS)} above it`,
      holds: gain.pairs > 0 && gain.difference >= PAYS && direct.share < MOST_DIRECT,
      figure: `${percent(direct.share)} ${range(direct, percent)}; high is ${inPoints(gain)} above`,
    };
  });
}

function fewAmbiguous({ ambiguity }: Measured): Bar[] {
  return [...ambiguity].map(([level, { ambiguous, looked }]) => ({
    name: `Examples leave more than one answer on less than ${percent(MOST_AMBIGUOUS)} of level ${level}`,
    holds: looked > 0 && ambiguous / looked < MOST_AMBIGUOUS,
    figure: `${percent(ambiguous / looked)} (${ambiguous} of ${looked})`,
  }));
}

function inPoints(difference: PairedDifference): string {
  return `${signed(difference.difference)} ${range(difference, signed)} points`;
}

/** All efforts, for tables. */
export const naturalModes: readonly { readonly effort: Effort; readonly mode: Mode }[] = EFFORTS.map((effort) => ({ effort, mode: natural(effort) }));
