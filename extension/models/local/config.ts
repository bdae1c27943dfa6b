/** What a Hugging Face-style folder says of its model: context length, end tokens, cache shape hints, default sampler. */
import { join } from 'node:path';
import * as v from 'valibot';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { Sampler } from '../../trace/events.ts';
import { readJson } from './json.ts';
import { said } from '../../trace/said.ts';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const ids = v.nullish(v.union([whole, v.array(whole)]));

/** Settings a model may carry for Reins; any model may have them, none needs them. */
const reinsSchema = v.looseObject({
  thinking: v.optional(v.nullable(v.object({ open: v.pipe(v.string(), v.minLength(1)), close: v.pipe(v.string(), v.minLength(1)), closingPhrase: v.optional(v.string()), afterClose: v.optional(v.string()), continuePhrase: v.optional(v.string()), wrapUpPhrase: v.optional(v.string()) }))),
  effort: v.optional(v.picklist(['trained', 'cap'])),
  fullThinkingTokens: v.optional(v.pipe(v.number(), v.minValue(1))),
  /** True for a model of the task world that was trained to say so when asked about anything else. */
  refuses: v.optional(v.boolean()),
});
export type ReinsSettings = v.InferOutput<typeof reinsSchema>;

const shape = {
  max_position_embeddings: v.nullish(positive),
  n_positions: v.nullish(positive),
  num_hidden_layers: v.nullish(positive),
  num_attention_heads: v.nullish(positive),
  num_key_value_heads: v.nullish(positive),
  hidden_size: v.nullish(positive),
  head_dim: v.nullish(positive),
  eos_token_id: ids,
};
const configSchema = v.looseObject({ ...shape, text_config: v.nullish(v.looseObject(shape)), reins: v.optional(reinsSchema) });

const generationSchema = v.looseObject({
  eos_token_id: ids,
  do_sample: v.nullish(v.boolean()),
  temperature: v.nullish(v.pipe(v.number(), v.minValue(0))),
  top_k: v.nullish(whole),
  top_p: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  min_p: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
});

const genaiSchema = v.looseObject({
  model: v.optional(
    v.looseObject({
      context_length: v.nullish(positive),
      eos_token_id: ids,
      decoder: v.optional(v.looseObject({ filename: v.nullish(v.string()), head_size: v.nullish(positive), num_key_value_heads: v.nullish(positive), num_hidden_layers: v.nullish(positive) })),
    }),
  ),
});

export interface ModelMetadata {
  /** Tokens the model can hold, prompt included. */
  readonly contextLength: number;
  readonly endIds: readonly number[];
  /** Hints for cache dimensions the graph leaves open. */
  readonly layers: number | undefined;
  readonly kvHeads: number | undefined;
  readonly headDim: number | undefined;
  readonly defaultSampler: Sampler;
  /** File name the genai config gives, if any. */
  readonly preferredFile: string | undefined;
  readonly reins: ReinsSettings;
}

const DEFAULT_CONTEXT = 2048;

/** Read config.json, generation_config.json and genai_config.json of `folder`. Throws `model-missing` without config.json. */
export async function readMetadata(folder: string): Promise<ModelMetadata> {
  const [config, generation, genai] = await Promise.all([
    readJson(join(folder, 'config.json'), configSchema),
    readJson(join(folder, 'generation_config.json'), generationSchema),
    readJson(join(folder, 'genai_config.json'), genaiSchema),
  ]);
  if (!config) throw new ReasoningError('model-missing', said('The folder {0} has no config.json, so it is not a Hugging Face model folder. Choose the folder that holds config.json.', folder));
  const text = config.text_config ?? {};
  const pick = <K extends keyof typeof shape>(key: K) => config[key] ?? text[key] ?? undefined;
  const heads = pick('num_attention_heads');
  const hidden = pick('hidden_size');
  const own = pick('max_position_embeddings') ?? pick('n_positions');
  const limits = [own, genai?.model?.context_length].filter((limit) => typeof limit === 'number');
  return {
    contextLength: limits.length > 0 ? Math.min(...limits) : DEFAULT_CONTEXT,
    endIds: [...new Set([generation?.eos_token_id, pick('eos_token_id'), genai?.model?.eos_token_id].flatMap((value) => value ?? []))],
    layers: pick('num_hidden_layers') ?? genai?.model?.decoder?.num_hidden_layers ?? undefined,
    kvHeads: pick('num_key_value_heads') ?? genai?.model?.decoder?.num_key_value_heads ?? heads,
    headDim: pick('head_dim') ?? genai?.model?.decoder?.head_size ?? (hidden && heads ? Math.floor(hidden / heads) : undefined),
    defaultSampler: samplerOf(generation),
    preferredFile: genai?.model?.decoder?.filename ?? undefined,
    reins: config.reins ?? {},
  };
}

/** Greedy unless the generation config asks for sampling, as Hugging Face reads it. */
function samplerOf(generation: v.InferOutput<typeof generationSchema> | undefined): Sampler {
  if (!generation?.do_sample) return { temperature: 0 };
  const { temperature, top_k: topK, top_p: topP, min_p: minP } = generation;
  return {
    temperature: temperature ?? 1,
    ...(topK ? { topK } : {}),
    ...(topP != null && topP < 1 ? { topP } : {}),
    ...(minP ? { minP } : {}),
  };
}
