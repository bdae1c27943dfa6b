/** A service that is reached over chat completions only, in the dialect of whichever real one a test plays. */
import { json, sending, serveWire, type Exchange, type Json, type Routes, type WireServer } from './http.ts';
import { goOn, parsed, render, type Message, type ToyScript } from './toy-model.ts';

export interface Dialect {
  readonly model: string;
  /** Paths of the chat interface, the first for fresh replies; default /v1/chat/completions. */
  readonly paths?: readonly string[];
  /** Its list of models, below the same root; null: it has none. */
  readonly listed?: { readonly path: string; readonly body: unknown } | null;
  /** Other endpoints, answered as they stand. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** The fields of the delta in which a thought arrives; null: it does not. */
  readonly thought: (text: string) => Json | null;
  /** What the parts of a finished thought are followed by (some send a last summary). */
  readonly answer?: (text: string) => Json;
  /** True when this request turns thinking off. */
  readonly off?: (body: Json) => boolean;
  /** Tokens of thought at which it ends them by itself. */
  readonly cap?: (body: Json) => number | undefined;
  /** The begun reply as raw text; null: a last assistant message is a finished turn. */
  readonly begun?: (last: Message & Json, body: Json, path: string) => string | null;
  /** An answer of 400: its message and the field it names. */
  readonly refuses?: (body: Json, path: string) => { readonly message: string; readonly param?: string } | null;
  readonly usage?: (thoughts: number, visible: number) => Json;
  readonly script?: (question: string) => ToyScript;
  readonly delayMs?: number;
}

export async function startChatService(dialect: Dialect): Promise<WireServer> {
  const { paths = ['/v1/chat/completions'], delayMs = 0 } = dialect;
  const own = dialect.script ?? ((question) => ({ thinking: [' hm'], answer: [question] }));

  async function chat(exchange: Exchange): Promise<void> {
    const { body, response, seen } = exchange;
    const refusal = dialect.refuses?.(body, seen.path) ?? null;
    if (refusal) return json(response, 400, { error: { message: refusal.message, type: 'invalid_request_error', ...(refusal.param === undefined ? {} : { param: refusal.param }) } });
    const messages = body['messages'] as (Message & Json)[];
    const last = messages.at(-1)!;
    const begun = last.role === 'assistant' ? (dialect.begun?.(last, body, seen.path) ?? null) : null;
    const prompt = render(begun === null ? messages : messages.slice(0, -1), { think: !(dialect.off?.(body) ?? false) }) + (begun ?? '');
    const limit = (body['max_tokens'] ?? body['max_completion_tokens'] ?? Infinity) as number;
    const cap = dialect.cap?.(body);
    const out = sending(exchange, 'events', delayMs);
    const chunk = (delta: Json, finish: string | null = null): void => out.event({ id: 'x-1', object: 'chat.completion.chunk', model: dialect.model, choices: [{ index: 0, delta, finish_reason: finish }] });
    const inThoughts = begun !== null && begun.includes('<think>') && !begun.includes('</think>');
    let [thoughts, visible, reason] = [0, 0, 'stop'];
    for (const { part, text } of parsed(goOn(prompt, own), inThoughts)) {
      if (part === 'tag' || (part === 'answer' && visible === 0 && text.trim() === '')) continue;
      if (part === 'thinking' && cap !== undefined && thoughts >= cap) continue;
      if (thoughts + visible >= limit) {
        reason = 'length';
        break;
      }
      if (!(await out.token())) return;
      if (part === 'thinking') thoughts += 1;
      else visible += 1;
      const delta = part === 'thinking' ? dialect.thought(text) : (dialect.answer?.(text) ?? { content: text });
      if (delta) chunk(delta);
    }
    chunk({}, reason);
    if (dialect.usage) out.event({ id: 'x-1', choices: [], usage: dialect.usage(thoughts, visible) });
    out.end('data: [DONE]\n\n');
  }

  const listed = dialect.listed === undefined ? { path: '/v1/models', body: { object: 'list', data: [{ id: dialect.model, object: 'model' }] } } : dialect.listed;
  const routes: Record<string, Routes[string]> = {};
  for (const path of paths) routes[`POST ${path}`] = chat;
  if (listed) routes[`GET ${listed.path}`] = ({ response }) => json(response, 200, listed.body);
  for (const [path, body] of Object.entries(dialect.facts ?? {})) routes[`GET ${path}`] = ({ response }) => json(response, 200, body);
  return await serveWire(routes);
}

/** A value by its path. */
export function at(body: Json, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Json)[name] : undefined), body);
}
