/** What came of the evaluation, as Markdown: it is printed, and written between markers. */
import { percent, range, signed, table, tokens } from '../wording.ts';
import type { Auc } from '../metrics/auc-interval.ts';
import { TARGETS, type Evaluated, type PolicyResult, type SignalResult } from './evaluate.ts';

export function exitsReport(found: Evaluated): string {
  const { whole, courses } = found;
  return [
    `${courses} held-out problems of the built-in world at high effort. Without any exit ${percent(whole.right)} are right, with ${tokens(whole.tokens)} tokens on average (thoughts, probes, closing text and answer).`,
    `Policies as they are, each beside plain cutting that takes as many tokens on average. Differences are in points, with paired bootstrap 95 % intervals:\n\n${policyTable(found)}`,
    `Signals. ROC-AUC of a right answer, had the thoughts ended at the place: over all places, and among the places of one problem. Then the share right at an average of ${TARGETS.map(percent).join(', ')} of the tokens, and what the signal adds there to plain cutting, in points:\n\n${signalTable(found)}`,
    verdict(found),
    ...inexact(found),
  ].join('\n\n');
}

function policyTable({ whole, policies }: Evaluated): string {
  const row = ({ name, outcome, cut, againstWhole, againstCut }: PolicyResult): string[] => [
    name, percent(outcome.right), tokens(outcome.tokens), tokens(outcome.probes), percent(outcome.early), `${signed(againstWhole.mean)} ${range(againstWhole, signed)}`, percent(cut.right), `${signed(againstCut.mean)} ${range(againstCut, signed)}`,
  ];
  return table(['policy', 'right', 'tokens', 'of them probes', 'ended early', 'against no exit', 'cutting', 'against cutting'], [['no exit', percent(whole.right), tokens(whole.tokens), '0', '0 %', '', '', ''], ...policies.map(row)]);
}

function signalTable({ signals }: Evaluated): string {
  const at = (one: PolicyResult | null): string => (one ? percent(one.outcome.right) : '-');
  const rows = signals.map(({ label, pooled, within, at: met, gain }) => [label, auc(pooled), auc(within), ...met.map(at), gain ? `${signed(gain.mean)} ${range(gain, signed)}` : '-']);
  return table(['signal', 'AUC over all', 'AUC within a problem', ...TARGETS.map((target) => `at ${percent(target)}`), 'against cutting'], rows);
}

function auc({ auc: value, low, high }: Auc): string {
  return value === null ? '-' : `${value.toFixed(2)} [${low.toFixed(2)} to ${high.toFixed(2)}]`;
}

/** Signals by what the intervals say: better than cutting for sure, worse for sure, or neither. */
export function sorted(signals: readonly SignalResult[]): { readonly help: readonly SignalResult[]; readonly harm: readonly SignalResult[]; readonly unsure: readonly SignalResult[]; readonly unmet: readonly SignalResult[] } {
  const own = signals.filter(({ signal }) => signal !== 'length');
  const met = own.filter(({ gain }) => gain !== null);
  return {
    help: met.filter(({ gain }) => gain!.low > 0),
    harm: met.filter(({ gain }) => gain!.high < 0),
    unsure: met.filter(({ gain }) => gain!.low <= 0 && gain!.high >= 0),
    unmet: own.filter(({ gain }) => gain === null),
  };
}

export function verdict({ signals }: Evaluated): string {
  const { help, harm, unsure, unmet } = sorted(signals);
  const names = (list: readonly SignalResult[]): string => list.map(({ label }) => label).join('; ');
  return [
    help.length === 0 ? 'No signal is shown to help on this model: with none of them is an exit surely more often right than plain cutting at the same average budget.' : `On this model these help, being more often right than plain cutting at the same average budget: ${names(help)}.`,
    ...(unsure.length === 0 ? [] : [`Not shown to help: ${names(unsure)}.`]),
    ...(harm.length === 0 ? [] : [`Worse than plain cutting: ${names(harm)}.`]),
    ...(unmet.length === 0 ? [] : [`No exit by itself, or none whose threshold comes near these budgets: ${names(unmet)}.`]),
  ].join(' ');
}

function inexact({ policies, signals }: Evaluated): string[] {
  const most = Math.max(0, ...[...policies, ...signals.flatMap(({ at }) => at)].map((one) => one?.outcome.inexact ?? 0));
  return most === 0 ? [] : [`In up to ${most} runs of a policy probes would have used up the budget between two recorded places; the nearest one stands for the end.`];
}
