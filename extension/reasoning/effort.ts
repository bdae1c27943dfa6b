/**
 * What an effort means: a share of the model's own full thinking length, and an instruction. (How soon it may end early: exits/preset.ts.)
 *
 * Shares 25 / 50 / 100 % follow ThinkDial's modes (arXiv 2508.18773); the wording and the absolute figures are our own. On a model that was
 * not trained for modes an effort is a cap and an instruction, not the published method, and the interface says so.
 */
import type { Budgets, Effort } from '../trace/events.ts';
import type { ModelCard } from './port.ts';

export interface EffortPreset {
  /** Share of the model's measured full thinking length. */
  readonly share: number;
  /** Thinking tokens when no length has been measured. */
  readonly fallbackThinking: number;
  /** System text for models that were not trained for modes. */
  readonly instruction: string;
}

export const effortPresets: Readonly<Record<Effort, EffortPreset>> = {
  low: {
    share: 0.25,
    fallbackThinking: 1024,
    instruction: 'Time is short. Think only as far as you must, do not double-check, and answer briefly.',
  },
  medium: {
    share: 0.5,
    fallbackThinking: 4096,
    instruction: 'Balance care and length: think where it matters, avoid repeating yourself, then answer.',
  },
  high: {
    share: 1,
    fallbackThinking: 16_384,
    instruction: 'Take all the time you need. Consider several approaches, check each step, and only then answer.',
  },
};

export const efforts: readonly Effort[] = ['low', 'medium', 'high'];

/** A trained model keeps its own length; the budget is a ceiling this many times its mean. Hard questions take two to three times the mean, so less would cut them. */
const TRAINED_HEADROOM = 3;
const DEFAULT_SOLUTION = 1024;
/** Where neither budget was set by the person, the answer's reserve takes at most this share of the room. */
const SOLUTION_SHARE_OF_ROOM = 0.25;
const SMALLEST_THINKING = 32;

/** Budgets an effort gives on a model, before the context's room is known. Units: tokens. */
export function effortBudgets(effort: Effort, card: ModelCard): Budgets {
  const preset = effortPresets[effort];
  const thinking =
    card.thinking === null
      ? 0
      : card.fullThinkingTokens === undefined
        ? preset.fallbackThinking
        : Math.max(SMALLEST_THINKING, Math.ceil(card.fullThinkingTokens * preset.share * TRAINED_HEADROOM));
  return { thinking, solution: Math.min(DEFAULT_SOLUTION, Math.floor(card.contextLength * SOLUTION_SHARE_OF_ROOM)) };
}

/** Thinking tokens this effort usually takes on the model: the share of its measured length, or the budget when nothing is measured. */
export function expectedThinking(effort: Effort, card: ModelCard, budget: number): number {
  if (card.fullThinkingTokens === undefined) return budget;
  return Math.min(budget, Math.round(card.fullThinkingTokens * effortPresets[effort].share));
}
