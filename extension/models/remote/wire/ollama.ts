/** Lines of Ollama's own /api/generate (docs.ollama.com, API reference; api/types.go). */
import * as v from 'valibot';
import type { Delta } from './delta.ts';

const logprob = v.object({ token: v.string(), logprob: v.nullish(v.number()), top_logprobs: v.nullish(v.array(v.object({ logprob: v.nullish(v.number()) }))) });

const lineSchema = v.object({
  response: v.nullish(v.string()),
  thinking: v.nullish(v.string()),
  done: v.nullish(v.boolean()),
  /** stop, length, load or unload. */
  done_reason: v.nullish(v.string()),
  prompt_eval_count: v.nullish(v.number()),
  eval_count: v.nullish(v.number()),
  logprobs: v.nullish(v.array(logprob)),
  error: v.nullish(v.string()),
});

/** Null when it is no line of a reply. */
export function readOllamaLine(value: unknown): Delta | null {
  const parsed = v.safeParse(lineSchema, value);
  if (!parsed.success) return null;
  const line = parsed.output;
  if (line.error) return { reasoning: '', content: '', failure: line.error };
  if (line.response == null && line.thinking == null && line.done == null) return null;
  const tokens = (line.logprobs ?? []).map((one) => {
    const top = (one.top_logprobs ?? []).flatMap(({ logprob: value }) => (value == null ? [] : [value]));
    return { text: one.token, logprob: one.logprob ?? null, ...(top.length > 0 ? { top } : {}) };
  });
  return {
    reasoning: line.thinking ?? '',
    ...(line.thinking ? { field: 'thinking' as const } : {}),
    content: line.response ?? '',
    ...(tokens.length > 0 ? { tokens } : {}),
    ...(line.done ? { finish: line.done_reason ?? 'stop', usage: readCounts(line) } : {}),
  };
}

function readCounts(line: v.InferOutput<typeof lineSchema>): NonNullable<Delta['usage']> {
  return {
    ...(line.prompt_eval_count == null ? {} : { promptTokens: line.prompt_eval_count }),
    ...(line.eval_count == null ? {} : { completionTokens: line.eval_count }),
  };
}
