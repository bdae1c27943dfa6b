/**
 * Ollama. Facts: docs.ollama.com (thinking, API reference) and api/types.go of ollama/ollama. Its OpenAI-compatible chat starts afresh when a reply has
 * begun, or not, depending on the model's renderer; /api/generate with raw takes a whole prompt as text, and _debug_render_only writes that prompt.
 */
import * as v from 'valibot';
import type { Endpoint } from '../endpoint.ts';
import { readOllamaLine } from '../wire/ollama.ts';
import { answered, asked } from './asked.ts';
import type { RawAccess, RawRequest } from './raw-access.ts';
import { effort, type ServerKind } from './server-kind.ts';
import { said } from '../../../trace/said.ts';

const versionSchema = v.object({ version: v.string() });
const loadedSchema = v.object({ models: v.array(v.object({ name: v.string(), model: v.nullish(v.string()), context_length: v.nullish(v.number()) })) });
const renderedSchema = v.object({ _debug_info: v.object({ rendered_template: v.string() }) });

export const ollama: ServerKind = {
  id: 'ollama',
  name: 'Ollama',
  source: 'https://docs.ollama.com/capabilities/thinking',
  owner: /^library$/,
  recognise: async ({ endpoint }, signal) => {
    const answer = await asked(endpoint, endpoint.beside('/api/version'), undefined, versionSchema, signal);
    return answer === null ? null : { version: answer.version };
  },
  // The length it was loaded with, which is often far below what the model could hold.
  loadedLength: async ({ endpoint, model }, signal) => {
    const loaded = await asked(endpoint, endpoint.beside('/api/ps'), undefined, loadedSchema, signal);
    return loaded?.models.find((one) => one.name === model || one.model === model)?.context_length ?? null;
  },
  effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }]),
  cap: null,
  prefixes: ['trailing'],
  extras: [],
  topLogprobs: 20,
  choices: 'loop',
  // Its runner keeps the tokens of each slot (runner/ollamarunner/cache.go).
  keepsPrefixes: true,
  raw: rawAccess,
};

function rawAccess(endpoint: Endpoint, model: string): RawAccess {
  return {
    render: async (messages, { think }, signal) => {
      // A version that does not know the switch would answer instead: one token is all it may spend on that.
      const body = { model, messages, stream: false, think, _debug_render_only: true, options: { num_predict: 1 } };
      const { _debug_info } = await answered(endpoint, '/api/chat', body, renderedSchema, said('write the prompt'), signal);
      return { text: _debug_info.rendered_template, ids: null };
    },
    tokenize: null,
    request: (input) => ({ path: endpoint.beside('/api/generate'), body: { model, ...body(input) }, format: 'lines', read: readOllamaLine }),
  };
}

function body({ prompt, limit, step, logprobs }: RawRequest): Readonly<Record<string, unknown>> {
  const { temperature, topP, topK, minP } = step.sampler;
  return {
    prompt: 'text' in prompt ? prompt.text : '',
    raw: true,
    // A prompt that does not fit is refused rather than cut at its beginning without a word.
    truncate: false,
    shift: false,
    options: { num_predict: limit, temperature, top_k: topK ?? 0, top_p: topP ?? 1, min_p: minP ?? 0, repeat_penalty: 1, seed: step.seed },
    ...(logprobs === undefined ? {} : { logprobs: true, top_logprobs: logprobs }),
  };
}
