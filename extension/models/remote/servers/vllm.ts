/** vLLM. Facts: its protocol files (entrypoints/openai, entrypoints/serve/tokenize) and the page "Reasoning Outputs" of docs.vllm.ai. */
import * as v from 'valibot';
import type { Endpoint } from '../endpoint.ts';
import { readCompletionChunk } from '../wire/completions.ts';
import { answered, asked } from './asked.ts';
import type { RawAccess, RawRequest } from './raw-access.ts';
import { cap, effort, type ServerKind } from './server-kind.ts';
import { said } from '../../../trace/said.ts';

const versionSchema = v.object({ version: v.string() });
const tokensSchema = v.object({ tokens: v.array(v.number()) });
const promptSchema = v.object({ prompt: v.string() });

export const vllm: ServerKind = {
  id: 'vllm',
  name: 'vLLM',
  source: 'https://docs.vllm.ai/en/latest/features/reasoning_outputs/',
  owner: /^vllm$/,
  recognise: async ({ endpoint, listed }, signal) => {
    // Others have a /version too, but do not list max_model_len.
    if (!listed.some(({ owner, contextLength }) => owner === 'vllm' || contextLength !== undefined)) return null;
    const answer = await asked(endpoint, endpoint.beside('/version'), undefined, versionSchema, signal);
    return answer === null ? null : { version: answer.version };
  },
  effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }, { path: 'chat_template_kwargs.enable_thinking', value: false }]),
  // At top level only: inside chat_template_kwargs or extra_body it is ignored without a word.
  cap: cap(['thinking_token_budget'], 'exact'),
  prefixes: ['flags', 'trailing'],
  extras: [{ path: 'return_token_ids', value: true }],
  topLogprobs: 20,
  choices: 'native',
  // Automatic prefix caching, on by default (docs.vllm.ai, Automatic Prefix Caching).
  keepsPrefixes: true,
  raw: rawAccess,
};

function rawAccess(endpoint: Endpoint, model: string): RawAccess {
  const ids = async (body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<readonly number[]> => (await answered(endpoint, '/tokenize', { model, ...body }, tokensSchema, said('count tokens'), signal)).tokens;
  return {
    render: async (messages, { think, effort: level }, signal) => {
      const chat_template_kwargs = think ? { reasoning_effort: level } : { reasoning_effort: 'none', enable_thinking: false };
      const tokens = await ids({ messages, add_generation_prompt: true, chat_template_kwargs }, signal);
      const { prompt } = await answered(endpoint, '/detokenize', { model, tokens }, promptSchema, said('write the prompt'), signal);
      return { text: prompt, ids: tokens };
    },
    tokenize: (prompt, signal) => ids({ prompt, add_special_tokens: false }, signal),
    several: 'n',
    request: (input) => ({ path: '/completions', body: { model, ...body(input) }, format: 'events', read: readCompletionChunk }),
  };
}

function body({ prompt, limit, step, logprobs, bias }: RawRequest): Readonly<Record<string, unknown>> {
  const { temperature, topP, topK, minP } = step.sampler;
  return {
    prompt: 'ids' in prompt ? prompt.ids : prompt.text,
    max_tokens: limit,
    // Absent filters are off; otherwise the model's generation config would set them.
    temperature,
    top_p: topP ?? 1,
    top_k: topK ?? 0,
    min_p: minP ?? 0,
    seed: step.seed,
    return_token_ids: true,
    stream_options: { include_usage: true },
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(bias.length === 0 ? {} : { logit_bias: Object.fromEntries(bias.map(({ id, value }) => [id, Math.max(-100, Math.min(100, value))])) }),
  };
}
