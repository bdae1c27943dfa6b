/** Ollama as docs.ollama.com and api/types.go define it. */
import { json, sending, serveWire, type Exchange, type Json, type WireServer } from './http.ts';
import { goOn, parsed, render, ToyTokenizer, type Message, type ToyScript } from './toy-model.ts';

export interface OllamaOptions {
  readonly script?: (question: string) => ToyScript;
  /** Versions that do not write the prompt for us answer the question instead. */
  readonly noRender?: boolean;
  /** The model cannot think, and says so when asked to. */
  readonly noThinking?: boolean;
  /** An error in the middle of a reply, as a line of its own. */
  readonly failsAfter?: number;
  /** Tokens of the context the model was loaded with. */
  readonly context?: number;
  readonly delayMs?: number;
}

const MODEL = 'toy:8b';

export async function startOllama(options: OllamaOptions = {}): Promise<WireServer> {
  const { delayMs = 0, context = 4096 } = options;
  const own = options.script ?? ((question) => ({ thinking: [' hm'], answer: [question] }));
  const tokenizer = new ToyTokenizer();
  let loaded = false;

  async function generate(exchange: Exchange): Promise<void> {
    const { body, response } = exchange;
    loaded = true;
    const settings = body['options'] as { num_predict: number };
    const prompt = body['prompt'] as string;
    const length = tokenizer.tokenize(prompt).length;
    if (length > context && body['truncate'] === false) return json(response, 400, { error: 'the input length exceeds the context length' });
    const out = sending(exchange, 'lines', delayMs);
    let [used, reason] = [0, 'stop'];
    for (const piece of goOn(prompt, own)) {
      if (used === settings.num_predict) {
        reason = 'length';
        break;
      }
      if (options.failsAfter === used) {
        out.event({ error: 'an error was encountered while running the model: unexpected EOF' });
        return out.end();
      }
      if (!(await out.token())) return;
      used += 1;
      const top = Array.from({ length: (body['top_logprobs'] as number | undefined) ?? 0 }, (_, index) => ({ token: 'x', logprob: -0.5 - index, bytes: [] }));
      out.event({ model: MODEL, created_at: '', response: piece, done: false, ...(body['logprobs'] ? { logprobs: [{ token: piece, logprob: -0.5, bytes: [], top_logprobs: top }] } : {}) });
    }
    out.event({ model: MODEL, created_at: '', response: '', done: true, done_reason: reason, prompt_eval_count: length, eval_count: used, total_duration: 1 });
    out.end();
  }

  async function chat(exchange: Exchange): Promise<void> {
    const { body, response } = exchange;
    loaded = true;
    const thinks = body['reasoning_effort'] !== 'none' && !options.noThinking;
    if (options.noThinking && body['reasoning_effort'] !== undefined && body['reasoning_effort'] !== 'none') return json(response, 400, { error: { message: `"${MODEL}" does not support thinking`, type: 'invalid_request_error', param: null, code: null } });
    const limit = (body['max_tokens'] ?? Infinity) as number;
    const out = sending(exchange, 'events', delayMs);
    const chunk = (delta: Json, finish: string | null = null): void => out.event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: MODEL, system_fingerprint: 'fp_ollama', choices: [{ index: 0, delta, finish_reason: finish }] });
    let [used, reason] = [0, 'stop'];
    // A last message from the assistant is a finished turn to this model's renderer.
    for (const { part, text } of parsed(goOn(render(body['messages'] as Message[], { think: thinks }), own), false)) {
      if (used === limit) {
        reason = 'length';
        break;
      }
      if (!(await out.token())) return;
      used += 1;
      if (part !== 'tag') chunk({ role: 'assistant', content: part === 'answer' ? text : '', ...(part === 'thinking' ? { reasoning: text } : {}) });
    }
    chunk({ role: 'assistant', content: '' }, reason);
    if ((body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage) out.event({ id: 'chatcmpl-1', choices: [], usage: { prompt_tokens: 9, completion_tokens: used, total_tokens: 9 + used } });
    out.end('data: [DONE]\n\n');
  }

  return await serveWire({
    'GET /v1/models': ({ response }) => json(response, 200, { object: 'list', data: [{ id: MODEL, object: 'model', created: 1, owned_by: 'library' }] }),
    'GET /api/version': ({ response }) => json(response, 200, { version: '0.33.0' }),
    'GET /api/ps': ({ response }) => json(response, 200, { models: loaded ? [{ name: MODEL, model: MODEL, size: 1, context_length: context }] : [] }),
    'POST /api/chat': ({ response, body }) => {
      const prompt = render(body['messages'] as Message[], { think: body['think'] !== false });
      if (options.noThinking && body['think'] === true) return json(response, 400, { error: `"${MODEL}" does not support thinking` });
      if (options.noRender) json(response, 200, { model: MODEL, message: { role: 'assistant', content: 'The' }, done: true, done_reason: 'length' });
      else json(response, 200, { model: MODEL, created_at: '', message: { role: '', content: '' }, done: false, _debug_info: { rendered_template: prompt } });
    },
    'POST /api/generate': generate,
    'POST /v1/chat/completions': chat,
  });
}
