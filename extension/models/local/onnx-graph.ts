/** Reads what is needed of an ONNX file's bytes and appends graph outputs to them. */
import { bytesField, fields, varintField } from './protobuf.ts';

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const GRAPH_OUTPUT = 12;
const NODE_OUTPUT = 2;
const TENSOR_NAME = 8;
const TENSOR_EXTERNAL = 13;
const FLOAT = 1;

export interface ExternalBlock {
  readonly tensor: string;
  /** File, relative to the model's folder. */
  readonly location: string;
  /** Bytes of the file that must exist for this tensor. */
  readonly end: number;
}

export interface GraphSummary {
  /** Names of all tensors that nodes produce. */
  readonly produced: ReadonlySet<string>;
  /** Weights kept outside the file. */
  readonly external: readonly ExternalBlock[];
}

const text = new TextDecoder();

/** Walk the graph. Throws `TruncatedMessage` when the bytes are cut off, and an Error when there is no graph in them. */
export function summarize(model: Uint8Array): GraphSummary {
  const produced = new Set<string>();
  const external: ExternalBlock[] = [];
  let graphs = 0;
  for (const field of fields(model)) {
    if (field.number !== MODEL_GRAPH) continue;
    graphs += 1;
    for (const part of fields(field.bytes)) {
      if (part.number === GRAPH_NODE) {
        for (const item of fields(part.bytes)) if (item.number === NODE_OUTPUT) produced.add(text.decode(item.bytes));
      } else if (part.number === GRAPH_INITIALIZER) {
        const block = externalBlock(part.bytes);
        if (block) external.push(block);
      }
    }
  }
  if (graphs === 0) throw new Error('no graph in the file');
  return { produced, external };
}

function externalBlock(tensor: Uint8Array): ExternalBlock | undefined {
  let name = '';
  const entries = new Map<string, string>();
  for (const field of fields(tensor)) {
    if (field.number === TENSOR_NAME) name = text.decode(field.bytes);
    if (field.number !== TENSOR_EXTERNAL) continue;
    const pair = [...fields(field.bytes)];
    const get = (number: number) => text.decode(pair.find((item) => item.number === number)?.bytes ?? new Uint8Array());
    entries.set(get(1), get(2));
  }
  const location = entries.get('location');
  if (location === undefined) return undefined;
  return { tensor: name, location, end: Number(entries.get('offset') ?? 0) + Number(entries.get('length') ?? 0) };
}

/**
 * Bytes that, written after a model's own, add graph outputs to it. Protobuf merges repeated occurrences of a message field, so a second
 * graph field that holds only outputs adds them to the first; nothing else changes and the original file stays as it is.
 */
export function outputsSuffix(names: readonly string[]): Uint8Array {
  // ValueInfo { name = 1, type = 2 { tensor_type = 1 { elem_type = 1 } } }; the runtime infers the shape
  const type = bytesField(2, bytesField(1, varintField(1, FLOAT)));
  const outputs = names.map((name) => bytesField(GRAPH_OUTPUT, Buffer.concat([bytesField(1, name), type])));
  return bytesField(MODEL_GRAPH, Buffer.concat(outputs));
}
