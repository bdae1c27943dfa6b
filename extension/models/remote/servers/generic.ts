/** A server of no known kind: everything is tried, nothing is assumed. */
import { cap, effort, type ServerKind } from './server-kind.ts';

export const generic: ServerKind = {
  id: 'generic',
  name: 'OpenAI-compatible server',
  source: 'https://platform.openai.com/docs/api-reference/chat',
  effort: effort('reasoning_effort', ['low', 'medium', 'high'], [{ path: 'reasoning_effort', value: 'none' }, { path: 'chat_template_kwargs.enable_thinking', value: false }]),
  // A gateway may stand before a server that knows one of them; what counts is whether the thoughts then end.
  cap: cap(['thinking_token_budget', 'reasoning_budget_tokens', 'thinking_budget'], 'exact'),
  prefixes: ['flags', 'reasoning', 'trailing'],
  extras: [],
  topLogprobs: 20,
  choices: 'loop',
};
