/** What a graph takes and gives, read from the runtime's metadata, never from the model's name. */
import type { InferenceSession } from 'onnxruntime-node';
import { ReasoningError } from '../../reasoning/errors.ts';
import { said } from '../../trace/said.ts';

export type FloatType = 'float32' | 'float16';

/** One tensor of the key-value cache: shape [batch, heads, tokens, dim]. */
export interface CacheSlot {
  readonly past: string;
  readonly present: string;
  readonly type: FloatType;
  readonly heads: number;
  readonly dim: number;
}

export type IntegerType = 'int64' | 'int32';

export interface Signature {
  readonly idType: IntegerType;
  /** Absent: the graph has no such input. */
  readonly maskType: IntegerType | undefined;
  readonly positionType: IntegerType | undefined;
  /** Rank of `num_logits_to_keep` (0 or 1) when the graph has it. */
  readonly keepLogitsRank: number | undefined;
  readonly hasCacheBranch: boolean;
  readonly slots: readonly CacheSlot[];
  readonly logitsType: FloatType;
  readonly vocab: number;
}

export interface ShapeHints {
  readonly kvHeads: number | undefined;
  readonly headDim: number | undefined;
}

type Meta = InferenceSession.TensorValueMetadata;

const refuse = (why: string): never => {
  throw new ReasoningError('model-invalid', said('Reins cannot run this ONNX export: {0} Choose a text-generation export with a key-value cache (input_ids, past_key_values).', why));
};

/** Read the signature. Throws `model-invalid` with the reason when the graph is not a plain decoder. */
export function readSignature(inputs: readonly InferenceSession.ValueMetadata[], outputs: readonly InferenceSession.ValueMetadata[], hints: ShapeHints): Signature {
  const given = new Map(inputs.map((input) => [input.name, tensor(input)]));
  const results = new Map(outputs.map((output) => [output.name, tensor(output)]));
  if (given.has('inputs_embeds')) refuse('it takes embeddings (inputs_embeds) instead of tokens, as image models do.');
  if (given.has('encoder_hidden_states') || given.has('pixel_values')) refuse('it is part of an encoder-decoder or image model.');
  const ids = given.get('input_ids') ?? refuse('it has no input named input_ids.');
  const mask = given.get('attention_mask');
  const positions = given.get('position_ids');
  if (positions && positions.shape.length !== 2) refuse(`its position_ids have ${positions.shape.length} dimensions.`);
  const logits = results.get('logits') ?? refuse('it has no output named logits.');
  const vocab = logits.shape.at(-1);
  if (typeof vocab !== 'number' || vocab < 2) refuse('its logits do not tell the size of the vocabulary.');

  const slots: CacheSlot[] = [];
  for (const [name, input] of given) {
    if (name === 'input_ids' || name === 'attention_mask' || name === 'position_ids' || name === 'num_logits_to_keep' || name === 'use_cache_branch') continue;
    if (!/^past/.test(name)) refuse(`it wants an input named ${name}, which is unknown.`);
    slots.push(slotOf(name, input, results, hints));
  }
  if (slots.length === 0) refuse('it has no key-value cache, so every token would cost the whole text again.');
  return {
    idType: integerType(ids),
    maskType: mask && integerType(mask),
    positionType: positions && integerType(positions),
    keepLogitsRank: given.get('num_logits_to_keep')?.shape.length,
    hasCacheBranch: given.has('use_cache_branch'),
    slots,
    logitsType: floatType('logits', logits.type),
    vocab: vocab as number,
  };
}

function slotOf(past: string, input: Meta, results: ReadonlyMap<string, Meta>, hints: ShapeHints): CacheSlot {
  const present = past.replace(/^past(_key_values)?/, 'present');
  if (!results.has(present)) refuse(`its cache input ${past} has no output named ${present}.`);
  const [, heads, tokens, dim] = input.shape;
  if (input.shape.length !== 4) refuse(`its cache ${past} has ${input.shape.length} dimensions instead of 4 (a recurrent or packed cache).`);
  if (typeof tokens === 'number') refuse(`its cache ${past} has a fixed length of ${tokens} tokens.`);
  // Sliding-window layers with a rolling cache of their own length need a pre-filled buffer and cannot be cut back.
  if (String(tokens).includes('sliding')) refuse('some of its layers keep a rolling (sliding-window) cache, which cannot be rewound.');
  const headCount = typeof heads === 'number' ? heads : hints.kvHeads;
  const size = typeof dim === 'number' ? dim : hints.headDim;
  if (!headCount || !size) return refuse(`neither the graph nor config.json tells the shape of its cache ${past}.`);
  return { past, present, type: floatType(past, input.type), heads: headCount, dim: size };
}

function integerType({ name, type }: Meta): IntegerType {
  return type === 'int64' || type === 'int32' ? type : refuse(`${name} is ${type} instead of an integer type.`);
}

function floatType(name: string, type: string): FloatType {
  return type === 'float32' || type === 'float16' ? type : refuse(`${name} is ${type} instead of a floating-point type.`);
}

function tensor(meta: InferenceSession.ValueMetadata): Meta {
  return meta.isTensor ? meta : refuse(`${meta.name} is not a tensor.`);
}
