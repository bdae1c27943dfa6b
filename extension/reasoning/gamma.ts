/** The Gamma distribution, as far as Budget Guidance needs it. */

/** Lanczos coefficients for g = 7, n = 9 (Numerical Recipes, third edition, 6.1); relative error below 1e-14 for positive arguments. */
const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7] as const;
const MOST_TERMS = 1000;
const PRECISE = 1e-15;

/** log(Gamma(x)) for x > 0. */
export function logGamma(x: number): number {
  const shifted = x - 1;
  const base = shifted + 7.5;
  const sum = LANCZOS.reduce((total, coefficient, i) => (i === 0 ? coefficient : total + coefficient / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

/**
 * Probability that a Gamma variable with shape `alpha` and rate `lambda` is at most `x`: the regularised lower incomplete gamma function
 * P(alpha, lambda * x), by its series below alpha + 1 and by the continued fraction above (Numerical Recipes, third edition, 6.2).
 */
export function gammaCdf(x: number, alpha: number, lambda: number): number {
  const z = lambda * x;
  if (!(alpha > 0) || !(lambda > 0) || Number.isNaN(z)) return NaN;
  if (z <= 0) return 0;
  if (z === Infinity) return 1;
  const scale = Math.exp(alpha * Math.log(z) - z - logGamma(alpha));
  return Math.min(1, Math.max(0, z < alpha + 1 ? scale * series(z, alpha) : 1 - scale * continuedFraction(z, alpha)));
}

function series(z: number, alpha: number): number {
  let term = 1 / alpha;
  let sum = term;
  for (let n = 1; n <= MOST_TERMS && Math.abs(term) > Math.abs(sum) * PRECISE; n += 1) {
    term *= z / (alpha + n);
    sum += term;
  }
  return sum;
}

function continuedFraction(z: number, alpha: number): number {
  const tiny = 1e-300;
  let b = z + 1 - alpha;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n <= MOST_TERMS; n += 1) {
    const a = -n * (n - alpha);
    b += 2;
    d = 1 / nonZero(a * d + b, tiny);
    c = nonZero(b + a / c, tiny);
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < PRECISE) break;
  }
  return h;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
