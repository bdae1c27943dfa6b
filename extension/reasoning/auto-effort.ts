/**
 * Effort "auto": how hard to think, chosen from how long the thoughts are likely to get. Where the model predicts that itself (a Gamma head as in
 * Budget Guidance, arXiv 2506.13752), one token at high effort is asked for and the prediction before it decides; elsewhere only the prompt can be
 * looked at, and the decision says that this is a guess. The limits are our own choice, not published figures.
 */
import type { Decision, Effort } from '../trace/events.ts';
import { composeConversation, type Question } from './prompt.ts';
import type { Model, ModelCard, Token } from './port.ts';
import { likelyRemaining } from './signals/remaining-length.ts';
import { said } from '../trace/said.ts';

export interface ChosenEffort {
  readonly effort: Effort;
  readonly decision: Decision;
  /** Tokens that looking ahead took, to be paid as a probe. */
  readonly probed: number;
}

/** Predicted thoughts shorter than this share of the model's mean are little work; longer than the second are much. */
const LITTLE = 0.6;
const MUCH = 1.2;

/** Looks ahead where the model can, else at the prompt. Rejects as `Model.open` does. */
export async function chooseEffort(question: Question, model: Model, seed: number, signal: AbortSignal): Promise<ChosenEffort> {
  const { card } = model;
  const mean = card.fullThinkingTokens;
  if (card.thinking !== null && card.capabilities.remainingLength?.available === true && mean !== undefined) {
    const tokens = await predicted(question, model, seed, signal);
    if (tokens !== null) return byPrediction(tokens, mean);
  }
  return byPrompt(question, card);
}

async function predicted(question: Question, model: Model, seed: number, signal: AbortSignal): Promise<number | null> {
  const session = await model.open({ messages: composeConversation(question), effort: 'high', think: true, limits: { thinking: 1, solution: 1 } }, signal);
  try {
    const [token] = await model.tick([{ session, options: { sampler: model.card.defaultSampler, seed, remainingLength: true } }], signal);
    const prediction = (token as Token | undefined)?.remainingLength;
    return prediction ? likelyRemaining(prediction) : null;
  } finally {
    await session.close();
  }
}

function byPrediction(tokens: number, mean: number): ChosenEffort {
  const share = tokens / mean;
  const effort: Effort = share < LITTLE ? 'low' : share < MUCH ? 'medium' : 'high';
  const rounded = Math.round(tokens);
  const reason = said('The model expects to think about {0} tokens when it takes its time; its mean is {1}. So {2} effort was chosen.', rounded, Math.round(mean), words[effort]);
  return { effort, probed: 1, decision: { ...stamp, evidence: [{ signal: 'remaining-length', value: rounded, threshold: Math.round(mean * (effort === 'low' ? LITTLE : MUCH)) }], reason } };
}

const words: Readonly<Record<Effort, string>> = { low: said('low'), medium: said('medium'), high: said('high') };

const stamp = { atToken: 0, phase: 'idle', policy: 'effort-auto', action: 'choose-effort' } as const;

/** Characters of the question and its code. */
const SHORT = 400;
const LONG = 6000;
const HARD = /\b(?:why|prove|bug|wrong|fail\w*|fix|debug|race|deadlock|optimi[sz]e|refactor|design|algorithm|complexity|step by step)\b/i;

/** The length of the prompt and a few words in it: a rough guess, and said to be one. */
function byPrompt(question: Question, card: ModelCard): ChosenEffort {
  const length = question.question.length + (question.context?.code.length ?? 0);
  const hard = HARD.exec(question.question)?.[0];
  const effort: Effort = length > LONG || (hard !== undefined && length > SHORT) ? 'high' : hard === undefined && length <= SHORT ? 'low' : 'medium';
  const why = hard === undefined ? '' : said(' and asks “{0}”', hard.toLowerCase());
  const cannot = card.capabilities.remainingLength?.available === false ? card.capabilities.remainingLength.reason : said('{0} does not predict how long it will think.', card.name);
  return {
    effort,
    probed: 0,
    decision: { ...stamp, evidence: [{ signal: said('prompt characters'), value: length, threshold: effort === 'high' ? LONG : SHORT }], reason: said('A guess from the prompt alone, which has {0} characters{1}: {2} effort. {3}', length, why, words[effort], cannot) },
  };
}
