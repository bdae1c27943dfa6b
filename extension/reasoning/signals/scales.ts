/**
 * Sizes that fit a model's thoughts. The published ones (chunks of 500 tokens, windows of 2048) are for thoughts of 10,000 tokens and would
 * measure nothing on a model that thinks 100. They follow the model, not the effort or the budget, so that figures of one model can
 * be compared.
 */
import type { ModelCard } from '../port.ts';

export interface SignalScales {
  /** Tokens per chunk of the latent trajectory. Published: 500. */
  readonly chunk: number;
  /** Tokens per group of token confidence. Published: 2048. */
  readonly window: number;
  /** Tokens between two measurements: at the end of a line after `least`, anywhere after `most`. */
  readonly least: number;
  readonly most: number;
}

/** `budget` is what the run may think, for a model whose usual length is not known. Units: tokens. */
export function signalScales(card: ModelCard, budget: number): SignalScales {
  const full = card.fullThinkingTokens ?? budget;
  // Fine enough for low effort, which thinks a quarter of it.
  const least = within(full / 64, 4, 96);
  return { chunk: trajectoryChunk(full), window: within(full / 4, 16, 2048), least, most: 3 * least };
}

/** Tokens per chunk of the latent trajectory of a model that thinks about so many. */
export function trajectoryChunk(full: number): number {
  return within(full / 16, 8, 500);
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)));
}
