/**
 * OpenAI: Responses where it is there, Chat Completions otherwise. Facts: types of the `openai` package 7.57. Thoughts are not shown (Responses tells a
 * summary), cannot be capped apart from the answer, and cannot be gone on with: only the effort is in a client's hands.
 */
import { effort, type ServerKind } from './server-kind.ts';

export const openai: ServerKind = {
  id: 'openai',
  name: 'OpenAI',
  source: 'https://platform.openai.com/docs/guides/reasoning',
  host: /(^|\.)api\.openai\.com$/,
  // Not every model knows "none"; the least one it takes is found out when it refuses.
  effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }]),
  cap: null,
  prefixes: [],
  extras: [],
  topLogprobs: 20,
  choices: 'native',
  responses: true,
};
