/**
 * Finds out, by a few tiny requests at connect time, where a server's thoughts arrive and whether it continues a reply that has begun. Servers ignore what
 * they do not know far more often than they refuse it, so what counts is what the model does: asked to count to ten with "one two three" already written,
 * it must go on with "four".
 */
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import { ChatStream, type Notify } from './chat-stream.ts';
import type { ChatBody, Endpoint } from './endpoint.ts';
import type { PrefixStyle, ServerCapabilities, ServerMemory, ThoughtPlace } from './server-capabilities.ts';
import { ThoughtParser } from './thought-parser.ts';
import type { ServerUsage } from './wire.ts';

const QUESTION = { role: 'user', content: 'Count from one to ten in words, separated by single spaces. Write nothing else.' };
const BEGUN = 'one two three';
const THOUGHT = 'I only have to count.';
/** Tokens of the first look: enough to see how a reply begins. */
const GLANCE = 32;
const CONTINUED = 8;
const GOES_ON = /^[\s,.*]*four\b/i;
/** How unmarked thoughts begin. */
const RAMBLING = /^\s*(okay|ok\b|alright|hmm|first,|let me|let's|so,|so i|we need|i need|the user|to count)/i;

interface Seen {
  readonly text: string;
  readonly content: string;
  readonly place: ThoughtPlace | null;
  readonly closedUnopened: boolean;
  readonly logprobs: boolean;
  readonly usage: ServerUsage | undefined;
  readonly finish: string | null;
}

export interface ProbeInput {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly memory: ServerMemory;
  readonly notify: Notify;
}

/** Asks the server (once: the result is remembered). Throws the typed error of a server that cannot be used at all. */
export async function probeCapabilities(input: ProbeInput, signal: AbortSignal): Promise<ServerCapabilities> {
  if (input.memory.capabilities) return input.memory.capabilities;
  const evidence: string[] = [];
  const seen = await look(input, { messages: [QUESTION], max_tokens: GLANCE, reasoning_effort: 'low', logprobs: true }, signal);
  const place = placeOf(seen, evidence);
  const opensThinking = seen.closedUnopened || place === 'none' ? seen.closedUnopened || rambles(seen) : false;
  if (opensThinking) evidence.push('The reply began like thoughts without an opening tag.');
  const thoughts = opensThinking ? 'inline' : place;
  const prefix = thoughts === 'hidden' ? null : await findPrefix(input, thoughts, evidence, signal);
  const capabilities: ServerCapabilities = {
    thoughts,
    opensThinking,
    prefix,
    continuedThoughts: await findContinuedThoughts(input, thoughts, prefix, evidence, signal),
    acceptsEffort: input.memory.tolerance.accepts('reasoning_effort'),
    streamsUsage: seen.usage !== undefined,
    logprobs: seen.logprobs,
    evidence,
  };
  input.memory.capabilities = capabilities;
  input.memory.contextLength = await listedContext(input, signal);
  return capabilities;
}

/** Many servers do not list their models, or not their lengths; that is no reason to fail. */
async function listedContext({ endpoint, model }: ProbeInput, signal: AbortSignal): Promise<number | undefined> {
  const listed = await endpoint.listModels(signal).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
    return [];
  });
  return listed.find((one) => one.id === model)?.contextLength;
}

function placeOf(seen: Seen, evidence: string[]): ThoughtPlace {
  if (seen.place !== null) {
    evidence.push(seen.place === 'inline' ? 'Thoughts came between tags in the content.' : `Thoughts came in the field ${seen.place}.`);
    return seen.place;
  }
  const unseen = (seen.usage?.reasoningTokens ?? 0) > 0 || (seen.content.trim() === '' && seen.finish === 'length');
  evidence.push(unseen ? 'Tokens were spent on thoughts that were not shown.' : 'No thoughts were seen.');
  return unseen ? 'hidden' : 'none';
}

function rambles(seen: Seen): boolean {
  return RAMBLING.test(seen.content) && !/\bone[\s,]+two\b/i.test(seen.content);
}

async function findPrefix(input: ProbeInput, thoughts: ThoughtPlace, evidence: string[], signal: AbortSignal): Promise<PrefixStyle | null> {
  const styles: readonly PrefixStyle[] = thoughts === 'reasoning_content' ? ['reasoning', 'flags', 'trailing'] : ['flags', 'reasoning', 'trailing'];
  for (const style of styles) {
    const seen = await lookIfAccepted(input, prefixBody(style, thoughts !== 'none'), signal);
    const goesOn = seen !== null && GOES_ON.test(seen.text);
    evidence.push(seen === null ? `A begun reply (${style}) was refused.` : goesOn ? `A begun reply (${style}) was continued.` : `A begun reply (${style}) was not continued: the model started afresh.`);
    if (goesOn) return style;
  }
  return null;
}

function prefixBody(style: PrefixStyle, thinks: boolean): ChatBody {
  const begun = !thinks
    ? { role: 'assistant', content: BEGUN }
    : style === 'reasoning'
      ? { role: 'assistant', reasoning_content: THOUGHT, content: BEGUN }
      : { role: 'assistant', content: `<think>\n${THOUGHT}\n</think>\n\n${BEGUN}` };
  const flags = style === 'trailing' ? {} : { continue_final_message: style === 'reasoning' && thinks ? 'content' : true, add_generation_prompt: false };
  return { messages: [QUESTION, begun], max_tokens: CONTINUED, ...flags };
}

/** Servers with a field for thoughts may lose track of it when a reply begins inside them. */
async function findContinuedThoughts(input: ProbeInput, thoughts: ThoughtPlace, prefix: PrefixStyle | null, evidence: string[], signal: AbortSignal): Promise<'field' | 'content'> {
  if (thoughts === 'inline') return 'content';
  if (thoughts === 'none' || prefix === null) return 'field';
  const text = `I count: ${BEGUN}`;
  const begun = prefix === 'reasoning' ? { role: 'assistant', reasoning_content: text, content: '' } : { role: 'assistant', content: `<think>\n${text}` };
  const flags = prefix === 'trailing' ? {} : { continue_final_message: prefix === 'reasoning' ? 'reasoning_content' : true, add_generation_prompt: false };
  const seen = await lookIfAccepted(input, { messages: [QUESTION, begun], max_tokens: CONTINUED, ...flags }, signal);
  const misfiled = seen !== null && GOES_ON.test(seen.content);
  if (misfiled) evidence.push('Continued thoughts arrived in the content.');
  return misfiled ? 'content' : 'field';
}

/** Null where the server refuses the request or fails on it. */
async function lookIfAccepted(input: ProbeInput, body: ChatBody, signal: AbortSignal): Promise<Seen | null> {
  return await look(input, body, signal, true).catch((error: unknown) => {
    if (ReasoningError.is(error, 'bad-request') || ReasoningError.is(error, 'server-error') || ReasoningError.is(error, 'stream-cut')) return null;
    throw error;
  });
}

async function look(input: ProbeInput, body: ChatBody, signal: AbortSignal, onlyNamed = false): Promise<Seen> {
  const { endpoint, model, memory, notify } = input;
  const full = { model, temperature: 0, stream_options: { include_usage: true }, ...body };
  const stream = new ChatStream({ endpoint, tolerance: memory.tolerance, model, body: full, notify, onlyNamed, keeps: false });
  const parser = new ThoughtParser({ part: 'start' });
  let [text, content, place, closedUnopened, logprobs, opened] = ['', '', null as ThoughtPlace | null, false, false, false];
  try {
    for (let delta = await stream.next(signal); delta !== null; delta = await stream.next(signal)) {
      text += delta.reasoning + delta.content;
      content += delta.content;
      place ??= delta.field ?? null;
      logprobs ||= delta.tokens !== undefined;
      for (const piece of parser.push({ reasoning: delta.reasoning, content: delta.content, count: 1 })) {
        if (piece.mark === 'thinking-start') opened = true;
        if (piece.mark !== undefined && piece.text !== '') place ??= 'inline';
        if (piece.mark === 'thinking-end' && !opened) closedUnopened = true;
      }
    }
  } finally {
    stream.abort();
  }
  return { text, content, place, closedUnopened, logprobs, usage: stream.usage, finish: stream.finish };
}
