/** llama-server of llama.cpp. Facts: tools/server/README.md of ggml-org/llama.cpp, and its v0.5.0 sources. */
import * as v from 'valibot';
import type { Endpoint } from '../endpoint.ts';
import { readLlamaChunk } from '../wire/llama.ts';
import { answered, asked } from './asked.ts';
import type { RawAccess, RawRequest } from './raw-access.ts';
import { cap, effort, type ServerKind } from './server-kind.ts';
import { said } from '../../../trace/said.ts';

const propsSchema = v.object({ build_info: v.nullish(v.string()), default_generation_settings: v.object({ n_ctx: v.nullish(v.number()) }) });
const promptSchema = v.object({ prompt: v.string() });
const tokensSchema = v.object({ tokens: v.array(v.number()) });

export const llamaServer: ServerKind = {
  id: 'llama-server',
  name: 'llama-server (llama.cpp)',
  source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  owner: /^llamacpp$/,
  recognise: async ({ endpoint }, signal) => {
    const props = await asked(endpoint, endpoint.beside('/props'), undefined, propsSchema, signal);
    if (props === null) return null;
    const length = props.default_generation_settings.n_ctx;
    return { version: props.build_info ?? null, ...(length ? { contextLength: length } : {}) };
  },
  // The template gets the word; "none" turns thinking off. Older builds know only the template's own switch.
  effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }, { path: 'chat_template_kwargs.enable_thinking', value: false }]),
  cap: cap(['reasoning_budget_tokens'], 'exact'),
  prefixes: ['reasoning', 'flags', 'trailing'],
  extras: [],
  topLogprobs: 20,
  choices: 'native',
  // cache_prompt, on by default.
  keepsPrefixes: true,
  raw: rawAccess,
  control: true,
};

function rawAccess(endpoint: Endpoint, model: string): RawAccess {
  // A router in front of several models goes by the name; a single server does not mind it.
  const ids = async (content: string, special: boolean, signal: AbortSignal): Promise<readonly number[]> =>
    (await answered(endpoint, '/tokenize', { model, content, add_special: special, parse_special: true }, tokensSchema, said('count tokens'), signal)).tokens;
  return {
    render: async (messages, { think, effort: level }, signal) => {
      const switches = think ? { reasoning_effort: level } : { reasoning_effort: 'none', chat_template_kwargs: { enable_thinking: false } };
      const { prompt } = await answered(endpoint, '/apply-template', { model, messages, ...switches }, promptSchema, said('write the prompt'), signal);
      // The template's text lacks the token that begins a sequence: the server adds it when it reads text.
      return { text: prompt, ids: await ids(prompt, true, signal) };
    },
    tokenize: (text, signal) => ids(text, false, signal),
    several: 'n_cmpl',
    request: (input) => ({ path: endpoint.beside('/completion'), body: { model, ...body(input) }, format: 'events', read: readLlamaChunk }),
  };
}

function body({ prompt, limit, step, logprobs, bias }: RawRequest): Readonly<Record<string, unknown>> {
  const { temperature, topP, topK, minP } = step.sampler;
  return {
    prompt: 'ids' in prompt ? prompt.ids : prompt.text,
    n_predict: limit,
    // The server has filters and penalties of its own; absent ones are off here.
    temperature,
    top_k: topK ?? 0,
    top_p: topP ?? 1,
    min_p: minP ?? 0,
    repeat_penalty: 1,
    seed: step.seed,
    cache_prompt: true,
    return_tokens: true,
    ...(logprobs === undefined ? {} : { n_probs: Math.max(1, logprobs) }),
    ...(bias.length === 0 ? {} : { logit_bias: bias.map(({ id, value }) => [id, value <= -100 ? false : value]) }),
  };
}
