/** Chunks of a streamed text completion (/v1/completions), with token ids where the server gives them (vLLM's return_token_ids). */
import * as v from 'valibot';
import { readUsage, usageSchema } from './chat.ts';
import type { Delta, ListedToken } from './delta.ts';

const logprobsSchema = v.object({
  tokens: v.nullish(v.array(v.string())),
  token_logprobs: v.nullish(v.array(v.nullable(v.number()))),
  top_logprobs: v.nullish(v.array(v.nullable(v.record(v.string(), v.number())))),
});

const chunkSchema = v.object({
  id: v.nullish(v.string()),
  choices: v.nullish(
    v.array(
      v.object({
        index: v.nullish(v.number()),
        text: v.nullish(v.string()),
        finish_reason: v.nullish(v.string()),
        logprobs: v.nullish(logprobsSchema),
        token_ids: v.nullish(v.array(v.number())),
      }),
    ),
  ),
  usage: v.nullish(usageSchema),
});

/** Null when it is no completion chunk. */
export function readCompletionChunk(value: unknown): Delta | null {
  const parsed = v.safeParse(chunkSchema, value);
  if (!parsed.success || (parsed.output.choices == null && parsed.output.usage == null)) return null;
  const choice = parsed.output.choices?.find((one) => (one.index ?? 0) === 0);
  const tokens = choice?.logprobs ? readLogprobs(choice.logprobs) : [];
  return {
    reasoning: '',
    content: choice?.text ?? '',
    ...(tokens.length > 0 ? { tokens } : {}),
    ...(choice?.token_ids && choice.token_ids.length > 0 ? { ids: choice.token_ids } : {}),
    ...(parsed.output.id ? { id: parsed.output.id } : {}),
    ...(choice?.finish_reason ? { finish: choice.finish_reason } : {}),
    ...(parsed.output.usage ? { usage: readUsage(parsed.output.usage) } : {}),
  };
}

function readLogprobs({ tokens, token_logprobs, top_logprobs }: v.InferOutput<typeof logprobsSchema>): ListedToken[] {
  return (tokens ?? []).map((text, index) => {
    const top = Object.values(top_logprobs?.[index] ?? {});
    return { text, logprob: token_logprobs?.[index] ?? null, ...(top.length > 0 ? { top } : {}) };
  });
}
