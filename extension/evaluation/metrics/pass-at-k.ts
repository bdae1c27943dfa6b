/**
 * pass@k: the chance that at least one of k samples is right, estimated without bias from n samples of which c are right,
 * 1 - C(n-c, k) / C(n, k), in the product form that needs no large binomials (Chen et al. 2021, arXiv 2107.03374).
 */

/** `samples` n, `right` c (0 to n), `k` from 1 to n. */
export function passAtK(samples: number, right: number, k: number): number {
  if (k < 1 || k > samples || right < 0 || right > samples) throw new RangeError(`pass@${k} is not defined for ${right} right of ${samples} samples.`);
  // With fewer than k wrong samples every choice of k holds a right one; the product would reach it only up to rounding.
  if (samples - right < k) return 1;
  let allWrong = 1;
  for (let i = samples - right + 1; i <= samples; i += 1) allWrong *= 1 - k / i;
  return 1 - allWrong;
}
