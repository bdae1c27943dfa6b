/** Whether two answers say the same, and whether one of them is known to be right. */
import type { AnswerCheck } from '../extension/trace/messages.ts';
import { formatCount } from './format.ts';
import { t } from './l10n.ts';

/** White space, a fence around code and a closing full stop or semicolon make no other answer. */
function plain(answer: string): string {
  return answer.replace(/^```\w*\n([\s\S]*?)\n?```$/, '$1').replace(/\s+/g, ' ').trim().replace(/[.;]$/, '').trim();
}

export function sameAnswer(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

/** "holds on all 2 examples", "holds on 1 of 2 examples". */
export function checkWords({ holds, total }: AnswerCheck): string {
  if (total === 1) return holds === 1 ? t('holds on the one example') : t('breaks the one example');
  return holds === total ? t('holds on all {0} examples', formatCount(total)) : t('holds on {0} of {1} examples', formatCount(holds), formatCount(total));
}

export function isRight(check: AnswerCheck | null): boolean | null {
  return check && check.holds === check.total;
}
