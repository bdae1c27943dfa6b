/**
 * Votes over the answers of several samples, and when to stop drawing them.
 *
 * Majority of equal answers: self-consistency, arXiv 2203.11171. Where every sample has a token confidence its vote weighs that much: DeepConf, arXiv
 * 2508.15260, with the mean over the sample. Stopping: adaptive consistency, arXiv 2305.11860, with its Beta criterion.
 */
import { normalizeAnswer } from '../signals/answer-convergence.ts';

export interface Vote {
  /** See `answerKey`. */
  readonly answer: string;
  /** Mean token confidence of the sample, nats. */
  readonly confidence?: number | undefined;
}

export interface Standing {
  readonly answer: string;
  readonly votes: number;
  /** Sum of the votes' weights; the number of votes where not every sample has a confidence. */
  readonly weight: number;
}

/** How sure the lead must be. */
export const SURE = 0.95;

/** The form in which answers of samples are compared: what is boxed or fenced if anything is, without emphasis; case matters. */
export function answerKey(text: string): string {
  const boxed = [...text.matchAll(/\\boxed\{([^{}]*)\}/g)].at(-1)?.[1];
  const fenced = [...text.matchAll(/```[^\n]*\n([\s\S]*?)(?:```|$)/g)].map((match) => match[1] ?? '').join('\n');
  const bare = boxed ?? (fenced.trim() === '' ? text : fenced);
  return normalizeAnswer(bare.replace(/(\*\*|__|`)(.+?)\1/g, '$2'));
}

/** Answers by weight, then by votes, then by who came first. */
export function tally(votes: readonly Vote[]): Standing[] {
  const weighted = votes.every(({ confidence }) => confidence !== undefined && confidence > 0);
  const standings = new Map<string, Standing>();
  for (const { answer, confidence = 0 } of votes) {
    const before = standings.get(answer) ?? { answer, votes: 0, weight: 0 };
    standings.set(answer, { answer, votes: before.votes + 1, weight: before.weight + (weighted ? confidence : 1) });
  }
  return [...standings.values()].sort((a, b) => b.weight - a.weight || b.votes - a.votes);
}

/**
 * Chance that the lead is real, given votes for the first and the second answer: the integral of x^first (1-x)^second from 1/2 to 1, over that
 * from 0 to 1. In closed form with n = first + second + 1: 2^-n times the sum of C(n, k) for k from 0 to first.
 */
export function leadIsReal(first: number, second: number): number {
  const n = first + second + 1;
  let term = 2 ** -n;
  let sum = term;
  for (let k = 1; k <= first; k += 1) {
    term *= (n - k + 1) / k;
    sum += term;
  }
  return sum;
}

/** Why no more samples are needed; null: they are. `left` may still come. */
export function settled(votes: readonly Vote[], left: number): 'sure' | 'decided' | null {
  const counts = tally(votes.map(({ answer }) => ({ answer }))).map((standing) => standing.votes);
  const [first = 0, second = 0] = counts;
  if (first === 0) return null;
  if (leadIsReal(first, second) >= SURE) return 'sure';
  // With weights the rest might still turn it.
  const weighted = votes.every(({ confidence }) => confidence !== undefined);
  return !weighted && first > second + left ? 'decided' : null;
}
