/** The figures of a token, from the logits it was chosen by and the extra outputs that came with them. */
import type { StepOptions, Token } from '../../reasoning/port.ts';
import { TOP_K, tokenConfidence } from '../../reasoning/signals/confidence.ts';
import type { HeadValues } from './heads.ts';
import { argmaxOf, bestOf, statsOf, topLogprobs } from './logits.ts';

/** What the raw logits say of the token that was chosen. */
export function figuresOf(logits: Float32Array, id: number, { logprob, entropy, confidence }: StepOptions): Pick<Token, 'logprob' | 'entropy' | 'confidence'> {
  if (!logprob && !entropy && !confidence) return {};
  const stats = statsOf(logits);
  const confident = confidence ? tokenConfidence(topLogprobs(logits, stats.logSumExp, TOP_K)) : null;
  return {
    ...(logprob ? { logprob: logits[id]! - stats.logSumExp } : {}),
    ...(entropy ? { entropy: stats.entropy } : {}),
    ...(confident === null ? {} : { confidence: confident }),
  };
}

/** What the model's extra outputs say of the place where the token was chosen. */
export function judgementOf(logits: Float32Array, heads: HeadValues, options: StepOptions): Pick<Token, 'selfEvaluation' | 'remainingLength' | 'earlyExits'> {
  const { selfEvaluation, remainingLength, earlyExits } = heads;
  return {
    ...(options.selfEvaluation && selfEvaluation !== undefined ? { selfEvaluation } : {}),
    ...(options.remainingLength && remainingLength ? { remainingLength } : {}),
    ...(options.earlyExits && earlyExits ? { earlyExits: agreement(logits, earlyExits) } : {}),
  };
}

/** Whether each early exit's first choice is the model's. Damaged logits agree with nothing. */
function agreement(logits: Float32Array, exits: readonly Float32Array[]): readonly boolean[] {
  const choice = argmaxOf(logits);
  return exits.map((exit) => bestOf(exit) === choice);
}
