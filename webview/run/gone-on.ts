/** What became of "what if it had gone on": whether ending there had been right, and what going on took. */
import type { AnswerCheck, RelatedRun } from '../../extension/trace/messages.ts';
import type { Outcome, Usage } from '../../extension/trace/events.ts';
import { checkWords, isRight, sameAnswer } from '../answers.ts';
import { plural } from '../format.ts';
import { outcomeNames } from '../words.ts';

/** What has to be known of each of the two runs. */
export interface Side {
  readonly outcome: Outcome | null;
  /** Something else than the model ended its thoughts. */
  readonly cutShort: boolean;
  readonly answer: string;
  readonly usage: Usage;
  readonly check: AnswerCheck | null;
}

/** `same`: ending there cost nothing. `changed`: the answer is another one. `open`: there is nothing to compare yet, or ever. */
export interface GoneOn {
  readonly kind: 'same' | 'changed' | 'open';
  readonly title: string;
  readonly detail: string;
}

export function goneOn(earlier: Side, later: Side, end: RelatedRun['end']): GoneOn {
  const more = plural(later.usage.thinking, 'more thinking token', 'more thinking tokens');
  const estimate = estimateWords(end, later.usage.thinking);
  if (later.outcome === null) return { kind: 'open', title: 'Going on…', detail: `${more} so far.` };
  if (later.answer.trim() === '') return { kind: 'open', title: 'Nothing to compare', detail: `The run that went on gave no answer (${outcomeNames[later.outcome].toLowerCase()}) after ${more}.` };
  if (earlier.answer.trim() === '') return { kind: 'open', title: 'Going on gave an answer', detail: `The earlier run had none; ${more} gave one.` };
  if (sameAnswer(earlier.answer, later.answer)) {
    const wrong = isRight(later.check) === false ? ' It breaks an example either way.' : '';
    // Thoughts that were cut once more say only that so much more of them changed nothing.
    if (later.cutShort) return { kind: 'same', title: 'The answer stayed the same', detail: `${more} gave the same answer, but these thoughts were cut short too.${wrong}${estimate}` };
    return { kind: 'same', title: 'Ending there had been right', detail: `${more} gave the same answer.${wrong}${estimate}` };
  }
  return { kind: 'changed', ...changed(earlier, later, more, estimate) };
}

/** Which of two answers is right is told only where the interpreter found it out. */
function changed(earlier: Side, later: Side, more: string, estimate: string): Pick<GoneOn, 'title' | 'detail'> {
  const [was, is] = [isRight(earlier.check), isRight(later.check)];
  const checks = earlier.check && later.check ? ` The earlier answer ${checkWords(earlier.check)}, the later one ${checkWords(later.check)}.` : '';
  const detail = `${more} changed the answer.${checks}${estimate}`;
  if (was === false && is === true) return { title: 'Ending there had been too early', detail };
  if (was === true && is === false) return { title: 'Ending there had been right', detail };
  return { title: 'Going on changed the answer', detail: was === null || is === null ? `${detail} Which of the two is right is not known here.` : detail };
}

function estimateWords(end: RelatedRun['end'], thought: number): string {
  if (end?.savedTokensEstimate === undefined) return '';
  const saved = Math.round(end.savedTokensEstimate);
  const guess = saved >= 0 ? `${plural(saved, 'token', 'tokens')} saved` : `${plural(-saved, 'token', 'tokens')} lost`;
  return ` The estimate had been ${guess}, trial answers counted; the thoughts went on for ${plural(thought, 'token', 'tokens')}.`;
}
