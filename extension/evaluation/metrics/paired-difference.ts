/**
 * The difference between two proportions measured on the same problems, with Newcombe's interval: the square-and-add combination of two
 * Wilson intervals, corrected for how the two go together (Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10).
 */
import { wilson, type Interval } from './wilson.ts';

export interface PairedDifference extends Interval {
  /** Share of the first minus share of the second. */
  readonly difference: number;
  readonly pairs: number;
}

/** The 95 % interval of the first outcome's share minus the second's. Without pairs it says nothing: from -1 to 1. */
export function pairedDifference(outcomes: readonly (readonly [first: boolean, second: boolean])[]): PairedDifference {
  const pairs = outcomes.length;
  if (pairs === 0) return { difference: 0, low: -1, high: 1, pairs };
  const count = (first: boolean, second: boolean): number => outcomes.filter(([one, other]) => one === first && other === second).length;
  const both = count(true, true);
  const onlyFirst = count(true, false);
  const onlySecond = count(false, true);
  const neither = count(false, false);
  const first = (both + onlyFirst) / pairs;
  const second = (both + onlySecond) / pairs;
  const ofFirst = wilson(both + onlyFirst, pairs);
  const ofSecond = wilson(both + onlySecond, pairs);
  const phi = correlation(both, onlyFirst, onlySecond, neither);
  const difference = (onlyFirst - onlySecond) / pairs;
  return {
    difference,
    low: Math.max(-1, difference - combined(first - ofFirst.low, ofSecond.high - second, phi)),
    high: Math.min(1, difference + combined(ofFirst.high - first, second - ofSecond.low, phi)),
    pairs,
  };
}

/** Pearson's phi of the fourfold table, its numerator drawn towards zero by half the number of pairs where it is positive. */
function correlation(both: number, onlyFirst: number, onlySecond: number, neither: number): number {
  const product = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (product === 0) return 0;
  const excess = both * neither - onlyFirst * onlySecond;
  const half = (both + onlyFirst + onlySecond + neither) / 2;
  return (excess > half ? excess - half : Math.min(excess, 0)) / Math.sqrt(product);
}

function combined(one: number, other: number, phi: number): number {
  return Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other));
}
