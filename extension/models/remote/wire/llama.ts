/** Chunks of llama-server's own /completion (tools/server/README.md of llama.cpp, "Response format"). */
import * as v from 'valibot';
import type { Delta, ListedToken } from './delta.ts';

const probability = v.object({ token: v.nullish(v.string()), logprob: v.nullish(v.number()), top_logprobs: v.nullish(v.array(v.object({ logprob: v.nullish(v.number()) }))) });

const chunkSchema = v.object({
  content: v.string(),
  tokens: v.nullish(v.array(v.number())),
  stop: v.nullish(v.boolean()),
  /** none, eos, limit or word. */
  stop_type: v.nullish(v.string()),
  truncated: v.nullish(v.boolean()),
  completion_probabilities: v.nullish(v.array(probability)),
  tokens_evaluated: v.nullish(v.number()),
  tokens_predicted: v.nullish(v.number()),
  timings: v.nullish(v.object({ cache_n: v.nullish(v.number()) })),
});

/** Null when it is no chunk of a completion. */
export function readLlamaChunk(value: unknown): Delta | null {
  const parsed = v.safeParse(chunkSchema, value);
  if (!parsed.success) return null;
  const chunk = parsed.output;
  const tokens = (chunk.completion_probabilities ?? []).map(readProbability);
  return {
    reasoning: '',
    content: chunk.content,
    ...(tokens.length > 0 ? { tokens } : {}),
    ...(chunk.tokens && chunk.tokens.length > 0 ? { ids: chunk.tokens } : {}),
    ...(chunk.stop ? { finish: chunk.stop_type === 'limit' || chunk.truncated ? 'length' : 'stop', usage: readCounts(chunk) } : {}),
  };
}

function readProbability({ token, logprob, top_logprobs }: v.InferOutput<typeof probability>): ListedToken {
  const top = (top_logprobs ?? []).flatMap((one) => (one.logprob == null ? [] : [one.logprob]));
  return { text: token ?? '', logprob: logprob ?? null, ...(top.length > 0 ? { top } : {}) };
}

function readCounts(chunk: v.InferOutput<typeof chunkSchema>): NonNullable<Delta['usage']> {
  return {
    ...(chunk.tokens_evaluated == null ? {} : { promptTokens: chunk.tokens_evaluated }),
    ...(chunk.timings?.cache_n == null ? {} : { cachedTokens: chunk.timings.cache_n }),
    ...(chunk.tokens_predicted == null ? {} : { completionTokens: chunk.tokens_predicted }),
  };
}
