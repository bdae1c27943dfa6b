/** Finds the ONNX file of a model folder and the data files beside it. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ReasoningError } from '../../reasoning/errors.ts';
import { said } from '../../trace/said.ts';

export interface ModelFiles {
  readonly folder: string;
  /** Path of the .onnx file. */
  readonly onnx: string;
  /** Paths of its external data files found beside it. */
  readonly data: readonly string[];
  /** Bytes of the .onnx file, and of all files together. */
  readonly onnxBytes: number;
  readonly bytes: number;
}

/** An fp32 export up to this size is taken before smaller ones: it is the most exact and still quick on a CPU. */
const SMALL_FP32 = 512 * 2 ** 20;
/** What runs well on a CPU first; 16-bit floats are emulated there, so they come last. */
const SUFFIXES = ['_q4', '_int8', '_quantized', '_uint8', '_bnb4', '', '_q4f16', '_fp16', '_q2', '_q2f16', '_q1', '_q1f16'];
const STEMS = ['model', 'decoder_model_merged', 'decoder_with_past_model'];

/**
 * Choose the ONNX file in `folder/onnx` or `folder`. `preferred` (a file name from the model's own metadata) wins when it exists.
 * Throws `model-missing` when the folder or the file is not there.
 */
export async function findModelFiles(folder: string, preferred?: string): Promise<ModelFiles> {
  const rootNames = await list(folder);
  if (!rootNames) throw new ReasoningError('model-missing', said('There is no model folder at {0}. It may have been moved or deleted; choose a model again.', folder));
  const subfolder = join(folder, 'onnx');
  const places = [{ at: subfolder, names: (await list(subfolder)) ?? [] }, { at: folder, names: rootNames }];
  for (const { at, names } of places) {
    const graphs = names.filter((name) => name.endsWith('.onnx'));
    if (graphs.length === 0) continue;
    const candidates = await Promise.all(graphs.map((name) => describe(folder, at, name, names)));
    const chosen = choose(candidates, preferred);
    if (chosen) return chosen;
  }
  throw new ReasoningError('model-missing', said('The folder {0} has no ONNX decoder (no model.onnx in it or in its "onnx" folder). Choose a model that was exported to ONNX.', folder));
}

function choose(candidates: readonly ModelFiles[], preferred: string | undefined): ModelFiles | undefined {
  const named = (name: string) => candidates.find((candidate) => basename(candidate.onnx) === name);
  if (preferred && named(preferred)) return named(preferred);
  for (const stem of STEMS) {
    const full = named(`${stem}.onnx`);
    if (full && full.bytes <= SMALL_FP32) return full;
    for (const suffix of SUFFIXES) {
      const candidate = named(`${stem}${suffix}.onnx`);
      if (candidate) return candidate;
    }
  }
  return candidates.length === 1 ? candidates[0] : undefined;
}

async function describe(folder: string, at: string, name: string, names: readonly string[]): Promise<ModelFiles> {
  // model.onnx.data, model.onnx_data, model.onnx_data_1 and on
  const data = names.filter((other) => other === `${name}.data` || other === `${name}_data` || other.startsWith(`${name}_data_`)).map((other) => join(at, other));
  const onnx = join(at, name);
  const [onnxBytes, dataBytes] = await Promise.all([totalBytes([onnx]), totalBytes(data)]);
  return { folder, onnx, data, onnxBytes, bytes: onnxBytes + dataBytes };
}

async function totalBytes(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The folder that external data locations are relative to. */
export function dataFolder(files: ModelFiles): string {
  return dirname(files.onnx);
}

async function list(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch {
    return undefined;
  }
}
