/**
 * Which of several models a question goes to: the cheapest that keeps the asked bounds, and this machine before servers where they cost the same. Pure. Every
 * figure is the most a request can come to by its budgets, so an estimate; what is not known is said and not made up.
 */
import type { Decision, Evidence } from '../../trace/events.ts';
import { said } from '../../trace/said.ts';
import { moneyText } from '../cost.ts';

export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly place: 'local' | 'remote';
  /** The most it can cost; null: no price has been entered. */
  readonly cost: number | null;
  /** The most seconds it can take; null: its speed has not been measured yet. */
  readonly seconds: number | null;
  /** Why it cannot be asked this, as a sentence; absent: it can. */
  readonly cannot?: string | undefined;
}

/** Null is no bound; 0 is one that is used up. */
export interface Bounds {
  readonly cost: number | null;
  readonly seconds: number | null;
  /** What costs are in. */
  readonly currency: string;
}

export interface ChosenModel {
  readonly candidate: Candidate;
  readonly decision: Decision;
}

/** unknown: there is a bound that cannot be checked. */
type Standing = 'keeps' | 'unknown' | 'exceeds' | 'cannot';

export const AUTOMATIC = 'automatic';

/** Null where every candidate is known to exceed a bound, or cannot be asked. `before`: what the decision rests on beside the forecasts. */
export function chooseModel(candidates: readonly Candidate[], bounds: Bounds, before: { readonly reason: string; readonly evidence: readonly Evidence[] } = { reason: '', evidence: [] }): ChosenModel | null {
  const [candidate] = inOrder(candidates, bounds);
  if (!candidate) return null;
  const reason = [before.reason, whyChosen(candidate, candidates, bounds), ...leftOut(candidates, bounds)].filter((text) => text !== '').join(' ');
  const evidence = [...before.evidence, ...candidates.flatMap((each) => forecastOf(each, bounds))];
  return { candidate, decision: { atToken: 0, phase: 'idle', policy: AUTOMATIC, action: 'choose-model', evidence, reason } };
}

/** Those that may be asked, best first. One whose bounds cannot be checked comes after all that keep them. */
export function inOrder(candidates: readonly Candidate[], bounds: Bounds): Candidate[] {
  const may = candidates.filter((each) => ['keeps', 'unknown'].includes(standing(each, bounds)));
  const rank = (each: Candidate): number => (standing(each, bounds) === 'keeps' ? 0 : 1);
  return may.sort((a, b) => rank(a) - rank(b) || knownFirst(a.cost, b.cost) || Number(a.place === 'remote') - Number(b.place === 'remote') || knownFirst(a.seconds, b.seconds));
}

/** The sentence where no candidate may be asked. */
export function noneKeeps(candidates: readonly Candidate[], bounds: Bounds): string {
  return [said('No model keeps the bounds set for Automatic.'), ...leftOut(candidates, bounds), said('Raise a bound, lower a budget, or choose a model yourself.')].join(' ');
}

function standing({ cost, seconds, cannot }: Candidate, bounds: Bounds): Standing {
  if (cannot !== undefined) return 'cannot';
  const pairs = [[cost, bounds.cost], [seconds, bounds.seconds]] as const;
  if (pairs.some(([most, bound]) => bound !== null && (most === null ? bound <= 0 : most > bound))) return 'exceeds';
  return pairs.some(([most, bound]) => most === null && bound !== null) ? 'unknown' : 'keeps';
}

/** Ascending; what is not known comes last. */
function knownFirst(a: number | null, b: number | null): number {
  return a === b ? 0 : a === null ? 1 : b === null ? -1 : a - b;
}

function whyChosen({ name, place, cost, seconds }: Candidate, candidates: readonly Candidate[], bounds: Bounds): string {
  const time = seconds === null ? said('Its speed has not been measured yet, so no time is forecast.') : said('It takes {0} at most.', inSeconds(seconds));
  return [said('Automatic asks {0}.', name), whatItCosts({ place, cost }, candidates.length > 1, bounds), time, ...unchecked({ cost, seconds }, bounds)].join(' ');
}

function whatItCosts({ place, cost }: Pick<Candidate, 'place' | 'cost'>, others: boolean, { currency }: Bounds): string {
  if (cost === null) return said('No price has been entered for it.');
  if (place === 'local') return said('It runs on this machine and costs nothing.');
  const money = moneyText(cost, currency, true);
  return others ? said('It costs {0} at most, the least there is within the bounds.', money) : said('It costs {0} at most.', money);
}

function unchecked({ cost, seconds }: Pick<Candidate, 'cost' | 'seconds'>, bounds: Bounds): string[] {
  const [noCost, noTime] = [cost === null && bounds.cost !== null, seconds === null && bounds.seconds !== null];
  if (noCost && noTime) return [said('So the bound on cost and time could not be checked, and no other model is known to keep it.')];
  if (noCost) return [said('So the bound on cost could not be checked, and no other model is known to keep it.')];
  return noTime ? [said('So the bound on time could not be checked, and no other model is known to keep it.')] : [];
}

function leftOut(candidates: readonly Candidate[], bounds: Bounds): string[] {
  return candidates.flatMap((each) => {
    const { name, cost, seconds, cannot } = each;
    if (cannot !== undefined) return [said('{0} was left out: {1}', name, cannot)];
    if (standing(each, bounds) !== 'exceeds') return [];
    const over = [
      ...(cost !== null && bounds.cost !== null && cost > bounds.cost ? [said('cost {0}, more than {1}', moneyText(cost, bounds.currency, true), moneyText(bounds.cost, bounds.currency, false))] : []),
      ...(seconds !== null && bounds.seconds !== null && seconds > bounds.seconds ? [said('take {0}, more than {1}', inSeconds(seconds), inSeconds(bounds.seconds))] : []),
      ...(cost === null && bounds.cost !== null && bounds.cost <= 0 ? [said('cost more than nothing, and the bound on cost is used up')] : []),
      ...(seconds === null && bounds.seconds !== null && bounds.seconds <= 0 ? [said('take longer than no time, and the bound on time is used up')] : []),
    ];
    return [said('{0} was left out: it may {1}.', name, over.reduce((all, one) => said('{0}, and {1}', all, one)))];
  });
}

function forecastOf({ name, cost, seconds, cannot }: Candidate, bounds: Bounds): Evidence[] {
  if (cannot !== undefined) return [{ signal: name, value: cannot }];
  return [
    { signal: said('{0}: most it costs, {1}', name, bounds.currency), value: cost === null ? said('no price entered') : Number(cost.toPrecision(4)), ...(bounds.cost === null ? {} : { threshold: bounds.cost }) },
    { signal: said('{0}: most seconds', name), value: seconds === null ? said('not measured yet') : Math.round(seconds * 10) / 10, ...(bounds.seconds === null ? {} : { threshold: bounds.seconds }) },
  ];
}

function inSeconds(seconds: number): string {
  return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
}
