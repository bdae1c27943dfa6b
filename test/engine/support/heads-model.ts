/**
 * A fixture model with extra outputs: nodes written behind the bytes of its graph, as protobuf allows. Their weights are simple, so that a
 * test can compute them itself from the residual states.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summarize } from '../../../extension/models/local/onnx-graph.ts';
import { bytesField, varintField } from '../../../extension/models/local/protobuf.ts';
import { findResiduals } from '../../../extension/models/local/residuals.ts';
import { fixtures } from './models.ts';

export const WIDTH = 64;
export const VOCAB = 256;
const LAYERS = 3;
/** Weight of component `i` for output `j`. */
export const weight = (i: number, j: number): number => Math.sin(1 + i * 3 + j) / 4;

/** Write the folder; the caller removes it. */
export async function makeHeadsModel(source: string): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'reins-heads-'));
  await cp(join(fixtures, source), folder, { recursive: true });
  const path = join(folder, 'onnx', 'model.onnx');
  const graph = await readFile(path);
  await writeFile(path, Buffer.concat([graph, graphSuffix(graph)]));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

function graphSuffix(graph: Uint8Array): Uint8Array {
  const states = findResiduals(summarize(graph).produced, LAYERS)?.layers ?? [];
  const [first = '', , last = ''] = states;
  return bytesField(7, Buffer.concat([
    initializer('heads.last', 7, [1], BigInt64Array.of(-1n)),
    ...head('self_evaluation', last, 1, 'Sigmoid', true),
    ...head('remaining_length', last, 2, 'Softplus', true),
    ...head('early_exit_logits.0', first, VOCAB, 'Identity', false),
    ...head('early_exit_logits.1', last, VOCAB, 'Identity', false),
  ]));
}

/** state[:, -1] times the weights, through `activation`. `flat` drops the dimension of the position. */
function head(name: string, state: string, width: number, activation: string, flat: boolean): Uint8Array[] {
  const weights = Float32Array.from({ length: WIDTH * width }, (_, at) => weight(Math.floor(at / width), at % width));
  const shape = flat ? [initializer(`${name}.shape`, 7, [2], BigInt64Array.of(-1n, BigInt(width)))] : [];
  const last = flat ? [node('Reshape', [`${name}.raw`, `${name}.shape`], name)] : [node('Identity', [`${name}.raw`], name)];
  return [
    initializer(`${name}.weight`, 1, [WIDTH, width], weights),
    ...shape,
    node('Gather', [state, 'heads.last'], `${name}.state`, bytesField(5, Buffer.concat([bytesField(1, 'axis'), varintField(3, 1), varintField(20, 2)]))),
    node('MatMul', [`${name}.state`, `${name}.weight`], `${name}.product`),
    node(activation, [`${name}.product`], `${name}.raw`),
    ...last,
    bytesField(12, Buffer.concat([bytesField(1, name), bytesField(2, bytesField(1, varintField(1, 1)))])),
  ];
}

function node(type: string, inputs: readonly string[], output: string, attribute: Uint8Array = new Uint8Array(0)): Uint8Array {
  return bytesField(1, Buffer.concat([...inputs.map((input) => bytesField(1, input)), bytesField(2, output), bytesField(3, `node.${output}`), bytesField(4, type), attribute]));
}

function initializer(name: string, type: number, dims: readonly number[], data: Float32Array | BigInt64Array): Uint8Array {
  return bytesField(5, Buffer.concat([...dims.map((dim) => varintField(1, dim)), varintField(2, type), bytesField(8, name), bytesField(9, new Uint8Array(data.buffer))]));
}
