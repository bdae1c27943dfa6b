/** Servers that need no more than a row: each is spelled with the same words as the ones that have a file of their own. */
import * as v from 'valibot';
import { asked } from './asked.ts';
import { cap, effort, type ServerKind } from './server-kind.ts';

const plain = { extras: [], topLogprobs: 0, choices: 'loop', prefixes: [], cap: null } as const;
const versionSchema = v.object({ version: v.string() });
const lmStudioSchema = v.object({ data: v.array(v.object({ id: v.string(), state: v.string(), max_context_length: v.nullish(v.number()), loaded_context_length: v.nullish(v.number()) })) });

export const table: readonly ServerKind[] = [
  {
    ...plain,
    id: 'sglang',
    name: 'SGLang',
    // Exact with --enable-strict-thinking; without it the field is let pass and nothing happens, which the trial shows.
    source: 'https://docs.sglang.io/docs/advanced_features/thinking_budget',
    owner: /^sglang$/,
    recognise: async ({ endpoint }, signal) => {
      const answer = (await asked(endpoint, endpoint.beside('/server_info'), undefined, versionSchema, signal)) ?? (await asked(endpoint, endpoint.beside('/get_server_info'), undefined, versionSchema, signal));
      return answer === null ? null : { version: answer.version };
    },
    effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }, { path: 'chat_template_kwargs.enable_thinking', value: false }]),
    cap: cap(['custom_params.thinking_budget'], 'exact'),
    prefixes: ['flags', 'trailing'],
    topLogprobs: 20,
    choices: 'native',
    // RadixAttention, on unless started with --disable-radix-cache.
    keepsPrefixes: true,
  },
  {
    ...plain,
    id: 'lm-studio',
    name: 'LM Studio',
    // The budget of its own SDK (reasoningBudget) is not offered over HTTP.
    source: 'https://lmstudio.ai/docs/developer/api-changelog',
    owner: /^organization[_-]owner$/,
    recognise: async ({ endpoint, model }, signal) => {
      const answer = await asked(endpoint, endpoint.beside('/api/v0/models'), undefined, lmStudioSchema, signal);
      if (answer === null) return null;
      const found = answer.data.find(({ id }) => id === model);
      const length = found?.loaded_context_length ?? found?.max_context_length;
      return { version: null, ...(length ? { contextLength: length } : {}) };
    },
    effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }]),
    prefixes: ['trailing'],
  },
  {
    ...plain,
    id: 'openrouter',
    name: 'OpenRouter',
    // An effort or a number of tokens, not both; the number is kept only where the model behind takes one.
    source: 'https://openrouter.ai/docs/use-cases/reasoning-tokens',
    host: /(^|\.)openrouter\.ai$/,
    effort: effort('reasoning.effort', ['low', 'medium', 'high'], [{ path: 'reasoning.enabled', value: false }]),
    cap: cap(['reasoning.max_tokens'], 'advisory', { minimum: 1024, insteadOfEffort: true }),
    prefixes: ['trailing'],
  },
  {
    ...plain,
    id: 'mistral',
    name: 'Mistral',
    // Thoughts are parts of the content; a part left open is gone on with.
    source: 'https://docs.mistral.ai/capabilities/reasoning/',
    host: /(^|\.)api\.mistral\.ai$/,
    effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }]),
    prefixes: ['thinking-part'],
    choices: 'native',
  },
  {
    ...plain,
    id: 'anthropic',
    name: 'Anthropic (OpenAI layer)',
    // reasoning_effort is ignored there and thoughts are not returned; the budget is a target of 1024 tokens or more.
    source: 'https://docs.anthropic.com/en/api/openai-sdk',
    host: /(^|\.)api\.anthropic\.com$/,
    effort: effort(null, ['low', 'medium', 'high'], [{ path: 'thinking.type', value: 'disabled' }]),
    cap: cap(['thinking.budget_tokens'], 'advisory', { minimum: 1024, with: [{ path: 'thinking.type', value: 'enabled' }] }),
  },
  {
    ...plain,
    id: 'gemini',
    name: 'Gemini (OpenAI layer)',
    // reasoning_effort and thinking_config may not come together. Thoughts are summaries.
    source: 'https://ai.google.dev/gemini-api/docs/openai',
    host: /(^|\.)generativelanguage\.googleapis\.com$/,
    effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }]),
    cap: cap(['extra_body.google.thinking_config.thinking_budget'], 'advisory', { insteadOfEffort: true }),
  },
  {
    ...plain,
    id: 'dashscope',
    name: 'DashScope (Qwen)',
    // A hard ceiling on thinking; a reply can be continued only with thinking off, so a second step asks again.
    source: 'https://www.alibabacloud.com/help/en/model-studio/deep-thinking',
    host: /(^|\.)dashscope(-intl|-us)?\.aliyuncs\.com$/,
    effort: effort(null, ['low', 'medium', 'high'], [{ path: 'enable_thinking', value: false }]),
    cap: cap(['thinking_budget'], 'exact', { minimum: 1, with: [{ path: 'enable_thinking', value: true }] }),
  },
  {
    ...plain,
    id: 'groq',
    name: 'Groq',
    // One choice only, no log-probabilities. "parsed" puts the thoughts into a field of their own.
    source: 'https://console.groq.com/docs/reasoning',
    host: /(^|\.)api\.groq\.com$/,
    effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }]),
    extras: [{ path: 'reasoning_format', value: 'parsed' }],
  },
  {
    ...plain,
    id: 'xai',
    name: 'xAI',
    // At most 8 likeliest tokens, and thoughts stay encrypted; their tokens are counted beside the completion's, not within.
    source: 'https://docs.x.ai/docs/guides/reasoning',
    host: /(^|\.)api\.x\.ai$/,
    effort: effort('reasoning_effort', ['low', 'low', 'high'], [{ path: 'reasoning_effort', value: 'none' }]),
    topLogprobs: 8,
    thoughtsApart: true,
  },
];
