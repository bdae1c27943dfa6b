/** Events of OpenAI's Responses API (types of the `openai` package, resources/responses). Only what a text reply needs. */
import * as v from 'valibot';
import { emptyDelta, type Delta, type ServerUsage } from './delta.ts';

const usageSchema = v.object({
  input_tokens: v.nullish(v.number()),
  input_tokens_details: v.nullish(v.object({ cached_tokens: v.nullish(v.number()) })),
  output_tokens: v.nullish(v.number()),
  output_tokens_details: v.nullish(v.object({ reasoning_tokens: v.nullish(v.number()) })),
});

const eventSchema = v.object({
  type: v.string(),
  delta: v.nullish(v.unknown()),
  message: v.nullish(v.string()),
  response: v.nullish(
    v.object({
      id: v.nullish(v.string()),
      usage: v.nullish(usageSchema),
      incomplete_details: v.nullish(v.object({ reason: v.nullish(v.string()) })),
      error: v.nullish(v.object({ message: v.nullish(v.string()) })),
    }),
  ),
});

/** Null when it is no event of a response. */
export function readResponseEvent(value: unknown): Delta | null {
  const parsed = v.safeParse(eventSchema, value);
  if (!parsed.success) return null;
  const event = parsed.output;
  const text = typeof event.delta === 'string' ? event.delta : '';
  const usage = event.response?.usage ? { usage: readUsage(event.response.usage) } : {};
  switch (event.type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return { reasoning: '', content: text };
    case 'response.reasoning_summary_text.delta':
      return { reasoning: text, field: 'summary', content: '' };
    case 'response.reasoning_summary_text.done':
      return { reasoning: '\n\n', field: 'summary', content: '' };
    // Servers of open models show the thoughts themselves.
    case 'response.reasoning_text.delta':
      return { reasoning: text, field: 'reasoning', content: '' };
    case 'response.completed':
      return { ...emptyDelta, finish: 'stop', ...usage };
    case 'response.incomplete':
      return { ...emptyDelta, finish: event.response?.incomplete_details?.reason === 'content_filter' ? 'content_filter' : 'length', ...usage };
    case 'response.failed':
      return { ...emptyDelta, failure: event.response?.error?.message ?? 'the response failed' };
    case 'error':
      return { ...emptyDelta, failure: event.message ?? 'the response failed' };
    default:
      return event.type.startsWith('response.') ? emptyDelta : null;
  }
}

function readUsage(usage: v.InferOutput<typeof usageSchema>): ServerUsage {
  const reasoning = usage.output_tokens_details?.reasoning_tokens;
  const cached = usage.input_tokens_details?.cached_tokens;
  return {
    ...(usage.input_tokens == null ? {} : { promptTokens: usage.input_tokens }),
    ...(cached == null ? {} : { cachedTokens: cached }),
    ...(usage.output_tokens == null ? {} : { completionTokens: usage.output_tokens }),
    ...(reasoning == null ? {} : { reasoningTokens: reasoning }),
  };
}
