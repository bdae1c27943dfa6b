/**
 * Answer convergence: do the last trial answers agree, without hesitation?
 *
 * Dynasor-CoT / certaindex, arXiv 2412.20993: with w the window, C_k = (1/w) * sum over the last w of [y_j = y_k]; here the streak of
 * equal answers is kept, so C_k = 1 exactly when the streak is at least w. Empty answers and answers that hesitate never agree.
 * The published test for hesitation is a substring test, so "no" fires inside "know"; ours looks at whole words, on purpose.
 */

const HESITATION = new Set(['wait', 'hold', 'but', 'okay', 'no', 'hmm']);

/** True when a trial answer contains a word of hesitation. Code may contain `no` only as a whole word too, which is rare enough. */
export function hesitates(text: string): boolean {
  return (text.toLowerCase().match(/[\p{L}']+/gu) ?? []).some((word) => HESITATION.has(word));
}

/** The form in which two trial answers are compared: white space and a closing full stop do not matter. */
export function normalizeAnswer(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/[.;]$/, '').trim();
}

export interface Convergence {
  /** How many of the latest trial answers in a row agree (0 when the latest does not count). */
  readonly streak: number;
  /** The answer they agree on. */
  readonly answer: string;
}

/** Streaming form. `convergenceOf` is the batch form; the two are equal on any input. */
export class AnswerConvergence {
  #streak = 0;
  #answer = '';

  add(trialAnswer: string): Convergence {
    const answer = normalizeAnswer(trialAnswer);
    if (answer === '' || hesitates(trialAnswer)) {
      this.#streak = 0;
      this.#answer = '';
    } else if (answer === this.#answer) {
      this.#streak += 1;
    } else {
      this.#streak = 1;
      this.#answer = answer;
    }
    return { streak: this.#streak, answer: this.#answer };
  }
}

/** Batch form: the streak at the end of a list of trial answers. */
export function convergenceOf(trialAnswers: readonly string[]): Convergence {
  const answers = trialAnswers.map((text) => (hesitates(text) ? '' : normalizeAnswer(text)));
  const last = answers.at(-1) ?? '';
  if (last === '') return { streak: 0, answer: '' };
  const differing = answers.findLastIndex((answer) => answer !== last);
  return { streak: answers.length - 1 - differing, answer: last };
}

/**
 * Certaindex of several samples: with n answers in groups of n_i equal ones and H = -sum (n_i/n) log(n_i/n), (log n - H)/log n: 1 when all
 * agree, 0 when all differ. Null for fewer than two answers.
 */
export function certaindex(groups: readonly number[]): number | null {
  const n = groups.reduce((sum, size) => sum + size, 0);
  if (n < 2) return null;
  const entropy = groups.reduce((sum, size) => (size === 0 ? sum : sum - (size / n) * Math.log(size / n)), 0);
  return (Math.log(n) - entropy) / Math.log(n);
}
