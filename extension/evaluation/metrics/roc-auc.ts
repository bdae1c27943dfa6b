/**
 * The area under the ROC curve as the chance that a right answer scores higher than a wrong one, ties counting half
 * (Hanley and McNeil 1982, Radiology 143:29-36; the Mann-Whitney statistic over all pairs).
 *
 * Pooled over problems it also rewards a score that only knows which problems are easy. Within problems only answers to the same problem
 * are compared, which is what choosing between samples needs.
 */

export interface Scored {
  readonly score: number;
  readonly right: boolean;
}

/** Null where there are no pairs of a right and a wrong answer. */
export function rocAuc(answers: readonly Scored[]): number | null {
  const { wins, pairs } = comparisons(answers);
  return pairs === 0 ? null : wins / pairs;
}

/** `problems` holds the answers to each. Every pair weighs the same, so a problem counts by how many pairs it has. */
export function rocAucWithin(problems: readonly (readonly Scored[])[]): number | null {
  let wins = 0;
  let pairs = 0;
  for (const answers of problems) {
    const own = comparisons(answers);
    wins += own.wins;
    pairs += own.pairs;
  }
  return pairs === 0 ? null : wins / pairs;
}

/** Counted along the sorted scores, so that many answers take no square of their number. */
function comparisons(answers: readonly Scored[]): { wins: number; pairs: number } {
  const sorted = [...answers].sort((a, b) => a.score - b.score);
  let wins = 0;
  let wrongBelow = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    let right = 0;
    while (to < sorted.length && sorted[to]?.score === sorted[from]?.score) {
      right += sorted[to]?.right === true ? 1 : 0;
      to += 1;
    }
    const wrong = to - from - right;
    wins += right * (wrongBelow + wrong / 2);
    wrongBelow += wrong;
    from = to;
  }
  return { wins, pairs: wrongBelow * (sorted.length - wrongBelow) };
}
