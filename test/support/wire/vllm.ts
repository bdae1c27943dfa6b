/** vLLM as its protocol files define it (entrypoints/openai and entrypoints/serve), with the bugs that users met. */
import { json, sending, serveWire, type Exchange, type Json, type WireServer } from './http.ts';
import { goOn, parsed, render, ToyTokenizer, type Message, type ToyScript } from './toy-model.ts';

export interface VllmOptions {
  /** `choice`: which of several replies to one request. */
  readonly script?: (question: string, choice: number) => ToyScript;
  readonly opens?: boolean;
  /** Started without --reasoning-parser: tags stay in the content, and a budget is refused. */
  readonly noParser?: boolean;
  /** Another template: a model that marks its thoughts with special tokens, as gpt-oss does. They are not in the text. */
  readonly specialTags?: boolean;
  /** A gateway that lets only /v1 through. */
  readonly onlyV1?: boolean;
  /** Older versions know no return_token_ids. */
  readonly noTokenIds?: boolean;
  /** The budget is taken and nothing happens. */
  readonly ignoresBudget?: boolean;
  /** A continued answer is filed under reasoning. */
  readonly answerAsReasoning?: boolean;
  /** Several replies to one request: given by default; or only one of them comes, or a number above 2 is refused. */
  readonly several?: 'ignored' | 'few';
  readonly delayMs?: number;
}

const MODEL = 'toy/reasoner';

export async function startVllm(options: VllmOptions = {}): Promise<WireServer> {
  const { delayMs = 0, opens = false } = options;
  const own = options.script ?? ((question: string): ToyScript => ({ thinking: [' hm'], answer: [question] }));
  const tokenizer = new ToyTokenizer();
  const choicesOf = (body: Json): number => (options.several === 'ignored' ? 1 : ((body['n'] ?? 1) as number));
  const refusesSeveral = ({ body, response }: Exchange): boolean => {
    if (options.several !== 'few' || choicesOf(body) <= 2) return false;
    json(response, 400, { error: { message: 'n must be at most 2.', type: 'BadRequestError', param: 'n', code: 400 } });
    return true;
  };
  const spelled = (piece: string): string => (options.specialTags && /^<\/?think>$/.test(piece) ? '' : piece);
  const idsOf = (pieces: readonly string[]): Json => (options.noTokenIds ? {} : { token_ids: pieces.map((piece) => tokenizer.id(piece)) });

  const promptOf = (messages: readonly Message[], body: Json): string => {
    const kwargs = (body['chat_template_kwargs'] ?? {}) as { enable_thinking?: boolean };
    return render(messages, { think: body['reasoning_effort'] !== 'none' && kwargs.enable_thinking !== false, opens });
  };

  async function completion(exchange: Exchange): Promise<void> {
    const { body } = exchange;
    if (refusesSeveral(exchange)) return;
    const prompt = Array.isArray(body['prompt']) ? tokenizer.detokenize(body['prompt'] as number[]) : (body['prompt'] as string);
    const limit = (body['max_tokens'] ?? 16) as number;
    const forbidden = Object.keys((body['logit_bias'] ?? {}) as object).map(Number);
    const out = sending(exchange, 'events', delayMs);
    let total = 0;
    await Promise.all(Array.from({ length: choicesOf(body) }, (_, choice) => reply(choice)));
    out.event({ id: 'cmpl-1', choices: [], usage: { prompt_tokens: tokenizer.tokenize(prompt).length, completion_tokens: total, total_tokens: 0, prompt_tokens_details: null } });
    out.end('data: [DONE]\n\n');

    function chunk(choice: number, text: string, pieces: readonly string[], finish: string | null): void {
      const top = Object.fromEntries(Array.from({ length: (body['logprobs'] as number | undefined) ?? 0 }, (_, index) => [`x${index}`, -0.5 - index]));
      const logprobs = body['logprobs'] === undefined || pieces.length === 0 ? null : { tokens: pieces, token_logprobs: pieces.map(() => -0.5), top_logprobs: pieces.map(() => top), text_offset: [0] };
      out.event({ id: 'cmpl-1', object: 'text_completion', model: MODEL, choices: [{ index: choice, text, logprobs, finish_reason: finish, stop_reason: null, ...(body['return_token_ids'] ? idsOf(pieces) : {}) }] });
    }

    async function reply(choice: number): Promise<void> {
      let [used, reason] = [0, 'stop'];
      for (const piece of goOn(prompt, (question) => own(question, choice))) {
        if (forbidden.includes(tokenizer.id(piece))) continue;
        if (used === limit) {
          reason = 'length';
          break;
        }
        if (!(await out.token())) return;
        used += 1;
        total += 1;
        chunk(choice, spelled(piece), [piece], null);
      }
      chunk(choice, '', [], reason);
    }
  }

  async function chat(exchange: Exchange): Promise<void> {
    const { body, response } = exchange;
    const budget = body['thinking_token_budget'] as number | undefined;
    if (budget !== undefined && options.noParser) return json(response, 400, { error: { message: 'thinking_token_budget is set but reasoning_config is not configured. Please set --reasoning-config to use thinking_token_budget.', type: 'BadRequestError', param: 'thinking_token_budget', code: 400 } });
    if (refusesSeveral(exchange)) return;
    const messages = body['messages'] as Message[];
    const continued = body['continue_final_message'] === true;
    let prompt = promptOf(continued ? messages.slice(0, -1) : messages, body);
    // Without continue_final_message a last assistant message is a finished turn, and another begins.
    if (continued) prompt = prompt.replace(/<think>\n$/, '') + String(messages.at(-1)!.content);
    const inThoughts = (opens && !continued) || (continued && prompt.lastIndexOf('<think>') > prompt.lastIndexOf('</think>'));
    const misfiled = continued && !inThoughts && options.answerAsReasoning;
    const out = sending(exchange, 'events', delayMs);
    const limit = (body['max_tokens'] ?? Infinity) as number;
    const chunk = (delta: Json, pieces: readonly string[], finish: string | null = null): void => {
      const logprobs = body['logprobs'] && pieces.length > 0 ? { content: pieces.map((token) => ({ token, logprob: -0.25, bytes: [], top_logprobs: Array.from({ length: (body['top_logprobs'] as number | undefined) ?? 0 }, (_, index) => ({ token: 'x', logprob: -0.25 - index })) })) } : null;
      out.event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: MODEL, choices: [{ index: 0, delta, logprobs, finish_reason: finish, ...(body['return_token_ids'] ? idsOf(pieces) : {}) }] });
    };
    chunk({ role: 'assistant', content: '' }, []);
    for (let choice = 1; choice < choicesOf(body); choice += 1) out.event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: MODEL, choices: [{ index: choice, delta: { role: 'assistant', content: '' }, finish_reason: 'length' }] });
    let [used, thought, reason] = [0, 0, 'stop'];
    for (const { part, text } of parsed(goOn(prompt, (question) => own(question, 0)), inThoughts)) {
      if (part === 'thinking' && budget !== undefined && !options.ignoresBudget && thought >= budget) continue;
      if (used === limit) {
        reason = 'length';
        break;
      }
      if (!(await out.token())) return;
      used += 1;
      if (part === 'thinking') thought += 1;
      if (options.noParser) chunk({ content: text }, [text]);
      else if (part !== 'tag') chunk(part === 'thinking' || misfiled ? { reasoning: text } : { content: text }, [text]);
    }
    chunk({}, [], reason);
    out.event({ id: 'chatcmpl-1', choices: [], usage: { prompt_tokens: tokenizer.tokenize(prompt).length, completion_tokens: used, total_tokens: 0, completion_tokens_details: { reasoning_tokens: thought } } });
    out.end('data: [DONE]\n\n');
  }

  return await serveWire({
    'GET /v1/models': ({ response }) => json(response, 200, { object: 'list', data: [{ id: MODEL, object: 'model', owned_by: 'vllm', max_model_len: 4096 }] }),
    'POST /v1/chat/completions': chat,
    'POST /v1/completions': completion,
    ...(options.onlyV1
      ? {}
      : {
          'GET /version': ({ response }) => json(response, 200, { version: '0.21.0' }),
          'POST /tokenize': ({ response, body }) => {
            const ids = tokenizer.tokenize(body['messages'] === undefined ? (body['prompt'] as string) : promptOf(body['messages'] as Message[], body));
            json(response, 200, { count: ids.length, max_model_len: 4096, tokens: ids, token_strs: null });
          },
          'POST /detokenize': ({ response, body }) => json(response, 200, { prompt: tokenizer.detokenize(body['tokens'] as number[]) }),
        }),
  });
}
