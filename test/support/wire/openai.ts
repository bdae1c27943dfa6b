/** OpenAI's Responses and Chat Completions as the types of its package define them: thoughts are counted, and at best retold. */
import { json, sending, serveWire, type Exchange, type Json, type WireServer } from './http.ts';
import { scriptFor, type Message, type ToyScript } from './toy-model.ts';

export interface OpenAiOptions {
  readonly script?: (question: string) => ToyScript;
  /** Lowest effort the model takes. */
  readonly least?: 'none' | 'minimal' | 'low';
  /** The organisation may not have summaries. */
  readonly noSummary?: boolean;
  /** An older gateway that has only chat completions. */
  readonly noResponses?: boolean;
  /** The response fails in the middle. */
  readonly fails?: boolean;
  readonly delayMs?: number;
}

const MODEL = 'gpt-toy';
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high'];

export async function startOpenAi(options: OpenAiOptions = {}): Promise<WireServer> {
  const { delayMs = 0, least = 'none' } = options;
  const own = options.script ?? ((question) => ({ thinking: [' hm'], answer: [question] }));
  const questionOf = (messages: unknown): string => (messages as Message[]).findLast(({ role }) => role === 'user')?.content as string;
  const refused = (effort: unknown): boolean => typeof effort === 'string' && EFFORTS.indexOf(effort) < EFFORTS.indexOf(least);
  const thoughtsOf = (question: string, effort: unknown): number => (effort === 'none' ? 0 : effort === 'minimal' ? 1 : scriptFor(question, own).thinking.length);

  async function responses(exchange: Exchange): Promise<void> {
    const { body, response } = exchange;
    const reasoning = (body['reasoning'] ?? {}) as { effort?: string; summary?: string };
    if (refused(reasoning.effort)) return json(response, 400, { error: { message: `Unsupported value: '${String(reasoning.effort)}' is not supported with the '${MODEL}' model.`, type: 'invalid_request_error', param: 'reasoning.effort', code: 'unsupported_value' } });
    if (reasoning.summary !== undefined && options.noSummary) return json(response, 400, { error: { message: 'Your organization must be verified to generate reasoning summaries.', type: 'invalid_request_error', param: 'reasoning.summary', code: 'unsupported_value' } });
    const unknown = ['max_tokens', 'temperature', 'top_k', 'messages', 'stream_options', 'seed'].find((field) => body[field] !== undefined);
    if (unknown !== undefined) return json(response, 400, { error: { message: `Unsupported parameter: '${unknown}'`, type: 'invalid_request_error', param: unknown, code: 'unsupported_parameter' } });
    const question = questionOf(body['input']);
    const limit = body['max_output_tokens'] as number;
    const thoughts = Math.min(thoughtsOf(question, reasoning.effort), limit);
    const out = sending(exchange, 'events', delayMs);
    const send = (type: string, rest: Json): void => out.event({ type, ...rest }, type);
    const usage = (visible: number): Json => ({ input_tokens: 11, input_tokens_details: { cached_tokens: 4 }, output_tokens: thoughts + visible, output_tokens_details: { reasoning_tokens: thoughts }, total_tokens: 11 });
    send('response.created', { response: { id: 'resp_1', status: 'in_progress' } });
    send('response.output_item.added', { output_index: 0, item: { type: 'reasoning', id: 'rs_1', summary: [] } });
    for (let index = 0; index < thoughts; index += 1) if (!(await out.token())) return;
    if (reasoning.summary !== undefined && thoughts > 0) {
      for (const delta of ['**Looking', ' at it**']) send('response.reasoning_summary_text.delta', { item_id: 'rs_1', output_index: 0, summary_index: 0, delta });
      send('response.reasoning_summary_text.done', { item_id: 'rs_1', output_index: 0, summary_index: 0, text: '**Looking at it**' });
    }
    if (options.fails) {
      send('response.failed', { response: { id: 'resp_1', status: 'failed', error: { code: 'server_error', message: 'The model is overloaded' } } });
      return out.end();
    }
    const answer = scriptFor(question, own).answer;
    const visible = answer.slice(0, Math.max(0, limit - thoughts));
    for (const delta of visible) {
      if (!(await out.token())) return;
      send('response.output_text.delta', { item_id: 'msg_1', output_index: 1, content_index: 0, delta });
    }
    if (visible.length < answer.length) send('response.incomplete', { response: { id: 'resp_1', status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, usage: usage(visible.length) } });
    else send('response.completed', { response: { id: 'resp_1', status: 'completed', usage: usage(visible.length) } });
    out.end();
  }

  async function chat(exchange: Exchange): Promise<void> {
    const { body, response } = exchange;
    const effort = body['reasoning_effort'];
    if (body['max_tokens'] !== undefined) return json(response, 400, { error: { message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", type: 'invalid_request_error', param: 'max_tokens', code: 'unsupported_parameter' } });
    if (refused(effort)) return json(response, 400, { error: { message: `Unsupported value: 'reasoning_effort' does not support '${String(effort)}' with this model.`, type: 'invalid_request_error', param: 'reasoning_effort', code: 'unsupported_value' } });
    const unknown = ['chat_template_kwargs', 'top_k', 'min_p', 'continue_final_message', 'logprobs', 'temperature', 'top_p'].find((field) => body[field] !== undefined);
    if (unknown !== undefined) return json(response, 400, { error: { message: `Unknown parameter: '${unknown}'.`, type: 'invalid_request_error', param: unknown, code: 'unknown_parameter' } });
    const question = questionOf(body['messages']);
    const limit = body['max_completion_tokens'] as number;
    const thoughts = Math.min(thoughtsOf(question, effort), limit);
    const out = sending(exchange, 'events', delayMs);
    const chunk = (delta: Json, finish: string | null = null): void => out.event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: MODEL, choices: [{ index: 0, delta, finish_reason: finish }] });
    for (let index = 0; index < thoughts; index += 1) if (!(await out.token())) return;
    const answer = scriptFor(question, own).answer;
    const visible = answer.slice(0, Math.max(0, limit - thoughts));
    for (const content of visible) {
      if (!(await out.token())) return;
      chunk({ content });
    }
    chunk({}, visible.length < answer.length ? 'length' : 'stop');
    out.event({ id: 'chatcmpl-1', choices: [], usage: { prompt_tokens: 11, completion_tokens: thoughts + visible.length, completion_tokens_details: { reasoning_tokens: thoughts } } });
    out.end('data: [DONE]\n\n');
  }

  return await serveWire({
    'GET /v1/models': ({ response }) => json(response, 200, { object: 'list', data: [{ id: MODEL, object: 'model', created: 1, owned_by: 'openai' }] }),
    'POST /v1/chat/completions': chat,
    ...(options.noResponses ? {} : { 'POST /v1/responses': responses }),
  });
}
