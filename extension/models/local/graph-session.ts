/** Opens an ONNX file: checks that it is whole, exposes the residual stream, and hands it to the runtime. */
import { open, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { Availability } from '../../reasoning/port.ts';
import type { GraphSession } from './decoder.ts';
import { dataFolder, type ModelFiles } from './files.ts';
import { outputsSuffix, summarize, type GraphSummary } from './onnx-graph.ts';
import { TruncatedMessage } from './protobuf.ts';
import { findResiduals, type ResidualNames } from './residuals.ts';
import { said } from '../../trace/said.ts';

export interface OpenGraphOptions {
  /** Blocks of the decoder, to look for their residual tensors. */
  readonly layers: number | undefined;
  /** Threads inside an operator; absent: one for a small model, else the runtime's own choice (physical cores). */
  readonly threads?: number | undefined;
}

export interface OpenGraph {
  readonly session: GraphSession;
  readonly inputs: readonly InferenceSession.ValueMetadata[];
  readonly outputs: readonly InferenceSession.ValueMetadata[];
  readonly residuals: ResidualNames | undefined;
  readonly hiddenStates: Availability;
}

/**
 * Above this size the file is handed over by path: reading it here as well would need its size again in memory, in one block, and inside the
 * editor's own Node large blocks end the process.
 */
const READ_LIMIT = process.versions['electron'] === undefined ? 2 ** 30 : 2 ** 29;
/** Room behind the file's bytes for the names of extra outputs: a model of 200 layers needs 20 kB. */
const ROOM = 2 ** 16;
/** Below this many bytes of weights, handing work to a second thread takes longer than doing it (0.29 against 0.23 ms a token at 4.5 MB). */
const ONE_THREAD = 32 * 2 ** 20;

/** Open the graph. Throws `model-missing` or `model-invalid` with what to do about it. */
export async function openGraph(files: ModelFiles, options: OpenGraphOptions): Promise<OpenGraph> {
  const { size } = await stat(files.onnx);
  if (size === 0) throw broken(files, said('it is empty'));
  if (size > READ_LIMIT) {
    const session = await create(files, files.onnx, options);
    return opened(session, undefined, { available: false, reason: said('The weights are inside one large ONNX file, which Reins does not copy to reach the hidden states.') });
  }
  const buffer = await readWithRoom(files.onnx, size);
  const bytes = buffer.subarray(0, size);
  const summary = check(files, bytes);
  await checkExternal(files, summary);
  const residuals = options.layers ? findResiduals(summary.produced, options.layers) : undefined;
  const suffix = outputsSuffix(residuals?.layers ?? []);
  if (!residuals || suffix.length > ROOM) {
    return opened(await create(files, bytes, options), undefined, { available: false, reason: said('This export does not name its residual states in a way Reins knows.') });
  }
  buffer.set(suffix, size);
  return opened(await create(files, buffer.subarray(0, size + suffix.length), options), residuals, { available: true });
}

/** Bytes that are read here, beside the runtime's own copy. */
export function bytesReadTwice(onnxBytes: number): number {
  return onnxBytes > READ_LIMIT ? 0 : onnxBytes;
}

async function readWithRoom(path: string, size: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(size + ROOM);
  const file = await open(path);
  try {
    let at = 0;
    while (at < size) {
      const { bytesRead } = await file.read(buffer, at, size - at, at);
      if (bytesRead === 0) break; // it became shorter meanwhile: the check of the graph will say so
      at += bytesRead;
    }
    if (at < size) buffer.fill(0, at, size);
  } finally {
    await file.close();
  }
  return buffer;
}

function opened(session: InferenceSession, residuals: ResidualNames | undefined, hiddenStates: Availability): OpenGraph {
  const own = new Set(residuals?.layers);
  return {
    session: { run: (feeds, fetches) => session.run(feeds, fetches), release: () => session.release() },
    inputs: session.inputMetadata,
    outputs: session.outputMetadata.filter((output) => !own.has(output.name)),
    residuals,
    hiddenStates,
  };
}

function check(files: ModelFiles, bytes: Uint8Array): GraphSummary {
  try {
    return summarize(bytes);
  } catch (error) {
    throw broken(files, error instanceof TruncatedMessage ? said('it is cut off or damaged') : said('it is not an ONNX file'), error);
  }
}

/** Every external data file must be there and long enough, else the runtime fails with a message nobody understands. */
async function checkExternal(files: ModelFiles, summary: GraphSummary): Promise<void> {
  const folder = dataFolder(files);
  const ends = new Map<string, number>();
  for (const { location, end } of summary.external) ends.set(location, Math.max(end, ends.get(location) ?? 0));
  for (const [location, end] of ends) {
    const path = resolve(folder, location);
    if (!path.startsWith(folder + sep)) throw broken(files, said('it points to weights outside its folder ("{0}")', location));
    const size = await stat(path).then((found) => found.size, () => undefined);
    if (size === undefined) throw new ReasoningError('model-missing', said('The weights file {0} is missing beside {1}. Download it into {2}.', location, basename(files.onnx), folder));
    if (size < end) throw new ReasoningError('model-invalid', said('The weights file {0} is incomplete ({1} of at least {2} bytes). Download it again.', location, size, end));
  }
}

async function create(files: ModelFiles, model: string | Uint8Array, options: OpenGraphOptions): Promise<InferenceSession> {
  const threads = options.threads ?? (files.bytes < ONE_THREAD ? 1 : undefined);
  const settings: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    // Electron's allocator kills the process when one block is too large, and the arena doubles its blocks.
    enableCpuMemArena: process.versions['electron'] === undefined,
    logSeverityLevel: 3,
    ...(threads ? { intraOpNumThreads: threads } : {}),
    extra: {
      session: {
        model_external_initializers_file_folder_path: dataFolder(files),
        // Spinning threads cost a desktop its quiet and gain nothing measurable.
        intra_op: { allow_spinning: '0' },
      },
    },
  };
  try {
    return typeof model === 'string' ? await InferenceSession.create(model, settings) : await InferenceSession.create(model, settings);
  } catch (error) {
    throw broken(files, said('ONNX Runtime refuses it: {0}', (error instanceof Error ? error.message : String(error)).slice(0, 300)), error);
  }
}

function broken(files: ModelFiles, what: string, cause?: unknown): ReasoningError {
  return new ReasoningError('model-invalid', said('The model file {0} cannot be used: {1}. Download it again, or choose another export.', join(basename(dataFolder(files)), basename(files.onnx)), what), { cause });
}
