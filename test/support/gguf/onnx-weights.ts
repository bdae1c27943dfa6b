/** The weights inside an exported decoder, under their Hugging Face names. The exporter keeps matrices transposed and says so in their names. */
import { readFileSync } from 'node:fs';
import { fields } from '../../../extension/models/local/protobuf.ts';
import type { GgufTensor } from './gguf-file.ts';

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_DIMS = 1;
const TENSOR_TYPE = 2;
const TENSOR_NAME = 8;
const TENSOR_RAW = 9;
const FLOAT = 1;
const TRANSPOSED = '.transposed';

/** Weights of 32 bits that are inside the file. What is kept otherwise is not among them. */
export function onnxWeights(file: string): ReadonlyMap<string, GgufTensor> {
  const weights = new Map<string, GgufTensor>();
  for (const graph of fields(readFileSync(file))) {
    if (graph.number !== MODEL_GRAPH) continue;
    for (const part of fields(graph.bytes)) {
      const tensor = part.number === GRAPH_INITIALIZER ? readTensor(part.bytes) : null;
      if (tensor) weights.set(tensor.name, tensor);
    }
  }
  return weights;
}

function readTensor(bytes: Uint8Array): GgufTensor | null {
  let name = '';
  let type = 0;
  let raw: Uint8Array | undefined;
  const shape: number[] = [];
  for (const field of fields(bytes)) {
    if (field.number === TENSOR_NAME) name = new TextDecoder().decode(field.bytes);
    else if (field.number === TENSOR_TYPE) type = field.value;
    else if (field.number === TENSOR_RAW) raw = field.bytes;
    else if (field.number === TENSOR_DIMS) shape.push(...(field.wire === 0 ? [field.value] : packed(field.bytes)));
  }
  if (type !== FLOAT || !raw) return null;
  // A copy, because the bytes in the file need not begin where a number may.
  const values = new Float32Array(Uint8Array.from(raw).buffer);
  if (!name.endsWith(TRANSPOSED)) return { name, shape, values };
  const [rows = 0, columns = 0] = shape;
  return { name: name.slice(0, -TRANSPOSED.length), shape: [columns, rows], values: transposed(values, rows, columns) };
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) turned[column * rows + row] = values[row * columns + column]!;
  return turned;
}

/** Numbers one after another in a field of bytes. */
function packed(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
    scale = 1;
  }
  return numbers;
}
