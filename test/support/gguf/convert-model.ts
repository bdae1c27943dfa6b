/**
 * Turns a Qwen3 model folder (config, tokenizer, ONNX graph in 32 bits) into one GGUF file for llama.cpp. Everything comes from the folder.
 * Names of tensors and fields: gguf-py/gguf/constants.py of ggml-org/llama.cpp.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { findModelFiles } from '../../../extension/models/local/files.ts';
import { ggufFile, type GgufTensor, type GgufValue } from './gguf-file.ts';
import { onnxWeights } from './onnx-weights.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const configSchema = v.object({
  architectures: v.tuple([v.literal('Qwen3ForCausalLM')]),
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count,
  head_dim: count,
  max_position_embeddings: count,
  rms_norm_eps: v.number(),
  rope_theta: v.number(),
  eos_token_id: count,
  pad_token_id: v.optional(count),
  tie_word_embeddings: v.boolean(),
});
type Config = v.InferOutput<typeof configSchema>;

const tokenizerSchema = v.object({
  added_tokens: v.array(v.object({ id: count, content: v.string(), special: v.boolean() })),
  pre_tokenizer: v.object({ pretokenizers: v.array(v.looseObject({ type: v.string(), pattern: v.optional(v.object({ Regex: v.string() })) })) }),
  model: v.object({ type: v.literal('BPE'), vocab: v.record(v.string(), count), merges: v.array(v.union([v.string(), v.tuple([v.string(), v.string()])])) }),
});
type Tokenizer = v.InferOutput<typeof tokenizerSchema>;

/** llama.cpp's pre-tokenizer `qwen2`; a tokenizer that splits otherwise would be read differently there. */
const QWEN2 = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

/** Kinds of tokens in GGUF. */
const NORMAL = 1;
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

/** Hugging Face's names within a layer, and llama.cpp's. */
const ofLayer: readonly (readonly [theirs: string, ours: string])[] = [
  ['input_layernorm', 'attn_norm'],
  ['self_attn.q_proj', 'attn_q'],
  ['self_attn.k_proj', 'attn_k'],
  ['self_attn.v_proj', 'attn_v'],
  ['self_attn.o_proj', 'attn_output'],
  ['self_attn.q_norm', 'attn_q_norm'],
  ['self_attn.k_norm', 'attn_k_norm'],
  ['post_attention_layernorm', 'ffn_norm'],
  ['mlp.gate_proj', 'ffn_gate'],
  ['mlp.up_proj', 'ffn_up'],
  ['mlp.down_proj', 'ffn_down'],
];

export async function ggufOf(folder: string): Promise<Buffer> {
  const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const config = v.parse(configSchema, json('config.json'));
  const tokenizer = v.parse(tokenizerSchema, json('tokenizer.json'));
  const template = readFileSync(join(folder, 'chat_template.jinja'), 'utf8');
  const weights = onnxWeights((await findModelFiles(folder)).onnx);
  const tensors = tensorsOf(config, weights);
  const [vocabulary = 0] = tensors[0]!.shape;
  const metadata = new Map<string, GgufValue>([...shapeFields(basename(folder), config), ...tokenizerFields(tokenizer, config, vocabulary), ['tokenizer.chat_template', { kind: 'text', value: template }]]);
  return ggufFile(metadata, tensors);
}

function tensorsOf({ num_hidden_layers: layers, tie_word_embeddings: tied }: Config, weights: ReadonlyMap<string, GgufTensor>): GgufTensor[] {
  const named = (theirs: string, name: string): GgufTensor => {
    const tensor = weights.get(`${theirs}.weight`);
    if (!tensor) throw new Error(`The graph has no 32-bit weights named ${theirs}.weight, so it cannot be turned into a GGUF file.`);
    return { ...tensor, name: `${name}.weight` };
  };
  return [
    named('model.embed_tokens', 'token_embd'),
    ...Array.from({ length: layers }, (_, layer) => ofLayer.map(([theirs, ours]) => named(`model.layers.${layer}.${theirs}`, `blk.${layer}.${ours}`))).flat(),
    named('model.norm', 'output_norm'),
    ...(tied ? [] : [named('lm_head', 'output')]),
  ];
}

function shapeFields(name: string, config: Config): readonly (readonly [string, GgufValue])[] {
  const whole = (value: number): GgufValue => ({ kind: 'count', value });
  return [
    ['general.architecture', { kind: 'text', value: 'qwen3' }],
    ['general.name', { kind: 'text', value: name }],
    ['general.file_type', whole(0)],
    ['qwen3.context_length', whole(config.max_position_embeddings)],
    ['qwen3.embedding_length', whole(config.hidden_size)],
    ['qwen3.block_count', whole(config.num_hidden_layers)],
    ['qwen3.feed_forward_length', whole(config.intermediate_size)],
    ['qwen3.attention.head_count', whole(config.num_attention_heads)],
    ['qwen3.attention.head_count_kv', whole(config.num_key_value_heads)],
    ['qwen3.attention.key_length', whole(config.head_dim)],
    ['qwen3.attention.value_length', whole(config.head_dim)],
    ['qwen3.attention.layer_norm_rms_epsilon', { kind: 'real', value: config.rms_norm_eps }],
    ['qwen3.rope.freq_base', { kind: 'real', value: config.rope_theta }],
  ];
}

function tokenizerFields({ added_tokens: added, pre_tokenizer: splitter, model }: Tokenizer, config: Config, vocabulary: number): readonly (readonly [string, GgufValue])[] {
  const pattern = splitter.pretokenizers.find(({ type }) => type === 'Split')?.pattern?.Regex;
  if (pattern !== QWEN2) throw new Error('The tokenizer does not split text as Qwen2 does, so llama.cpp would read it differently. It is not converted.');
  const tokens = Array.from({ length: vocabulary }, (_, id) => `[PAD${id}]`);
  const types = tokens.map(() => UNUSED);
  for (const [token, id] of Object.entries(model.vocab)) [tokens[id], types[id]] = [token, NORMAL];
  for (const { id, content, special } of added) [tokens[id], types[id]] = [content, special ? CONTROL : USER_DEFINED];
  return [
    ['tokenizer.ggml.model', { kind: 'text', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { kind: 'text', value: 'qwen2' }],
    ['tokenizer.ggml.tokens', { kind: 'texts', value: tokens }],
    ['tokenizer.ggml.token_type', { kind: 'integers', value: types }],
    ['tokenizer.ggml.merges', { kind: 'texts', value: model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' '))) }],
    ['tokenizer.ggml.eos_token_id', { kind: 'count', value: config.eos_token_id }],
    ...(config.pad_token_id === undefined ? [] : ([['tokenizer.ggml.padding_token_id', { kind: 'count', value: config.pad_token_id }]] as const)),
    ['tokenizer.ggml.add_bos_token', { kind: 'flag', value: false }],
  ];
}
