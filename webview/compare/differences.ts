/** What sets two runs apart, in sentences and as a table. Nothing here says which of them is better unless the interpreter found it out. */
import type { AnswerCheck } from '../../extension/trace/messages.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { checkWords, sameAnswer } from '../answers.ts';
import { formatCount, formatDuration, formatTokens, plural } from '../format.ts';
import { effortNames, interruptedName, outcomeNames, transitionSentence } from '../words.ts';
import { t } from '../l10n.ts';

export interface LaneRun {
  /** "Low effort". */
  readonly name: string;
  readonly view: RunView;
  readonly check: AnswerCheck | null;
  /** Nothing more comes: it ended, or its recording does. */
  readonly over: boolean;
}

export interface Row {
  readonly what: string;
  readonly values: readonly [string, string];
  /** Empty where they are the same. */
  readonly difference: string;
}

export interface Differences {
  readonly sentences: readonly string[];
  readonly rows: readonly Row[];
}

type Pair = readonly [LaneRun, LaneRun];

/** Of runs that still go on only what they were asked is told: the rest would change under the reader's eyes. */
export function differencesOf(pair: Pair): Differences {
  if (!pair.every(({ over }) => over)) return { sentences: askedWords(pair), rows: [] };
  return { sentences: [...askedWords(pair), ...answerWords(pair), ...thinkingWords(pair)], rows: [...textRows(pair), ...countRows(pair)] };
}

/** What to call the two, so that they are told apart by what sets them apart. */
export function laneNames([one, other]: readonly [{ readonly effort: string | null; readonly model: string | null }, { readonly effort: string | null; readonly model: string | null }]): readonly [string, string] {
  if (one.effort !== null && other.effort !== null && one.effort !== other.effort) return [t('{0} effort', one.effort), t('{0} effort', other.effort)];
  if (one.model !== null && other.model !== null && one.model !== other.model) return [one.model, other.model];
  return [t('First run'), t('Second run')];
}

/** Runs that were not asked the same, or not of the same model, cannot be held against each other as they are. */
function askedWords([one, other]: Pair): string[] {
  const [a, b] = [one.view.started, other.view.started];
  if (!a || !b) return [];
  const words: string[] = [];
  if (a.task.question !== b.task.question || a.task.context?.code !== b.task.context?.code) words.push(t('They were asked different questions.'));
  if (a.model.id !== b.model.id) words.push(t('Different models answered.'));
  if (a.seed !== b.seed && (a.sampler.temperature > 0 || b.sampler.temperature > 0)) words.push(t('Their random draws differ, so part of the difference may be chance.'));
  return words;
}

function answerWords([one, other]: Pair): string[] {
  const [a, b] = [one.view.answer.trim(), other.view.answer.trim()];
  if (a === '' && b === '') return [t('Neither has an answer.')];
  if (a === '' || b === '') return [t('Only {0} has an answer.', a === '' ? other.name : one.name)];
  const same = sameAnswer(a, b);
  const checks = [one, other].flatMap(({ name, check }) => (check ? [`${name} ${checkWords(check)}`] : []));
  return [same ? t('The answers are the same.') : t('The answers differ.'), ...(checks.length === 2 && !same ? [`${checks.join(', ')}.`] : [])];
}

function thinkingWords([one, other]: Pair): string[] {
  const [a, b] = [one.view.usage.thinking, other.view.usage.thinking];
  if (a === b) return [];
  const [more, less] = a > b ? [one, other] : [other, one];
  return [t('{0} thought {1} more than {2}.', more.name, plural(Math.abs(a - b), t('token'), t('tokens')), less.name)];
}

function textRows([one, other]: Pair): Row[] {
  const row = (what: string, of: (lane: LaneRun) => string): Row => {
    const values = [of(one), of(other)] as const;
    return { what, values, difference: values[0] === values[1] ? '' : 'differs' };
  };
  const rows = [
    row(t('Model'), ({ view }) => view.started?.model.name ?? '–'),
    row(t('Effort'), ({ view }) => (view.started ? effortNames[view.started.effort] : '–')),
    row(t('Thinking end'), thinkingEnd),
    row(t('Outcome'), ({ view }) => (view.outcome === null ? interruptedName : outcomeNames[view.outcome])),
  ];
  if (one.check || other.check) rows.push(row(t('Examples'), ({ check }) => (check ? checkWords(check) : '–')));
  return rows;
}

function thinkingEnd({ view }: LaneRun): string {
  const out = view.transitions.findLast(({ from }) => from === 'thinking');
  return out ? transitionSentence(out) : '–';
}

function countRows([one, other]: Pair): Row[] {
  const count = (what: string, of: (view: RunView) => number): Row => {
    const [a, b] = [of(one.view), of(other.view)];
    return { what, values: [formatTokens(a, one.view.usage.estimated), formatTokens(b, other.view.usage.estimated)], difference: signed(b - a, formatCount) };
  };
  return [
    count(t('Thinking'), ({ usage }) => usage.thinking),
    count(t('Trial answers'), ({ usage }) => usage.probes),
    count(t('Solution'), ({ usage }) => usage.solution),
    count(t('Budget'), ({ budgets }) => budgets.thinking),
    { what: t('Time'), values: [formatDuration(one.view.elapsedMs), formatDuration(other.view.elapsedMs)], difference: signed(other.view.elapsedMs - one.view.elapsedMs, formatDuration) },
  ];
}

function signed(difference: number, format: (value: number) => string): string {
  if (difference === 0) return '';
  return `${difference > 0 ? '+' : '−'}${format(Math.abs(difference))}`;
}
