/** Writes GGUF, llama.cpp's file format, version 3: figures and texts by name, then 32-bit tensors. Source: docs/gguf.md of ggml-org/ggml. */

export type GgufValue =
  | { readonly kind: 'count'; readonly value: number }
  | { readonly kind: 'real'; readonly value: number }
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'texts'; readonly value: readonly string[] }
  | { readonly kind: 'integers'; readonly value: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  /** As in PyTorch: rows first. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const VERSION = 3;
const ALIGNMENT = 32;
/** Numbers of the format's types. */
const UINT32 = 4;
const INT32 = 5;
const FLOAT32 = 6;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;
const TENSOR_F32 = 0;

export function ggufFile(metadata: ReadonlyMap<string, GgufValue>, tensors: readonly GgufTensor[]): Buffer {
  const head: Buffer[] = [Buffer.from('GGUF'), uint32(VERSION), uint64(tensors.length), uint64(metadata.size)];
  for (const [name, value] of metadata) head.push(text(name), valueBytes(value));
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    // The format names the fastest dimension first.
    head.push(text(name), uint32(shape.length), ...shape.toReversed().map(uint64), uint32(TENSOR_F32), uint64(offset));
    offset += aligned(values.byteLength);
  }
  const front = Buffer.concat(head);
  const data = tensors.map(({ values }) => padded(Buffer.from(values.buffer, values.byteOffset, values.byteLength)));
  return Buffer.concat([padded(front), ...data]);
}

function valueBytes(given: GgufValue): Buffer {
  switch (given.kind) {
    case 'count':
      return Buffer.concat([uint32(UINT32), uint32(given.value)]);
    case 'real': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(given.value);
      return Buffer.concat([uint32(FLOAT32), bytes]);
    }
    case 'flag':
      return Buffer.concat([uint32(BOOL), Buffer.from([given.value ? 1 : 0])]);
    case 'text':
      return Buffer.concat([uint32(STRING), text(given.value)]);
    case 'texts':
      return Buffer.concat([uint32(ARRAY), uint32(STRING), uint64(given.value.length), ...given.value.map(text)]);
    case 'integers':
      return Buffer.concat([uint32(ARRAY), uint32(INT32), uint64(given.value.length), ...given.value.map(int32)]);
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length)]);
}
