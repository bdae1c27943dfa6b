/** The bodies of chat requests: the first one, and those that go on from what was already said. Pure. */
import type { ChatMessage, OpenOptions, StepOptions } from '../../reasoning/port.ts';
import type { ChatBody } from './endpoint.ts';
import type { PrefixStyle } from './server-capabilities.ts';
import type { Said } from './transcript.ts';

export interface RequestInput {
  readonly model: string;
  readonly open: OpenOptions;
  readonly step: Pick<StepOptions, 'sampler' | 'seed' | 'logprob'>;
  /** Tokens the context still holds. */
  readonly left: number;
  /** Limit of this request when it is not the rest of the budgets (trial answers), in tokens. */
  readonly limit?: number;
}

/** Even a wrong estimate of what is left must leave the server something to say no to. */
const LEAST_ROOM = 16;

function common({ model, open, step, left, limit }: RequestInput, messages: readonly unknown[], thinking: boolean, room: number): ChatBody {
  const { temperature, topP, topK, minP } = step.sampler;
  return {
    model,
    messages,
    max_tokens: Math.min(limit ?? room, Math.max(LEAST_ROOM, left)),
    temperature,
    top_p: topP,
    top_k: topK,
    min_p: minP,
    seed: step.seed,
    logprobs: step.logprob === true ? true : undefined,
    reasoning_effort: thinking ? open.effort : 'none',
    chat_template_kwargs: thinking ? undefined : { enable_thinking: false },
    stream_options: { include_usage: true },
  };
}

/** Room for the thoughts never eats the answer's: the first request may use both budgets, one after the thoughts only the solution's. */
export function firstRequest(input: RequestInput): ChatBody {
  const { thinking, solution } = input.open.limits;
  return common(input, input.open.messages, input.open.think, (input.open.think ? thinking : 0) + solution);
}

/** Go on in place: the reply so far is the beginning of the assistant's message. */
export function prefixRequest(input: RequestInput, said: Said, style: PrefixStyle): ChatBody {
  const messages = [...input.open.messages, assistantMessage(said, style)];
  // The effort stays what it was: the prompt before the reply must be the same for the model (and for the server's cache).
  const body = common(input, messages, input.open.think, roomFor(input.open, said));
  if (style === 'trailing') return body;
  const flag = style === 'reasoning' && said.thought ? (said.inThoughts ? 'reasoning_content' : 'content') : true;
  return { ...body, continue_final_message: flag, add_generation_prompt: false };
}

function assistantMessage(said: Said, style: PrefixStyle): Record<string, unknown> {
  if (!said.thought) return { role: 'assistant', content: said.preamble + said.answer };
  // Servers with a field of their own write the tags and the line breaks around them.
  if (style === 'reasoning') return { role: 'assistant', reasoning_content: said.thoughts.replace(/^\n+/, ''), content: said.answer.replace(/^\s+/, '') };
  return { role: 'assistant', content: said.raw };
}

function roomFor({ limits }: OpenOptions, said: Said): number {
  return said.inThoughts ? limits.thinking + limits.solution : limits.solution;
}

const GO_ON = 'You were interrupted while thinking about this. Your thoughts so far:';
const GO_ON_END = 'Go on thinking where they stop, without repeating them; then give the final answer.';
const ANSWER = 'You have already thought about this. Your thoughts so far:';
const ANSWER_END = 'The time for thinking is over. Do not think any further: give the final answer now.';
const BEGUN = 'You have begun your answer with the text below. Go on exactly where it stops, without repeating any of it.';

/** Ask again, with what was thought so far quoted in the question. Worse than going on in place, and labelled so. */
export function askAgainRequest(input: RequestInput, said: Said): ChatBody {
  const thoughts = said.thoughts.trim();
  const answer = (said.thought ? said.answer : said.preamble + said.answer).trim();
  const parts: string[] = [];
  if (thoughts !== '') parts.push(`${said.inThoughts ? GO_ON : ANSWER}\n\n<thoughts>\n${thoughts}\n</thoughts>`);
  if (answer !== '') parts.push(`${BEGUN}\n\n<begun>\n${answer}\n</begun>`);
  else if (said.inThoughts && thoughts !== '') parts.push(GO_ON_END);
  else if (!said.inThoughts) parts.push(ANSWER_END);
  return common(input, withNote(input.open.messages, parts.join('\n\n')), said.inThoughts, roomFor(input.open, said));
}

function withNote(messages: readonly ChatMessage[], note: string): ChatMessage[] {
  const at = messages.findLastIndex((message) => message.role === 'user');
  if (note === '') return [...messages];
  if (at < 0) return [...messages, { role: 'user', content: note }];
  return messages.map((message, index) => (index === at ? { ...message, content: `${message.content}\n\n---\n\n${note}` } : message));
}
