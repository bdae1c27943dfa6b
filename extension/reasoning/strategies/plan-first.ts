/**
 * Strategy "plan first": the model splits the question into parts and says how hard each is, the thinking budget is dealt out among them, and the
 * question is asked together with the parts and what each may take. Plan-and-Budget, arXiv 2505.16122, whose two questions are one here, and whose
 * amounts are requests only; here the whole is a budget all the same, kept token by token.
 */
import type { Decision } from '../../trace/events.ts';
import type { ChatMessage, Model } from '../port.ts';
import { dealtOut } from './budget-shares.ts';
import { said } from '../../trace/said.ts';

export interface Part {
  readonly text: string;
  /** How hard it is beside the others. */
  readonly credit: number;
}

export interface Planned {
  /** Empty where the reply was no plan. */
  readonly parts: readonly Part[];
  /** Tokens of the reply, to be paid as a probe. */
  readonly tokens: number;
}

/** Share of the thinking budget that a plan may take, and tokens at most. */
const SHARE = 0.25;
const MOST = 400;
/** A plan of fewer tokens says nothing. */
const LEAST = 24;
const PARTS = { least: 2, most: 6 };
/** People and models think of lengths in words: about three to four tokens, in English. */
const WORDS_PER_TOKEN = 0.75;

const ASK = `Do not solve this yet. Split it into ${PARTS.least} to ${PARTS.most} parts to be thought through one after the other, as few as it needs. Write one part a line, numbered, as a short question, and after it in brackets how hard it is, as points out of 100 for all parts together. Write nothing else. For example:
1. What does the function return for an empty list? [20]
2. Which branch is wrong, and why? [80]`;

export function planTokens(thinking: number): number {
  return Math.min(MOST, Math.floor(thinking * SHARE));
}

/** Asks for a plan, without thoughts. Rejects as `Model.open` does. */
export async function planFirst(messages: readonly ChatMessage[], model: Model, limit: number, seed: number, signal: AbortSignal): Promise<Planned> {
  if (limit < LEAST) return { parts: [], tokens: 0 };
  const { thinking } = model.card;
  const session = await model.open({ messages: withLast(messages, (question) => `${question}\n\n${ASK}`), effort: 'low', think: false, limits: { thinking: 0, solution: limit } }, signal);
  try {
    let inside = session.prompt.opensThinking;
    if (inside && thinking && model.card.capabilities.append.available) {
      await session.append(`${thinking.closingPhrase}${thinking.close}${thinking.afterClose}`, signal);
      inside = false;
    }
    let text = '';
    let tokens = 0;
    while (tokens < limit) {
      const token = await session.step({ sampler: model.card.defaultSampler, seed }, signal);
      tokens += token.count;
      if (token.mark === 'end' || token.mark === 'cut') break;
      if (token.mark === 'thinking-start') inside = true;
      else if (token.mark === 'thinking-end') inside = false;
      else if (!inside) text += token.text;
    }
    return { parts: partsOf(text), tokens };
  } finally {
    await session.close();
  }
}

/** Numbered lines. A part without points counts as an average one. */
export function partsOf(text: string): Part[] {
  const found = [...text.matchAll(/^\s*(?:\*\*)?\d{1,2}[.)](?:\*\*)?\s+(\S.*?)\s*(?:\[\s*(\d{1,3})\s*(?:points?|%)?\s*\])?\s*$/gm)].map(([, words = '', points]) => ({ text: words.slice(0, 200), points: points === undefined ? null : Number(points) }));
  if (found.length < PARTS.least || found.length > PARTS.most) return [];
  const known = found.flatMap(({ points }) => points ?? []);
  const usual = known.length === 0 ? 1 : known.reduce((sum, points) => sum + points, 0) / known.length;
  return found.map(({ text: words, points }) => ({ text: words, credit: points ?? usual }));
}

/** The messages with the plan in the question. */
export function askedByPlan(messages: readonly ChatMessage[], parts: readonly Part[], tokens: readonly number[]): ChatMessage[] {
  const lines = parts.map(({ text }, index) => `${index + 1}. ${text} (about ${Math.max(5, Math.round((tokens[index] ?? 0) * WORDS_PER_TOKEN))} words of thought)`);
  return withLast(messages, (question) => `${question}\n\nThink through these parts in this order, each no longer than it says, then answer the question above as a whole:\n${lines.join('\n')}`);
}

/** What the person sees of it. `thinking`: tokens to be dealt out. */
export function planned({ parts }: Planned, thinking: number): { readonly tokens: readonly number[]; readonly decision: Decision } {
  const tokens = dealtOut(parts.map(({ credit }) => credit), thinking, 'linear');
  return {
    tokens,
    decision: {
      atToken: 0, phase: 'idle', policy: 'plan-and-budget', action: 'plan',
      evidence: parts.map(({ text }, index) => ({ signal: said('tokens for: {0}', text), value: tokens[index] ?? 0 })),
      reason: said('The model split the question into {0} parts. The {1} thinking tokens are dealt out among them by how hard it takes each to be, earlier ones first. The model is asked to keep to that; the budget as a whole is kept by Reins.', parts.length, thinking),
    },
  };
}

function withLast(messages: readonly ChatMessage[], change: (content: string) => string): ChatMessage[] {
  return messages.map((message, index) => (index === messages.length - 1 ? { ...message, content: change(message.content) } : message));
}
