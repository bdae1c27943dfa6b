/** Whether two answers say the same, and whether one of them is known to be right. */
import type { AnswerCheck } from '../extension/trace/messages.ts';
import { formatCount } from './format.ts';

/** White space, a fence around code and a closing full stop or semicolon make no other answer. */
function plain(answer: string): string {
  return answer.replace(/^```\w*\n([\s\S]*?)\n?```$/, '$1').replace(/\s+/g, ' ').trim().replace(/[.;]$/, '').trim();
}

export function sameAnswer(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

/** "holds on all 2 examples", "holds on 1 of 2 examples". */
export function checkWords({ holds, total }: AnswerCheck): string {
  if (total === 1) return holds === 1 ? 'holds on the one example' : 'breaks the one example';
  return holds === total ? `holds on all ${formatCount(total)} examples` : `holds on ${formatCount(holds)} of ${formatCount(total)} examples`;
}

export function isRight(check: AnswerCheck | null): boolean | null {
  return check && check.holds === check.total;
}
