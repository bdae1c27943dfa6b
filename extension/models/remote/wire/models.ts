/** The list of models as servers spell it. */
import * as v from 'valibot';

const whole = v.nullish(v.number());

export const modelListSchema = v.object({
  data: v.array(
    v.object({
      id: v.string(),
      /** Often the name of the server's software. */
      owned_by: v.nullish(v.string()),
      /** Context length as vLLM, OpenRouter and llama-server spell it, in tokens. */
      max_model_len: whole,
      context_length: whole,
      meta: v.nullish(v.object({ n_ctx: whole, n_ctx_train: whole })),
    }),
  ),
});

export interface ListedModel {
  readonly id: string;
  /** Tokens, where the server tells. */
  readonly contextLength?: number;
  readonly owner?: string;
}

/** Null when it is no list of models. */
export function readModels(value: unknown): ListedModel[] | null {
  const list = v.safeParse(modelListSchema, value);
  if (!list.success) return null;
  return list.output.data.map((model) => {
    const contextLength = model.max_model_len ?? model.context_length ?? model.meta?.n_ctx ?? model.meta?.n_ctx_train;
    return { id: model.id, ...(contextLength ? { contextLength } : {}), ...(model.owned_by ? { owner: model.owned_by } : {}) };
  });
}

/** What people call it: llama-server lists a model by the whole path of its file. */
export function shortName(id: string): string {
  return /\.gguf$/i.test(id) ? (id.split(/[\\/]/).at(-1) ?? id) : id;
}
