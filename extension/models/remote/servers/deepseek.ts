/**
 * DeepSeek. Facts: api-docs.deepseek.com, guides "Thinking Mode" and "Chat Prefix Completion (Beta)". There is no cap on thinking, but a begun reply is
 * continued at /beta when the last message has prefix set; its reasoning_content is then the beginning of the thoughts.
 */
import { effort, type ServerKind } from './server-kind.ts';

export const deepseek: ServerKind = {
  id: 'deepseek',
  name: 'DeepSeek',
  source: 'https://api-docs.deepseek.com/guides/thinking_mode',
  host: /(^|\.)api\.deepseek\.com$/,
  // Its levels are low, high and max; it takes medium for high itself, but says so nowhere in the reply.
  effort: effort('reasoning_effort', ['low', 'high', 'high'], [{ path: 'thinking.type', value: 'disabled' }]),
  cap: null,
  prefixes: ['prefix'],
  prefixPath: '/beta/chat/completions',
  extras: [],
  topLogprobs: 0,
  choices: 'loop',
  // Context caching, on for everybody (guides/kv_cache): the question is kept whole, thoughts at intervals.
  keepsPrefixes: true,
};
