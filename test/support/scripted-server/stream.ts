/** Writes one chat completion as a server-sent event stream, with its delays, holds and faults. */
import type { ServerResponse } from 'node:http';
import type { Rest } from './script.ts';
import type { ChatBody, Fault, Profile, SeenRequest } from './types.ts';

export interface Pace {
  readonly delayMs: number;
  readonly holdAfter: number | undefined;
  readonly released: Promise<void>;
}

interface Delta {
  readonly field: 'content' | 'reasoning' | 'reasoning_content' | 'thinking' | null;
  readonly text: string;
  /** Tokens behind it. */
  readonly tokens: readonly string[];
}

const never = new Promise<never>(() => {});

function deltas(rest: Rest, profile: Profile): Delta[] {
  const inline = profile.thoughts === 'inline' || profile.thoughts === 'inline-unopened';
  const field = profile.thoughts === 'hidden' || profile.thoughts === 'none' ? null : inline ? 'content' : profile.thoughts;
  const misfiledThoughts = profile.misfiles === 'thoughts' && rest.inside === 'thinking';
  const answerField = profile.misfiles === 'answer' && rest.inside === 'answer' ? field : 'content';
  const list: Delta[] = [];
  const add = (name: Delta['field'], text: string): number => list.push({ field: name, text, tokens: [text] });
  const opens = rest.inside === null && rest.thinking.length > 0;
  if (inline && opens && profile.thoughts === 'inline') add('content', '<think>');
  for (const token of rest.thinking) add(misfiledThoughts ? 'content' : field, token);
  if (misfiledThoughts) add('content', '</think>');
  if (inline && (rest.thinking.length > 0 || rest.inside === 'thinking')) add('content', '</think>');
  for (const [index, token] of rest.answer.entries()) add(answerField, inline && index === 0 && rest.inside !== 'answer' ? `\n\n${token}` : token);
  return grouped(list, profile.tokensPerDelta);
}

function grouped(list: readonly Delta[], size: number): Delta[] {
  if (size <= 1) return [...list];
  const out: Delta[] = [];
  for (const delta of list) {
    const last = out.at(-1);
    if (last && last.field === delta.field && last.tokens.length < size) out[out.length - 1] = { field: delta.field, text: last.text + delta.text, tokens: [...last.tokens, ...delta.tokens] };
    else out.push(delta);
  }
  return out;
}

export async function writeStream(response: ServerResponse, seen: SeenRequest, body: ChatBody, rest: Rest, profile: Profile, pace: Pace, fault: Fault | undefined): Promise<void> {
  const limit = body.max_completion_tokens ?? body.max_tokens ?? Infinity;
  const id = 'chatcmpl-scripted';
  const base = { id, object: 'chat.completion.chunk', created: 0, model: body.model };
  const send = (value: unknown): void => void response.write(`data: ${JSON.stringify(value)}\n\n`);
  const chunk = (delta: object, finish: string | null, logprobs?: object): void =>
    send({ ...base, choices: [{ index: 0, delta, finish_reason: finish, ...(logprobs ? { logprobs } : {}) }] });

  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.write(': scripted\n\n');
  chunk({ role: 'assistant', content: '' }, null);
  let used = 0;
  let thought = 0;
  let finish = 'stop';
  let held = pace.holdAfter !== undefined;
  for (const delta of deltas(rest, profile)) {
    if (response.destroyed) return;
    if (used + delta.tokens.length > limit) {
      finish = 'length';
      break;
    }
    if (fault && 'after' in fault && used >= fault.after) return await breakOff(response, fault, send);
    if (held && used >= pace.holdAfter!) {
      held = false;
      await pace.released;
    }
    if (pace.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, pace.delayMs));
    else if (used % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (response.destroyed) return;
    const logprobs = body.logprobs ? { content: delta.tokens.map((token) => ({ token, logprob: -0.25, bytes: null, top_logprobs: [] })) } : undefined;
    if (delta.field) chunk({ [delta.field]: delta.text }, null, logprobs);
    used += delta.tokens.length;
    if (delta.field !== 'content') thought += delta.tokens.length;
    seen.tokensSent = used;
  }
  if (fault && 'after' in fault) return await breakOff(response, fault, send);
  chunk({}, finish);
  if (profile.usage && body.stream_options?.include_usage) {
    const prompt = Math.ceil(JSON.stringify(body.messages ?? []).length / 4);
    send({ ...base, choices: [], usage: { prompt_tokens: prompt, completion_tokens: used, total_tokens: prompt + used, completion_tokens_details: { reasoning_tokens: thought }, ...(profile.caches ? { prompt_tokens_details: { cached_tokens: Math.min(seen.cached, prompt) } } : {}) } });
  }
  response.end('data: [DONE]\n\n');
}

async function breakOff(response: ServerResponse, fault: Fault, send: (value: unknown) => void): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20)); // what was written goes out first
  if (fault.kind === 'hang') return await never;
  if (fault.kind === 'malformed') response.end('data: {"choices": [{"del\n\n');
  else if (fault.kind === 'wrong-shape') {
    send({ choices: 'none' });
    response.end('data: [DONE]\n\n');
  } else if (fault.kind === 'error-event') {
    send({ error: { message: fault.message, type: 'server_error' } });
    response.end();
  } else if (fault.kind === 'silent-end') response.end();
  else response.destroy();
}
