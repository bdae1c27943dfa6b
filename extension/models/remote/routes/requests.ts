/** The bodies of chat requests: the first one, and those that go on from what was already said. Pure. */
import type { ChatMessage, OpenOptions, StepOptions } from '../../../reasoning/port.ts';
import type { CapabilityRecord, Field, PrefixStyle } from '../capability-record.ts';
import type { Body } from '../endpoint.ts';
import { withFields } from '../fields.ts';
import type { Said } from '../transcript.ts';

export interface RequestInput {
  readonly model: string;
  readonly open: OpenOptions;
  readonly step: StepOptions;
  readonly record: CapabilityRecord;
  /** Fields this kind of server gets with every chat request. */
  readonly extras: readonly Field[];
  /** Tokens the context still holds. */
  readonly left: number;
  /** Limit of this request when it is not the rest of the budgets (trial answers), in tokens. */
  readonly limit?: number;
}

/** What is said to the server, before it is spelled in the words of an interface. */
export interface Turn {
  readonly messages: readonly Readonly<Record<string, unknown>>[];
  readonly thinking: boolean;
  /** Tokens it may still have, of thought and answer together. */
  readonly room: number;
  /** Tokens of thought the server is told to end at; null: it is told nothing. */
  readonly cap: number | null;
  /** Fields that ask for the reply to be gone on with. */
  readonly going: Body;
}

/** Tokens a server spends between thoughts and answer and does not show: tags, line breaks, closing words of its own. They must not eat the answer's room. */
export const BETWEEN = 16;
/** Even a wrong estimate of what is left must leave the server something to say no to. */
const LEAST_ROOM = 16;

/** Room for the thoughts never eats the answer's: the first request may use both budgets, one after the thoughts only the solution's. */
export function firstTurn(input: RequestInput): Turn {
  const { open } = input;
  return { ...roomFor(input, open.think), messages: open.messages.map(plain), thinking: open.think, going: {} };
}

/** Go on in place: the reply so far is the beginning of the assistant's message. */
export function prefixTurn(input: RequestInput, said: Said, style: PrefixStyle): Turn {
  const messages = [...input.open.messages.map(plain), assistantMessage(said, style)];
  // The effort stays what it was: the prompt before the reply must be the same for the model (and for the server's cache). No cap goes along: servers
  // differ in whether the thoughts that are already there count.
  const { room } = roomFor({ ...input, record: { ...input.record, cap: null } }, said.inThoughts);
  return { room, cap: null, messages, thinking: input.open.think, going: goingOn(said, style) };
}

export function goingOn(said: Said, style: PrefixStyle): Body {
  switch (style) {
    case 'flags':
      return { continue_final_message: true, add_generation_prompt: false };
    case 'reasoning':
      return { continue_final_message: said.thought ? (said.inThoughts ? 'reasoning_content' : 'content') : true, add_generation_prompt: false };
    case 'trailing':
    case 'prefix':
    case 'thinking-part':
      return {};
  }
}

export function assistantMessage(said: Said, style: PrefixStyle): Readonly<Record<string, unknown>> {
  const role = 'assistant';
  // Servers with a field of their own write the tags and the line breaks around them.
  const thoughts = said.thoughts.replace(/^\n+/, '');
  const answer = said.thought ? said.answer.replace(/^\s+/, '') : said.preamble + said.answer;
  switch (style) {
    case 'flags':
    case 'trailing':
      return { role, content: said.thought ? said.raw : answer };
    case 'reasoning':
      return said.thought ? { role, reasoning_content: thoughts, content: answer } : { role, content: answer };
    case 'prefix':
      return said.thought ? { role, prefix: true, reasoning_content: thoughts, content: answer } : { role, prefix: true, content: answer };
    case 'thinking-part': {
      if (!said.thought) return { role, prefix: true, content: answer };
      const part = { type: 'thinking', thinking: [{ type: 'text', text: thoughts }], closed: !said.inThoughts };
      return { role, prefix: true, content: answer === '' ? [part] : [part, { type: 'text', text: answer }] };
    }
  }
}

const GO_ON = 'You were interrupted while thinking about this. Your thoughts so far:';
const GO_ON_END = 'Go on thinking where they stop, without repeating them; then give the final answer.';
const ANSWER = 'You have already thought about this. Your thoughts so far:';
const ANSWER_END = 'The time for thinking is over. Do not think any further: give the final answer now.';
const BEGUN = 'You have begun your answer with the text below. Go on exactly where it stops, without repeating any of it.';

/** Ask again, with what was thought so far quoted in the question. Worse than going on in place, and labelled so. */
export function askAgainTurn(input: RequestInput, said: Said): Turn {
  const thoughts = said.thoughts.trim();
  const answer = (said.thought ? said.answer : said.preamble + said.answer).trim();
  const parts: string[] = [];
  if (thoughts !== '') parts.push(`${said.inThoughts ? GO_ON : ANSWER}\n\n<thoughts>\n${thoughts}\n</thoughts>`);
  if (answer !== '') parts.push(`${BEGUN}\n\n<begun>\n${answer}\n</begun>`);
  else if (said.inThoughts && thoughts !== '') parts.push(GO_ON_END);
  else if (!said.inThoughts) parts.push(ANSWER_END);
  return { ...roomFor(input, said.inThoughts), messages: withNote(input.open.messages, parts.join('\n\n')), thinking: said.inThoughts, going: {} };
}

/** Thoughts that may still come, and the answer's own room beside them. A cap that cannot be as low as the budget does not eat the answer's. */
function roomFor({ open, step, record: { cap } }: RequestInput, thinks: boolean): Pick<Turn, 'room' | 'cap'> {
  const thoughts = thinks ? (step.thinkingLeft ?? open.limits.thinking) : 0;
  const told = thoughts > 0 && cap !== null && cap.held !== 'no' ? Math.max(cap.minimum, thoughts) : null;
  return { room: (told ?? thoughts) + (thinks ? BETWEEN : 0) + open.limits.solution, cap: told };
}

function withNote(messages: readonly ChatMessage[], note: string): Turn['messages'] {
  const at = messages.findLastIndex((message) => message.role === 'user');
  if (note === '') return messages.map(plain);
  if (at < 0) return [...messages.map(plain), { role: 'user', content: note }];
  return messages.map((message, index) => (index === at ? { ...message, content: `${message.content}\n\n---\n\n${note}` } : plain(message)));
}

function plain({ role, content }: ChatMessage): Readonly<Record<string, unknown>> {
  return { role, content };
}

/** The turn in the words of /chat/completions. */
export function chatBody(input: RequestInput, turn: Turn): Body {
  const { model, step, record, extras } = input;
  const { temperature, topP, topK, minP } = step.sampler;
  const body: Body = {
    model,
    messages: turn.messages,
    max_tokens: limitOf(input, turn),
    temperature,
    top_p: topP,
    top_k: topK,
    min_p: minP,
    seed: step.seed,
    logprobs: record.logprobs && (step.logprob === true || step.confidence === true) ? true : undefined,
    top_logprobs: record.logprobs && step.confidence === true && record.topLogprobs > 0 ? record.topLogprobs : undefined,
    reasoning_control: record.control && turn.thinking ? true : undefined,
    stream_options: { include_usage: true },
    ...turn.going,
  };
  return withFields(body, [...extras, ...effortFields(input, turn), ...capFields(record, turn)]);
}

/** The turn in the words of /responses. Nothing is stored there, and the summary is all that is shown of the thoughts. */
export function responsesBody(input: RequestInput, turn: Turn): Body {
  const { model, open, record } = input;
  const [off] = record.effort.off;
  const effort = turn.thinking ? record.effort.words[open.effort] : off?.value;
  return {
    model,
    input: turn.messages,
    max_output_tokens: Math.max(LEAST_ROOM, limitOf(input, turn)),
    reasoning: { effort, summary: 'auto' },
    store: false,
  };
}

function limitOf({ limit, left }: RequestInput, { room }: Turn): number {
  return Math.min(limit ?? room, Math.max(LEAST_ROOM, left));
}

function effortFields({ record, open }: RequestInput, { thinking, cap }: Turn): readonly Field[] {
  if (!thinking) return record.effort.off;
  const { path, words } = record.effort;
  if (path === null || (cap !== null && record.cap?.insteadOfEffort)) return [];
  return [{ path, value: words[open.effort] }];
}

function capFields({ cap }: CapabilityRecord, { cap: tokens }: Turn): readonly Field[] {
  if (cap === null || tokens === null) return [];
  return [...cap.with, ...cap.paths.map((path) => ({ path, value: tokens }))];
}
