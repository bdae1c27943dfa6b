/** Chunks of a streamed chat completion. Extra fields are let pass; of the known ones only the shape Reins needs is demanded. */
import * as v from 'valibot';
import type { Delta, ListedToken, ServerUsage } from './delta.ts';

const text = v.nullish(v.string());
const whole = v.nullish(v.number());

/** Some servers (Mistral) send content as a list of typed parts. */
const contentPart = v.object({ type: v.string(), text, thinking: v.nullish(v.array(v.object({ text }))) });
const content = v.nullish(v.union([v.string(), v.array(contentPart)]));
/** OpenRouter's thoughts block by block, beside or instead of `reasoning`. */
const reasoningDetail = v.object({ type: v.nullish(v.string()), text, summary: text });

export const usageSchema = v.object({
  prompt_tokens: whole,
  completion_tokens: whole,
  /** SGLang has it here. */
  reasoning_tokens: whole,
  completion_tokens_details: v.nullish(v.object({ reasoning_tokens: whole })),
  prompt_tokens_details: v.nullish(v.object({ cached_tokens: whole })),
  /** DeepSeek's name for cached tokens. */
  prompt_cache_hit_tokens: whole,
});

const logprobSchema = v.object({ token: v.string(), logprob: v.nullish(v.number()), top_logprobs: v.nullish(v.array(v.object({ logprob: v.nullish(v.number()) }))) });

const choiceSchema = v.object({
  index: v.nullish(v.number()),
  delta: v.nullish(v.object({ content, reasoning: text, reasoning_content: text, thinking: text, reasoning_details: v.nullish(v.array(reasoningDetail)) })),
  finish_reason: text,
  /** Some versions of SGLang list the tokens of thoughts apart. */
  logprobs: v.nullish(v.object({ content: v.nullish(v.array(logprobSchema)) })),
  token_ids: v.nullish(v.array(v.number())),
});

const chunkSchema = v.object({ id: text, choices: v.nullish(v.array(choiceSchema)), usage: v.nullish(usageSchema) });

/** Null when it is no completion chunk. */
export function readChatChunk(value: unknown): Delta | null {
  const parsed = v.safeParse(chunkSchema, value);
  if (!parsed.success) return null;
  const { id } = parsed.output;
  // With several choices (not asked for) only the first is ours.
  const choice = parsed.output.choices?.find((one) => (one.index ?? 0) === 0);
  const usage = parsed.output.usage ? readUsage(parsed.output.usage) : undefined;
  const tokens = choice?.logprobs?.content?.map(readLogprob);
  return {
    ...readText(choice?.delta),
    ...(tokens && tokens.length > 0 ? { tokens } : {}),
    ...(choice?.token_ids && choice.token_ids.length > 0 ? { ids: choice.token_ids } : {}),
    ...(id ? { id } : {}),
    ...(choice?.finish_reason ? { finish: choice.finish_reason } : {}),
    ...(usage ? { usage } : {}),
  };
}

type WireDelta = NonNullable<v.InferOutput<typeof choiceSchema>['delta']>;

function readText(delta: WireDelta | null | undefined): Pick<Delta, 'reasoning' | 'content' | 'field'> {
  const parts = Array.isArray(delta?.content) ? delta.content : [];
  const fromContent = typeof delta?.content === 'string' ? delta.content : parts.map((part) => part.text ?? '').join('');
  // Servers that mirror the text in two fields mean it once.
  const field = (['reasoning', 'reasoning_content', 'thinking'] as const).find((name) => (delta?.[name] ?? '') !== '');
  if (field) return { reasoning: delta?.[field] ?? '', field, content: fromContent };
  const partThoughts = parts.flatMap((part) => part.thinking ?? []).map((part) => part.text ?? '').join('');
  if (partThoughts !== '') return { reasoning: partThoughts, field: 'parts', content: fromContent };
  const details = delta?.reasoning_details ?? [];
  const detailed = details.map((detail) => detail.text ?? '').join('');
  if (detailed !== '') return { reasoning: detailed, field: 'reasoning', content: fromContent };
  const summary = details.map((detail) => detail.summary ?? '').join('');
  return summary === '' ? { reasoning: '', content: fromContent } : { reasoning: summary, field: 'summary', content: fromContent };
}

function readLogprob({ token, logprob, top_logprobs }: v.InferOutput<typeof logprobSchema>): ListedToken {
  const top = (top_logprobs ?? []).flatMap((one) => (one.logprob == null ? [] : [one.logprob]));
  return { text: token, logprob: logprob ?? null, ...(top.length > 0 ? { top } : {}) };
}

export function readUsage(usage: v.InferOutput<typeof usageSchema>): ServerUsage {
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? usage.reasoning_tokens;
  const cached = usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens;
  return {
    ...(usage.prompt_tokens == null ? {} : { promptTokens: usage.prompt_tokens }),
    ...(cached == null ? {} : { cachedTokens: cached }),
    ...(usage.completion_tokens == null ? {} : { completionTokens: usage.completion_tokens }),
    ...(reasoning == null ? {} : { reasoningTokens: reasoning }),
  };
}
