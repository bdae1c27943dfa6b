/** What became of "what if it had gone on": whether ending there had been right, and what going on took. */
import type { AnswerCheck, RelatedRun } from '../../extension/trace/messages.ts';
import type { Outcome, Usage } from '../../extension/trace/events.ts';
import { checkWords, isRight, sameAnswer } from '../answers.ts';
import { plural } from '../format.ts';
import { outcomeNames } from '../words.ts';
import { t } from '../l10n.ts';

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
  const more = plural(later.usage.thinking, t('more thinking token'), t('more thinking tokens'));
  const estimate = estimateWords(end, later.usage.thinking);
  if (later.outcome === null) return { kind: 'open', title: t('Going on…'), detail: t('{0} so far.', more) };
  if (later.answer.trim() === '') return { kind: 'open', title: t('Nothing to compare'), detail: t('The run that went on gave no answer ({0}) after {1}.', outcomeNames[later.outcome].toLowerCase(), more) };
  if (earlier.answer.trim() === '') return { kind: 'open', title: t('Going on gave an answer'), detail: t('The earlier run had none; {0} gave one.', more) };
  if (sameAnswer(earlier.answer, later.answer)) {
    const wrong = isRight(later.check) === false ? t(' It breaks an example either way.') : '';
    // Thoughts that were cut once more say only that so much more of them changed nothing.
    if (later.cutShort) return { kind: 'same', title: t('The answer stayed the same'), detail: t('{0} gave the same answer, but these thoughts were cut short too.{1}{2}', more, wrong, estimate) };
    return { kind: 'same', title: t('Ending there had been right'), detail: t('{0} gave the same answer.{1}{2}', more, wrong, estimate) };
  }
  return { kind: 'changed', ...changed(earlier, later, more, estimate) };
}

/** Which of two answers is right is told only where the interpreter found it out. */
function changed(earlier: Side, later: Side, more: string, estimate: string): Pick<GoneOn, 'title' | 'detail'> {
  const [was, is] = [isRight(earlier.check), isRight(later.check)];
  const checks = earlier.check && later.check ? t(' The earlier answer {0}, the later one {1}.', checkWords(earlier.check), checkWords(later.check)) : '';
  const detail = t('{0} changed the answer.{1}{2}', more, checks, estimate);
  if (was === false && is === true) return { title: t('Ending there had been too early'), detail };
  if (was === true && is === false) return { title: t('Ending there had been right'), detail };
  return { title: t('Going on changed the answer'), detail: was === null || is === null ? t('{0} Which of the two is right is not known here.', detail) : detail };
}

function estimateWords(end: RelatedRun['end'], thought: number): string {
  if (end?.savedTokensEstimate === undefined) return '';
  const saved = Math.round(end.savedTokensEstimate);
  const guess = saved >= 0 ? t('{0} saved', plural(saved, t('token'), t('tokens'))) : t('{0} lost', plural(-saved, t('token'), t('tokens')));
  return t(' The estimate had been {0}, trial answers counted; the thoughts went on for {1}.', guess, plural(thought, t('token'), t('tokens')));
}
