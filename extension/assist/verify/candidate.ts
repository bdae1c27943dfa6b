/** What a candidate's answer makes of the file, and how large the change is. Pure. */
import { judge } from '../../evaluation/suggestion/judge.ts';
import { provenRepair } from '../../evaluation/suggestion/prove.ts';
import type { Verify } from '../../runs/service.ts';
import { fencedCode, indentedLike } from '../actions/request.ts';
import { diffLines, splitLines } from '../review/line-diff.ts';
import { correctedLine, faultsIn } from '../world/fault.ts';
import { linesOfText } from '../world/lines.ts';
import { said } from '../../trace/said.ts';

export type Candidate = { readonly text: string; readonly changedLines: number } | { readonly none: string };

/** The file with the answer's change, or why there is none. */
export function candidateOf({ text, change }: Pick<Verify, 'text' | 'change'>, answer: string, truncated: boolean): Candidate {
  if (truncated) return { none: said('The answer was cut off.') };
  const made = change.kind === 'lines' ? withLines(text, change, answer) : withRepair(text, change.exampleLine, answer);
  if ('none' in made) return made;
  const changedLines = linesChanged(text, made.text);
  return changedLines === 0 ? { none: said('It changes nothing.') } : { text: made.text, changedLines };
}

function withLines(text: string, { first, last }: { readonly first: number; readonly last: number }, answer: string): { readonly text: string } | { readonly none: string } {
  const code = fencedCode(answer);
  if (code === null) return { none: said('The answer has no block of code.') };
  const lines = splitLines(text);
  const asked = lines.slice(first, last + 1).join('\n');
  return { text: [...lines.slice(0, first), ...indentedLike(code, asked).split('\n'), ...lines.slice(last + 1)].join(lineEndOf(text)) };
}

/** Confirmed by the interpreter first: what does not hold on the examples is not worth a run of the tests. */
function withRepair(text: string, exampleLine: number, answer: string): { readonly text: string } | { readonly none: string } {
  const lines = linesOfText(text);
  const fault = faultsIn(lines).find((one) => one.exampleLine === exampleLine);
  if (!fault) return { none: said('The example is not there any more.') };
  const { text: line, reason } = judge({ skill: 'repair', source: fault.source, answer, truncated: false, confidence: null, threshold: null });
  const repair = line === null ? null : provenRepair(fault.source, answer);
  const corrected = repair && correctedLine(fault, lines, repair.source, repair.line);
  if (!corrected) return { none: reason };
  return { text: splitLines(text).with(corrected.line, corrected.text).join(lineEndOf(text)) };
}

/** Lines taken away and added. */
export function linesChanged(before: string, after: string): number {
  return diffLines(splitLines(before), splitLines(after)).reduce((sum, { removed, added }) => sum + removed.length + added.length, 0);
}

function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
