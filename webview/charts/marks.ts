/** The decisions that stand on the axis of thinking tokens, for charts to mark. */
import type { RunView } from '../../extension/trace/view.ts';
import { actionNames, policyName } from '../words.ts';
import type { Mark } from './line-chart.ts';

/** A decision to go on is not worth a line of its own: there may be one every few tokens. */
export function marksOf(decisions: RunView['decisions']): readonly Mark[] {
  return decisions.flatMap(({ phase, action, atToken, policy }) => (phase === 'thinking' && action !== 'continue' ? [{ atToken, words: `${policyName(policy)}: ${actionNames[action].toLowerCase()}` }] : []));
}
