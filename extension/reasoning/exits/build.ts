/** From a written exit policy to one that runs on a model: what the model cannot give is left out, and said. */
import type { ModelCard } from '../port.ts';
import { warmUp } from '../signals/entropy-after-end.ts';
import { signalAvailable } from '../signals/needs.ts';
import { AnswerConvergenceExit } from './answer-convergence.ts';
import { AfterExit, AllExit, AnyExit } from './compose.ts';
import { EntropyAfterEndExit } from './entropy-after-end.ts';
import { neverExit, type ExitPolicy } from './policy.ts';
import { SignalThresholdExit } from './signal-threshold.ts';
import { signalsOf, type ExitSpec } from './spec.ts';
import { TrialConfidenceExit } from './trial-confidence.ts';

/** Weight of the newest entropy where the policy does not say. */
export const ENTROPY_WEIGHT = 0.2;
/** Tokens between trial answers: an eighth of the thoughts, within these. */
const TRIALS = 8;
const SHORTEST_INTERVAL = 24;
const LONGEST_INTERVAL = 512;

export interface UsableSpec {
  /** Null when nothing of it can run on the model. */
  readonly spec: ExitSpec | null;
  /** Why parts of it were left out. */
  readonly missing: readonly string[];
}

/** The part of a policy that the model allows. A policy of which all must agree is lost with any of its parts. */
export function usableSpec(spec: ExitSpec, card: ModelCard): UsableSpec {
  switch (spec.policy) {
    case 'answer-convergence':
    case 'trial-answer-confidence':
    case 'entropy-after-end':
    case 'signal': {
      const reasons = signalsOf(spec).flatMap((name) => {
        const met = signalAvailable(card, name);
        return met.available ? [] : [met.reason];
      });
      return { spec: reasons.length === 0 ? spec : null, missing: [...new Set(reasons)] };
    }
    case 'any':
    case 'all': {
      const parts = spec.of.map((part) => usableSpec(part, card));
      const left = parts.flatMap((part) => part.spec ?? []);
      const lost = spec.policy === 'all' ? left.length < spec.of.length : left.length === 0;
      return { spec: lost ? null : { policy: spec.policy, of: left }, missing: [...new Set(parts.flatMap(({ missing }) => missing))] };
    }
    case 'after': {
      const { spec: then, missing } = usableSpec(spec.then, card);
      return { spec: then ? { ...spec, then } : null, missing };
    }
  }
}

/** Thinking tokens between trial answers where a policy does not say. */
export function trialInterval(expected: number): number {
  return Math.min(LONGEST_INTERVAL, Math.max(SHORTEST_INTERVAL, Math.round(expected / TRIALS)));
}

/** `expected`: thinking tokens the run is expected to take, which sets how often trial answers are asked for. */
export function buildExit(spec: ExitSpec | null, expected: number): ExitPolicy {
  if (!spec) return neverExit;
  const interval = trialInterval(expected);
  switch (spec.policy) {
    case 'answer-convergence':
      return new AnswerConvergenceExit({ window: spec.window, interval: spec.interval ?? interval });
    case 'trial-answer-confidence':
      return new TrialConfidenceExit({ atLeast: spec.atLeast, mean: spec.mean ?? 'arithmetic', interval: spec.interval ?? interval });
    case 'entropy-after-end':
      return new EntropyAfterEndExit({ below: spec.below, warmUp: spec.warmUp ?? warmUp(spec.weight ?? ENTROPY_WEIGHT) });
    case 'signal':
      return new SignalThresholdExit({
        signal: spec.signal,
        direction: spec.atLeast === undefined ? 'at-most' : 'at-least',
        threshold: spec.atLeast ?? spec.atMost ?? 0,
        times: spec.times ?? 1,
      });
    case 'any':
      return new AnyExit(spec.of.map((part) => buildExit(part, expected)));
    case 'all':
      return new AllExit(spec.of.map((part) => buildExit(part, expected)));
    case 'after':
      return new AfterExit(spec.tokens, buildExit(spec.then, expected));
  }
}

/** The weight of the newest entropy that the policy's first look past the end uses. */
export function entropyWeight(spec: ExitSpec | null): number {
  switch (spec?.policy) {
    case 'entropy-after-end':
      return spec.weight ?? ENTROPY_WEIGHT;
    case 'any':
    case 'all':
      return entropyWeight(spec.of.find((part) => signalsOf(part).includes('entropy-after-end')) ?? null);
    case 'after':
      return entropyWeight(spec.then);
    case 'answer-convergence':
    case 'trial-answer-confidence':
    case 'signal':
    case undefined:
      return ENTROPY_WEIGHT;
  }
}
