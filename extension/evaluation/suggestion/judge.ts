/**
 * The gate in front of every suggestion: it is offered only when our own interpreter confirms it and the model was sure enough. Showing
 * nothing is the normal case. A judgement has its evidence, so that the trace can say why.
 */
import type { Decision, Evidence } from '../../trace/events.ts';
import { codeOf } from '../answer-text.ts';
import { checkAgainstExamples } from '../interpreter/check.ts';
import { fillHole } from '../interpreter/hole.ts';
import { possibleRepairs } from '../interpreter/repair.ts';
import { InterpreterError } from '../interpreter/syntax.ts';
import { isRefusal } from '../world/refusal.ts';
import { lastPrinted, proven, provenPrint, provenRepair } from './prove.ts';
import { said } from '../../trace/said.ts';

export const suggestionSkills = ['complete', 'repair', 'predict'] as const;
export type SuggestionSkill = (typeof suggestionSkills)[number];

export interface Suggestion {
  readonly skill: SuggestionSkill;
  /** The code asked about: examples and function, or program. */
  readonly source: string;
  readonly answer: string;
  /** A budget cut the answer off. */
  readonly truncated: boolean;
  /** Geometric mean of the probabilities of the answer's tokens, 0 to 1; null where the model does not tell. */
  readonly confidence: number | null;
  /** Least confidence for it to be shown, from the model's own calibration; null where there is none. */
  readonly threshold: number | null;
}

export interface Judgement {
  /** What to put into the code; null: show nothing. For a repair the corrected line, without its indentation. */
  readonly text: string | null;
  readonly evidence: readonly Evidence[];
  /** A sentence for a person. */
  readonly reason: string;
}

export function judge(suggestion: Suggestion): Judgement {
  const { answer, truncated, confidence, threshold } = suggestion;
  const sure: Evidence[] = confidence === null ? [] : [{ signal: said('answer confidence'), value: rounded(confidence), ...(threshold === null ? {} : { threshold }) }];
  const nothing = (reason: string, evidence: readonly Evidence[] = []): Judgement => ({ text: null, evidence: [...evidence, ...sure], reason });
  if (truncated) return nothing(said('The answer was cut off, so nothing is shown.'));
  if (isRefusal(codeOf(answer))) return nothing(said('The model says that this is outside its world.'));
  const checked = confirm(suggestion);
  if (checked.text === null) return nothing(checked.reason, checked.evidence);
  if (threshold !== null && confidence !== null && confidence < threshold) {
    return nothing(said('It was confirmed, but the model was less sure than suggestions that turned out right, so nothing is shown.'), checked.evidence);
  }
  return { text: checked.text, evidence: [...checked.evidence, ...sure], reason: checked.reason };
}

/** The judgement as the decision that goes into the trace. `atToken`: tokens of the answer. */
export function decisionOf({ text, evidence, reason }: Judgement, atToken: number): Decision {
  return { atToken, phase: 'solving', policy: 'suggestion-gate', action: text === null ? 'withhold' : 'offer', evidence: [...evidence], reason };
}

function confirm({ skill, source, answer }: Suggestion): Judgement {
  switch (skill) {
    case 'complete': {
      const text = proven(source, answer);
      return examplesJudged(text, tried(() => fillHole(source, codeOf(answer))));
    }
    case 'repair': {
      const repair = provenRepair(source, answer);
      return examplesJudged(repair && (repair.source.split('\n')[repair.line] ?? '').trim(), repair?.source ?? possibleRepairs(source, codeOf(answer))[0]?.source ?? null);
    }
    case 'predict': {
      const printed = lastPrinted(source);
      const text = provenPrint(source, answer);
      const evidence: Evidence[] = printed === null ? [] : [{ signal: said('printed by the interpreter'), value: codeOf(answer), threshold: printed }];
      if (printed === null) return { text: null, evidence, reason: said('The program is outside what the interpreter can run, so nothing is shown.') };
      return text === null
        ? { text, evidence, reason: said('The model said {0} and the program prints {1}, so nothing is shown.', short(codeOf(answer)), printed) }
        : { text, evidence, reason: said('The program was run and prints {0}.', printed) };
    }
  }
}

function examplesJudged(text: string | null, source: string | null): Judgement {
  if (source === null) return { text: null, evidence: [], reason: said('The answer does not fit into the code, so nothing is shown.') };
  const { satisfied, violated } = checkAgainstExamples(source);
  const total = satisfied.length + violated.length;
  const evidence: Evidence[] = [{ signal: said('examples that hold'), value: satisfied.length, threshold: total }];
  const [first] = violated;
  if (text !== null && !first) return { text, evidence, reason: said('Every example was run and holds: {0} of {1}.', total, total) };
  return { text: null, evidence, reason: first ? said('{0} gives {1}, not {2}, so nothing is shown.', first.call, String(first.actual), first.expected) : said('No example could be run, so nothing is shown.') };
}

function tried(work: () => string): string | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof InterpreterError) return null;
    throw error;
  }
}


function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Model text in a sentence: one line, and not long. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}…` : line);
}
