/** What a server sends, validated where it comes in. Extra fields are let pass; of the known ones only the shape Reins needs is demanded. */
import * as v from 'valibot';

const text = v.nullish(v.string());
const whole = v.nullish(v.number());

/** Some servers (Mistral) send content as a list of typed parts. */
const contentPart = v.object({ type: v.string(), text, thinking: v.nullish(v.array(v.object({ text }))) });
const content = v.nullish(v.union([v.string(), v.array(contentPart)]));

export const usageSchema = v.object({
  prompt_tokens: whole,
  completion_tokens: whole,
  /** SGLang has it here. */
  reasoning_tokens: whole,
  completion_tokens_details: v.nullish(v.object({ reasoning_tokens: whole })),
});

const logprobSchema = v.object({ token: v.string(), logprob: v.nullable(v.number()) });

const choiceSchema = v.object({
  index: v.nullish(v.number()),
  delta: v.nullish(v.object({ content, reasoning: text, reasoning_content: text, thinking: text })),
  finish_reason: text,
  logprobs: v.nullish(v.object({ content: v.nullish(v.array(logprobSchema)) })),
});

export const chunkSchema = v.object({ choices: v.nullish(v.array(choiceSchema)), usage: v.nullish(usageSchema) });
export type WireChunk = v.InferOutput<typeof chunkSchema>;

export const modelListSchema = v.object({
  data: v.array(
    v.object({
      id: v.string(),
      /** Context length as vLLM, OpenRouter and llama-server spell it, in tokens. */
      max_model_len: whole,
      context_length: whole,
      meta: v.nullish(v.object({ n_ctx: whole, n_ctx_train: whole })),
    }),
  ),
});

export type ReasoningField = 'reasoning' | 'reasoning_content' | 'thinking';

/** Usage as the server counted it, in its own tokens. */
export interface ServerUsage {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly reasoningTokens?: number;
}

/** One validated chunk, without the differences between servers. */
export interface Delta {
  readonly reasoning: string;
  readonly field?: ReasoningField | 'parts';
  readonly content: string;
  readonly tokens?: readonly { readonly text: string; readonly logprob: number | null }[];
  readonly finish?: string;
  readonly usage?: ServerUsage;
}

/** Null when it is no completion chunk. */
export function readChunk(value: unknown): Delta | null {
  const parsed = v.safeParse(chunkSchema, value);
  if (!parsed.success) return null;
  const usage = parsed.output.usage ? readUsage(parsed.output.usage) : undefined;
  // With several choices (not asked for) only the first is ours.
  const choice = parsed.output.choices?.find((one) => (one.index ?? 0) === 0);
  const delta = choice?.delta;
  const parts = Array.isArray(delta?.content) ? delta.content : [];
  const partThoughts = parts.flatMap((part) => part.thinking ?? []).map((part) => part.text ?? '').join('');
  const field = (['reasoning', 'reasoning_content', 'thinking'] as const).find((name) => (delta?.[name] ?? '') !== '');
  const tokens = choice?.logprobs?.content?.map(({ token, logprob }) => ({ text: token, logprob }));
  return {
    // Servers that mirror the text in two fields mean it once.
    reasoning: field ? (delta?.[field] ?? '') : partThoughts,
    content: typeof delta?.content === 'string' ? delta.content : parts.map((part) => part.text ?? '').join(''),
    ...(field ? { field } : partThoughts === '' ? {} : { field: 'parts' as const }),
    ...(tokens && tokens.length > 0 ? { tokens } : {}),
    ...(choice?.finish_reason ? { finish: choice.finish_reason } : {}),
    ...(usage ? { usage } : {}),
  };
}

function readUsage(usage: v.InferOutput<typeof usageSchema>): ServerUsage {
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? usage.reasoning_tokens;
  return {
    ...(usage.prompt_tokens == null ? {} : { promptTokens: usage.prompt_tokens }),
    ...(usage.completion_tokens == null ? {} : { completionTokens: usage.completion_tokens }),
    ...(reasoning == null ? {} : { reasoningTokens: reasoning }),
  };
}
