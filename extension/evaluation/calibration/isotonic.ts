/**
 * Isotonic regression: the monotone curve with the least squared error, by pooling adjacent violators (Ayer et al. 1955, Ann. Math. Stat.
 * 26:641-647; as a calibration: Zadrozny and Elkan 2002, KDD).
 */
import type { Labelled } from '../exits/scored.ts';
import type { ProbabilityMap } from '../../reasoning/calibration.ts';

interface Block {
  from: number;
  to: number;
  right: number;
  count: number;
}

/** The curve by ascending value; `rising` says which way. A flat piece is two points, and between pieces it is linear. */
export function isotonicMap(labels: readonly Labelled[], rising: boolean): ProbabilityMap {
  const blocks: Block[] = [];
  for (const block of byValue(labels)) {
    let last = block;
    for (let before = blocks.at(-1); before && violates(before, last, rising); before = blocks.at(-1)) {
      blocks.pop();
      last = { from: before.from, to: last.to, right: before.right + last.right, count: before.count + last.count };
    }
    blocks.push(last);
  }
  return blocks.flatMap(({ from, to, right, count }): ProbabilityMap => (from === to ? [[from, right / count]] : [[from, right / count], [to, right / count]]));
}

function violates(before: Block, last: Block, rising: boolean): boolean {
  const difference = last.right / last.count - before.right / before.count;
  return rising ? difference <= 0 : difference >= 0;
}

/** Labels of equal value are one block: no curve can tell them apart. */
function byValue(labels: readonly Labelled[]): Block[] {
  const blocks: Block[] = [];
  for (const { value, right } of [...labels].sort((a, b) => a.value - b.value)) {
    const last = blocks.at(-1);
    if (last?.to === value) {
      last.right += Number(right);
      last.count += 1;
    } else blocks.push({ from: value, to: value, right: Number(right), count: 1 });
  }
  return blocks;
}
