/** One tiny request to a server, read like any reply, for finding out what it does. */
import { ReasoningError } from '../../../reasoning/errors.ts';
import type { Body, Endpoint, WireRequest } from '../endpoint.ts';
import { ReplyStream, type Notify } from '../reply-stream.ts';
import type { ServerMemory } from '../server-memory.ts';
import { ThoughtParser } from '../thought-parser.ts';
import { DeltaCounter } from '../token-estimate.ts';
import { readChatChunk } from '../wire/chat.ts';
import type { Delta, ServerUsage } from '../wire/delta.ts';

export interface Probing {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly memory: ServerMemory;
  readonly notify: Notify;
}

/** What a short reply showed. */
export interface Seen {
  readonly text: string;
  readonly content: string;
  readonly place: NonNullable<Delta['field']> | 'inline' | null;
  /** The tag that opened the thoughts, where it was spelled out. */
  readonly openTag: string;
  readonly closedUnopened: boolean;
  /** Tokens of thought, about. */
  readonly thoughts: number;
  /** The thoughts came to their end. */
  readonly thoughtsEnded: boolean;
  readonly logprobs: boolean;
  readonly topLogprobs: number;
  readonly ids: boolean;
  readonly usage: ServerUsage | undefined;
  readonly finish: string | null;
}

export async function look(probing: Probing, request: WireRequest, signal: AbortSignal, onlyNamed = false): Promise<Seen> {
  const { endpoint, model, memory, notify } = probing;
  const stream = new ReplyStream({ endpoint, tolerance: memory.tolerance, model, request: () => Promise.resolve(request), notify, onlyNamed, keeps: false });
  const parser = new ThoughtParser({ part: 'start' });
  const counter = new DeltaCounter();
  const seen = { text: '', content: '', place: null as Seen['place'], openTag: '', closedUnopened: false, thoughts: 0, thoughtsEnded: false, logprobs: false, topLogprobs: 0, ids: false };
  let opened = false;
  try {
    for (let delta = await stream.next(signal); delta !== null; delta = await stream.next(signal)) {
      seen.text += delta.reasoning + delta.content;
      seen.content += delta.content;
      seen.place ??= delta.field ?? null;
      seen.ids ||= delta.ids !== undefined;
      seen.logprobs ||= delta.tokens?.some((token) => token.logprob !== null) ?? false;
      seen.topLogprobs = Math.max(seen.topLogprobs, delta.tokens?.[0]?.top?.length ?? 0);
      const count = delta.ids?.length ?? counter.count(delta.reasoning.length + delta.content.length, delta.tokens?.length);
      for (const piece of parser.push({ reasoning: delta.reasoning, content: delta.content, count })) {
        if (piece.mark === 'thinking-start') opened = true;
        if (piece.mark === 'thinking-start' && piece.text !== '') seen.openTag = piece.text;
        if (piece.mark !== undefined && piece.text !== '') seen.place ??= 'inline';
        if (piece.mark === 'thinking-end') seen.thoughtsEnded = true;
        if (piece.mark === 'thinking-end' && !opened) seen.closedUnopened = true;
        if (piece.part === 'thinking' && piece.mark === undefined) seen.thoughts += piece.count;
      }
    }
  } finally {
    stream.abort();
  }
  return { ...seen, usage: stream.usage, finish: stream.finish };
}

/** Null where the server refuses the request or fails on it. */
export async function lookIfAccepted(probing: Probing, request: WireRequest, signal: AbortSignal): Promise<Seen | null> {
  return await look(probing, request, signal, true).catch((error: unknown) => {
    if (['bad-request', 'server-error', 'server-refused', 'stream-cut', 'model-missing'].some((reason) => error instanceof ReasoningError && error.reason === reason)) return null;
    throw error;
  });
}

export function chatLook({ model }: Probing, body: Body, path = '/chat/completions'): WireRequest {
  return { path, body: { model, temperature: 0, stream_options: { include_usage: true }, ...body }, format: 'events', read: readChatChunk };
}
