/** llama-server as its README documents it (tools/server of ggml-org/llama.cpp), with the bugs that users met. */
import { json, sending, serveWire, type Exchange, type Json, type Sending, type WireServer } from './http.ts';
import { goOn, parsed, render, ToyTokenizer, type Message, type ToyScript } from './toy-model.ts';

export interface LlamaServerOptions {
  /** `choice`: which of several replies to one request. */
  readonly script?: (question: string, choice: number) => ToyScript;
  /** The template writes the open tag itself. */
  readonly opens?: boolean;
  /** Older builds lack these. */
  readonly lacks?: readonly ('raw' | 'control' | 'budget')[];
  /** The budget is taken and nothing happens. */
  readonly ignoresBudget?: boolean;
  /** After a forced end the parser lets a literal close tag through into the content. */
  readonly strayTag?: boolean;
  /** Answers of 503 before the model is loaded. */
  readonly loading?: number;
  readonly delayMs?: number;
  /** Replies at a time: more than that from one request are refused. Default 8. */
  readonly slots?: number;
  /** Tokens to a chunk of /completion, as with speculative decoding. */
  readonly tokensPerChunk?: number;
}

const MODEL = 'toy.gguf';

export async function startLlamaServer(options: LlamaServerOptions = {}): Promise<WireServer> {
  const { delayMs = 0, lacks = [], opens = false, slots = 8 } = options;
  const own = options.script ?? ((question: string): ToyScript => ({ thinking: [' hm'], answer: [question] }));
  const tooMany = ({ body, response }: Exchange): boolean => {
    if (((body['n_cmpl'] ?? body['n'] ?? 1) as number) <= slots) return false;
    json(response, 400, { error: { code: 400, message: 'n_cmpl cannot be greater than the number of slots, please increase -np', type: 'invalid_request_error' } });
    return true;
  };
  const tokenizer = new ToyTokenizer();
  const ending = new Set<string>();
  let loading = options.loading ?? 0;
  let replies = 0;

  const promptOf = (body: Json): string => {
    const kwargs = (body['chat_template_kwargs'] ?? {}) as { enable_thinking?: boolean };
    return render((body['messages'] ?? []) as Message[], { think: body['reasoning_effort'] !== 'none' && kwargs.enable_thinking !== false, opens });
  };

  async function completion(exchange: Exchange): Promise<void> {
    if (tooMany(exchange)) return;
    const out = sending(exchange, 'events', delayMs);
    await Promise.all(Array.from({ length: (exchange.body['n_cmpl'] ?? 1) as number }, (_, choice) => choiceOf(exchange, choice, out)));
    out.end();
  }

  /** Each of several replies has a last chunk of its own, with its own counts. */
  async function choiceOf({ body }: Exchange, index: number, out: Sending): Promise<void> {
    const ids = body['prompt'] as number[];
    const limit = body['n_predict'] as number;
    const forbidden = ((body['logit_bias'] ?? []) as [number, boolean][]).map(([id]) => id);
    let [used, text, group] = [0, '', [] as string[]];
    const flush = (): void => {
      if (group.length === 0) return;
      const tokens = group.map((piece) => tokenizer.id(piece));
      const probabilities = body['n_probs'] ? { completion_probabilities: group.map((piece) => ({ id: tokenizer.id(piece), token: piece, bytes: [], logprob: -0.5, top_logprobs: Array.from({ length: body['n_probs'] as number }, (_, index) => ({ id: index, token: 'x', bytes: [], logprob: -0.5 - index })) })) } : {};
      out.event({ index, content: group.join(''), tokens, stop: false, id_slot: -1, tokens_predicted: used, tokens_evaluated: ids.length, ...probabilities });
      group = [];
    };
    for (const piece of goOn(tokenizer.detokenize(ids), (question) => own(question, index))) {
      if (forbidden.includes(tokenizer.id(piece))) continue;
      if (used === limit) return void finish('limit');
      if (!(await out.token())) return;
      used += 1;
      text += piece;
      group.push(piece);
      if (group.length >= (options.tokensPerChunk ?? 1)) flush();
    }
    finish('eos');
    function finish(type: string): void {
      flush();
      out.event({ index, content: '', tokens: [], stop: true, model: MODEL, tokens_predicted: used, tokens_evaluated: ids.length, stop_type: type, stopping_word: '', truncated: false, tokens_cached: text.length, timings: { cache_n: 0, prompt_n: ids.length, predicted_n: used } });
    }
  }

  async function chat(exchange: Exchange): Promise<void> {
    const { body, response } = exchange;
    if (loading > 0) {
      loading -= 1;
      return json(response, 503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } });
    }
    if (tooMany(exchange)) return;
    const messages = body['messages'] as Message[];
    const last = messages.at(-1)!;
    const continued = last.role === 'assistant' ? body['continue_final_message'] : undefined;
    if (last.role === 'assistant' && continued === undefined) return json(response, 400, { error: { code: 400, message: 'Cannot have 2 or more assistant messages at the end of the list.', type: 'invalid_request_error' } });
    const asked = continued === undefined ? messages : messages.slice(0, -1);
    let prompt = promptOf({ ...body, messages: asked });
    if (continued === 'reasoning_content') prompt += `<think>\n${last.reasoning_content ?? ''}`;
    else if (continued === 'content') prompt += `<think>\n${last.reasoning_content ?? ''}\n</think>\n\n${String(last.content ?? '')}`;
    else if (continued === true) prompt += String(last.content ?? '');
    const budget = lacks.includes('budget') || options.ignoresBudget ? -1 : ((body['reasoning_budget_tokens'] ?? -1) as number);
    const limit = (body['max_tokens'] ?? Infinity) as number;
    const id = `chatcmpl-${(replies += 1)}`;
    const out = sending(exchange, 'events', delayMs);
    const chunk = (delta: Json, finish: string | null = null): void => out.event({ id, object: 'chat.completion.chunk', model: MODEL, choices: [{ index: 0, delta, finish_reason: finish, ...logprobs(delta) }] });
    const logprobs = (delta: Json): Json => (body['logprobs'] && Object.keys(delta).length > 0 ? { logprobs: { content: [{ token: String(delta['content'] ?? delta['reasoning_content']), logprob: -0.25, bytes: [], top_logprobs: [] }] } } : {});
    chunk({ role: 'assistant', content: null });
    for (let choice = 1; choice < ((body['n'] ?? 1) as number); choice += 1) out.event({ id, object: 'chat.completion.chunk', model: MODEL, choices: [{ index: choice, delta: { role: 'assistant', content: null }, finish_reason: 'length' }] });
    let [used, thought, forced, answering, reason] = [0, 0, false, false, 'stop'];
    for (const { part, text } of parsed(goOn(prompt, (question) => own(question, 0)), continued === 'reasoning_content' || (opens && continued === undefined))) {
      if (forced && part === 'thinking') continue;
      if (part === 'thinking' && ((budget >= 0 && thought >= budget) || ending.has(id))) {
        forced = true;
        if (options.strayTag) chunk({ content: '</think>' });
        continue;
      }
      if (used === limit) {
        reason = 'length';
        break;
      }
      if (!(await out.token())) return;
      used += 1;
      if (part === 'tag') continue;
      if (part === 'thinking') thought += 1;
      // The parser trims the line breaks before the answer.
      if (part === 'answer' && !answering && text.trim() === '') continue;
      answering ||= part === 'answer';
      chunk(part === 'thinking' ? { reasoning_content: text } : { content: text });
    }
    chunk({}, reason);
    out.event({ id, choices: [], usage: { prompt_tokens: tokenizer.tokenize(prompt).length, completion_tokens: used, total_tokens: used, prompt_tokens_details: { cached_tokens: 0 } } });
    out.end('data: [DONE]\n\n');
  }

  return await serveWire({
    'GET /v1/models': ({ response }) => json(response, 200, { object: 'list', data: [{ id: MODEL, object: 'model', owned_by: 'llamacpp', meta: { n_ctx_train: 32768 } }] }),
    'GET /props': ({ response }) => json(response, 200, { default_generation_settings: { n_ctx: 4096 }, total_slots: 1, model_path: MODEL, chat_template: '...', build_info: 'b9000-abcdef' }),
    'POST /v1/chat/completions': chat,
    ...(lacks.includes('raw')
      ? {}
      : {
          'POST /apply-template': ({ response, body }) => json(response, 200, { prompt: promptOf(body) }),
          'POST /tokenize': ({ response, body }) => json(response, 200, { tokens: tokenizer.tokenize(body['content'] as string) }),
          'POST /completion': completion,
        }),
    ...(lacks.includes('control')
      ? {}
      : {
          'POST /v1/chat/completions/control': ({ response, body }) => {
            const known = /^chatcmpl-\d+$/.test(String(body['id']));
            if (known) ending.add(String(body['id']));
            json(response, 200, known ? { success: true } : { success: false, message: 'no such completion' });
          },
        }),
  });
}
