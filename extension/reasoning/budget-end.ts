/**
 * How the thinking budget ends the thoughts. A bare cut costs an untrained model dearly (Elastic Reasoning, arXiv 2505.05315: 41.0 to 9.6
 * points at 1K + 1K tokens), so before it:
 *
 * soft    The model is asked in words to come to its end, and at the beginnings of lines the end tag's score gets a bias that grows as the
 *         budget runs out: most * max(0, used/budget - from) / (1 - from). Our own reduced form of guidance; it needs no training.
 * guided  Budget Guidance (arXiv 2506.13752): a next token is as likely as the model says, times the chance that what follows it fits the
 *         budget. The published predictor gives that chance per token of the vocabulary; ours gives one figure for going on, and after the end
 *         tag nothing follows, so guidance comes down to the end tag against all else: its score gets -log P(remaining <= budget left).
 *         Applied at the beginnings of lines, and only where the prediction is narrow enough to be trusted, as the authors do.
 */
import type { BudgetEnd } from '../trace/events.ts';
import type { SignalName } from '../trace/signals.ts';
import type { ModelCard } from './port.ts';
import { chanceWithin, isTrusted, likelyRemaining, type LengthPrediction } from './signals/remaining-length.ts';
import { said } from '../trace/said.ts';

export interface PlannedBudgetEnd {
  readonly kind: BudgetEnd;
  /** The phrase that asks the model to come to its end; empty for none. */
  readonly phrase: string;
  /** Whether the end tag may be made likelier. */
  readonly bias: boolean;
  /** What it comes to on this model, as sentences. */
  readonly words: string;
}

const DEFAULT_PHRASE = '\nI have little room left to think, so I come to my conclusion now.\n';
/** Share of the budget from which the end tag gets its bias, and the bias at the end, in logits. */
const RAMP_FROM = 0.7;
const RAMP_MOST = 8;
/** Guidance never pushes harder: beyond this the tag is certain anyway. */
const GUIDE_MOST = 12;
/** Tokens left at which the model is asked to come to its end: a share of the budget, within these. */
const WRAP_UP_SHARE = 0.1;
const WRAP_UP_LEAST = 24;
const WRAP_UP_MOST = 256;

/** `asked` undefined: cut where the model was trained for bare ends or a server would have to be asked anew, soft elsewhere. */
export function planBudgetEnd(asked: BudgetEnd | undefined, card: ModelCard): PlannedBudgetEnd {
  const { append, endTagBias, remainingLength } = card.capabilities;
  const kind = asked ?? (card.effort === 'trained' || card.backend === 'remote' ? 'cut' : 'soft');
  const canBias = endTagBias?.available === true;
  if (kind === 'guided' && canBias && remainingLength?.available) {
    return { kind, phrase: '', bias: true, words: said('Near the end of its budget the end of the thoughts becomes likelier, by the model’s own prediction of what it still needs, where that is narrow enough to be trusted.') };
  }
  const instead = kind === 'guided' ? `${remainingLength?.available === false ? remainingLength.reason : said('Guidance needs a model that predicts how long it will think.')} ` : '';
  const phrase = kind !== 'cut' && append.available ? (card.thinking?.wrapUpPhrase ?? phraseFor(card)) : '';
  if (kind === 'cut' || (phrase === '' && !canBias)) return { kind: 'cut', phrase: '', bias: false, words: instead + said('Thoughts that reach their budget are closed there.') };
  return { kind: 'soft', phrase, bias: canBias, words: instead + softWords(phrase !== '', canBias) };
}

function softWords(asks: boolean, biases: boolean): string {
  if (!biases) return said('Near the end of its budget the model is asked to come to its end.');
  if (!asks) return said('Near the end of its budget the end of the thoughts becomes likelier.');
  return said('Near the end of its budget the model is asked to come to its end, and the end of the thoughts becomes likelier.');
}

/** A model trained for efforts knows how its own thoughts go: words of ours in between would lead it elsewhere. */
function phraseFor({ effort }: ModelCard): string {
  return effort === 'trained' ? '' : DEFAULT_PHRASE;
}

/** Signals that the budget's end reads and tells. */
export function signalsOfBudgetEnd({ kind, bias }: PlannedBudgetEnd): SignalName[] {
  return [...(bias ? (['end-tag-bias'] as const) : []), ...(kind === 'guided' ? (['remaining-length'] as const) : [])];
}

/** The ramp, in logits. `used` and `budget` in tokens. */
export function rampBias(used: number, budget: number): number {
  return budget === 0 ? 0 : RAMP_MOST * Math.max(0, Math.min(1, used / budget) - RAMP_FROM) / (1 - RAMP_FROM);
}

/** Guidance, in logits; 0 without a trusted prediction. `left`: thinking tokens that may still be spent. */
export function guidanceBias(prediction: LengthPrediction | null, left: number): number {
  if (!prediction || !isTrusted(prediction)) return 0;
  const chance = chanceWithin(prediction, left);
  return chance > 0 ? Math.min(GUIDE_MOST, -Math.log(chance)) : GUIDE_MOST;
}

/** What the model predicts it still needs, where that can be trusted. Tokens. */
export function predictedNeed(prediction: LengthPrediction | null): number | null {
  return prediction && isTrusted(prediction) ? likelyRemaining(prediction) : null;
}

/** Tokens left at which the model is asked to come to its end; 0 where the budget is too small for it. */
export function wrapUpRoom(budget: number): number {
  const room = Math.min(WRAP_UP_MOST, Math.max(WRAP_UP_LEAST, Math.round(budget * WRAP_UP_SHARE)));
  return budget >= 4 * room ? room : 0;
}
