/**
 * Filling a gap in code on a server, by the best way it has: llama-server's /infill, a completion with a `suffix`, or the model's own marks in a
 * text completion. Sources: tools/server/README.md of ggml-org/llama.cpp; docs.mistral.ai (FIM); api-docs.deepseek.com (FIM completion, beta);
 * docs/api/openai-compatibility of Ollama.
 */
import type { Availability, Infill } from '../../../reasoning/port.ts';
import { fimPrompt, formatOfName, withSnippets } from '../../fim.ts';
import type { KindId } from '../capability-record.ts';
import type { Endpoint, WireRequest } from '../endpoint.ts';
import { readChatChunk } from '../wire/chat.ts';
import { readCompletionChunk } from '../wire/completions.ts';
import { readLlamaChunk } from '../wire/llama.ts';
import type { RawAccess, RawRequest } from './raw-access.ts';
import { said } from '../../../trace/said.ts';

/** infill: /infill; fim: Mistral's own; beta: DeepSeek's; suffix: the field of a text completion; marks: the model's, by its name. */
export type InfillWay = 'infill' | 'fim' | 'beta' | 'suffix' | 'marks';

/** Null: only asking in words is left. */
export function infillWay(kind: KindId, model: string): InfillWay | null {
  const marks = formatOfName(model) === null ? null : 'marks';
  switch (kind) {
    case 'llama-server':
      return marks === null ? null : 'infill';
    case 'mistral':
      return marks === null ? null : 'fim';
    case 'deepseek':
      return 'beta';
    case 'ollama':
      return marks === null ? null : 'suffix';
    case 'vllm':
    case 'sglang':
    case 'lm-studio':
    case 'generic':
      return marks;
    case 'openai':
    case 'openrouter':
    case 'anthropic':
    case 'gemini':
    case 'dashscope':
    case 'groq':
    case 'xai':
      return null;
  }
}

export function infillAvailability(kind: KindId, model: string): Availability {
  return infillWay(kind, model) === null ? { available: false, reason: said('This server is asked in words to fill a gap in code: it gives no better way with this model.') } : { available: true };
}

export interface InfillPlace {
  readonly endpoint: Endpoint;
  readonly kind: KindId;
  readonly model: string;
}

/** As a prompt that Reins puts together itself; null where there is no such way. */
export function infillAccess(place: InfillPlace, infill: Infill): RawAccess | null {
  const way = infillWay(place.kind, place.model);
  if (way === null) return null;
  const text = promptText(way, place, infill);
  return {
    render: () => Promise.resolve({ text, ids: null }),
    tokenize: null,
    // What has been written already stands behind the prompt, and is a longer prefix.
    request: (input) => requestOf(way, place, infill, 'text' in input.prompt ? input.prompt.text.slice(text.length) : '', input),
  };
}

/** What the trace shows of the prompt. Servers put the marks around it themselves, except where Reins has to. */
function promptText(way: InfillWay, { model }: InfillPlace, infill: Infill): string {
  const format = way === 'marks' ? formatOfName(model) : null;
  return format ? fimPrompt(format, withSnippets(infill)) : withSnippets(infill).prefix;
}

function requestOf(way: InfillWay, place: InfillPlace, infill: Infill, written: string, { limit, step }: RawRequest): WireRequest {
  const { endpoint, model } = place;
  const { temperature, topP } = step.sampler;
  const { prefix, suffix } = withSnippets(infill);
  const common = { model, temperature, ...(topP === undefined ? {} : { top_p: topP }) };
  const withSuffix = { ...common, prompt: prefix + written, suffix, max_tokens: limit };
  switch (way) {
    case 'infill':
      return {
        path: endpoint.beside('/infill'),
        body: { ...common, input_prefix: infill.prefix + written, input_suffix: suffix, input_extra: infill.snippets.map(({ path, text }) => ({ filename: path, text })), n_predict: limit, seed: step.seed, cache_prompt: true, n_probs: 1 },
        format: 'events',
        read: readLlamaChunk,
      };
    case 'fim':
      return { path: '/fim/completions', body: withSuffix, format: 'events', read: readChatChunk };
    case 'beta':
      return { path: endpoint.beside('/beta/completions'), body: withSuffix, format: 'events', read: readCompletionChunk };
    case 'suffix':
      return { path: '/completions', body: { ...withSuffix, seed: step.seed }, format: 'events', read: readCompletionChunk };
    case 'marks': {
      const format = formatOfName(model);
      const prompt = promptText(way, place, infill) + written;
      // Servers take at most four ends in this field.
      return { path: '/completions', body: { ...common, prompt, max_tokens: limit, seed: step.seed, stop: format?.ends.slice(0, 4) ?? [] }, format: 'events', read: readCompletionChunk };
    }
  }
}
