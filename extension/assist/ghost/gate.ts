/**
 * The gate in front of ghost text from any model. Nothing is shown that contradicts the example comments of its function, or that the model is less sure of than
 * the person asks for. What the interpreter cannot run says nothing, and a model that does not tell how sure it is cannot be held to a threshold.
 */
import { readExamples } from '../../evaluation/interpreter/examples.ts';
import { checkAgainstExamples, type ExampleResult } from '../../evaluation/interpreter/check.ts';
import type { Judgement } from '../../evaluation/suggestion/judge.ts';
import type { Decision, Evidence } from '../../trace/events.ts';
import { said } from '../../trace/said.ts';
import { dedented, functionAround, MOST_LINES } from '../world/functions.ts';
import { range } from '../world/lines.ts';
import { infillAnswer } from './chat-infill.ts';
import { finished, shown, withoutSuffix, withoutThoughts, type Extent } from './first-line.ts';

/** Who decides, in the trace. */
export const GHOST_GATE = 'ghost-text-gate';

export interface GhostPlace {
  readonly prefix: string;
  readonly suffix: string;
  readonly extent: Extent;
  /** The model was asked in words, so its answer may be fenced. */
  readonly inWords: boolean;
}

/** What a model wrote for the gap, without thoughts and fences. */
export function replyIn(raw: string, inWords: boolean): string {
  return inWords ? infillAnswer(raw) : withoutThoughts(raw);
}

/** What would be shown of it; null while it needs more. `whole`: nothing comes any more. */
export function completionIn(raw: string, { suffix, extent, inWords }: GhostPlace, whole: boolean): string | null {
  const reply = replyIn(raw, inWords);
  const text = finished(reply, extent) ?? (whole ? shown(reply, extent) : null);
  return text === null ? null : withoutSuffix(text, suffix);
}

/** `confidence`: geometric mean of its tokens' probabilities, null where the model does not tell. `least`: what the person asks for, null for nothing. Both from 0 to 1. */
export function judgeGhost(text: string, { prefix, suffix }: Pick<GhostPlace, 'prefix' | 'suffix'>, confidence: number | null, least: number | null): Judgement {
  if (text.trim() === '') return { text: null, evidence: [], reason: said('The model wrote nothing that could be shown.') };
  const { held, violated } = examplesAround(prefix, text, suffix);
  const evidence = [...examplesEvidence(held, violated.length), ...confidenceEvidence(confidence, least)];
  const [broken] = violated;
  if (broken) return { text: null, evidence, reason: said('{0} gives {1}, not {2}, so nothing is shown.', broken.call, String(broken.actual), broken.expected) };
  if (least === null) return { text, evidence, reason: said('No least confidence is set, so it was offered.') };
  if (confidence === null) return { text, evidence, reason: said('The model does not tell how sure it is, so it was offered whatever the threshold.') };
  return confidence >= least
    ? { text, evidence, reason: said('The model is sure enough: the mean probability of its tokens is {0}, and {1} is asked.', rounded(confidence), least) }
    : { text: null, evidence, reason: said('The model is not sure enough: the mean probability of its tokens is {0}, and {1} is asked, so nothing is shown.', rounded(confidence), least) };
}

/** The judgement for the trace. `atToken`: tokens of the answer so far. */
export function ghostDecision({ text, evidence, reason }: Judgement, atToken: number): Decision {
  return { atToken, phase: 'solving', policy: GHOST_GATE, action: text === null ? 'withhold' : 'offer', evidence: [...evidence], reason };
}

/** The examples above the function that the text would be part of, run with it; only those that could be run. */
function examplesAround(prefix: string, text: string, suffix: string): { readonly held: number; readonly violated: readonly ExampleResult[] } {
  const before = prefix.split('\n').slice(-2 * MOST_LINES);
  const lines = `${before.join('\n')}${text}${suffix.split('\n').slice(0, MOST_LINES).join('\n')}`.split('\n');
  const lineOf = (index: number): string => lines[index] ?? '';
  const found = functionAround(lineOf, lines.length, before.length - 1);
  if (!found) return { held: 0, violated: [] };
  let first = found.first;
  while (first > 0 && lineOf(first - 1).trim().startsWith('//')) first -= 1;
  const examples = range(first, found.first - 1).map((index) => lineOf(index).trim()).filter((comment) => readExamples(comment).some(({ name }) => name === found.name));
  const { satisfied, violated } = checkAgainstExamples([...examples, ...dedented(range(found.first, found.last).map(lineOf))].join('\n'));
  // A sentence in place of a value: the interpreter could not tell.
  return { held: satisfied.length, violated: violated.filter(({ actual }) => typeof actual !== 'string') };
}

function examplesEvidence(held: number, broken: number): readonly Evidence[] {
  return held + broken === 0 ? [] : [{ signal: said('examples that hold'), value: held, threshold: held + broken }];
}

function confidenceEvidence(confidence: number | null, least: number | null): readonly Evidence[] {
  if (confidence === null) return [];
  return [
    { signal: said('answer confidence'), value: rounded(confidence), ...(least === null ? {} : { threshold: least }) },
    { signal: said('calibrated'), value: said('no, a raw figure of the model') },
  ];
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
