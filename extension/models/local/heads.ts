/**
 * Extra outputs a graph may have beside its logits, each for the last token of a run: the model's own judgement of its course, its
 * prediction of the thought still to come, and what earlier layers would have chosen. Fetched only when asked for.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Availability } from '../../reasoning/port.ts';
import { toFloat32, type FloatArray } from './floats.ts';
import { said } from '../../trace/said.ts';

/** [batch, 1]: probability that the present course ends right. */
const SELF_EVALUATION = 'self_evaluation';
/** [batch, 2]: shape and rate of the Gamma distribution of log(1 + remaining thinking tokens). */
const REMAINING_LENGTH = 'remaining_length';
/** [batch, 1, vocab] per layer: logits read off an earlier layer. */
const EARLY_EXIT = /^early_exit_logits\.(\d+)$/;

/** Names of the outputs the graph has. */
export interface HeadNames {
  readonly selfEvaluation: string | undefined;
  readonly remainingLength: string | undefined;
  /** By layer, first to last. */
  readonly earlyExits: readonly string[];
}

export const noHeads: HeadNames = { selfEvaluation: undefined, remainingLength: undefined, earlyExits: [] };

export interface HeadWants {
  readonly selfEvaluation?: boolean;
  readonly remainingLength?: boolean;
  readonly earlyExits?: boolean;
}

/** What the heads said of one sequence. */
export interface HeadValues {
  readonly selfEvaluation?: number;
  readonly remainingLength?: { readonly alpha: number; readonly lambda: number };
  /** Logits per early exit. */
  readonly earlyExits?: readonly Float32Array[];
}

export function findHeads(outputs: readonly InferenceSession.ValueMetadata[], vocab: number): HeadNames {
  const has = (name: string, width: number): string | undefined => (outputs.some((output) => output.name === name && isFloats(output, width)) ? name : undefined);
  const layers = outputs.flatMap((output) => {
    const layer = EARLY_EXIT.exec(output.name)?.[1];
    return layer !== undefined && isFloats(output, vocab) ? [{ layer: Number(layer), name: output.name }] : [];
  });
  return {
    selfEvaluation: has(SELF_EVALUATION, 1),
    remainingLength: has(REMAINING_LENGTH, 2),
    earlyExits: layers.sort((a, b) => a.layer - b.layer).map(({ name }) => name),
  };
}

export function headCapabilities(names: HeadNames): { selfEvaluation: Availability; remainingLength: Availability; earlyExits: Availability } {
  const given = (there: boolean, what: string): Availability => (there ? { available: true } : { available: false, reason: what });
  return {
    selfEvaluation: given(names.selfEvaluation !== undefined, said('This model was not made to judge its own course.')),
    remainingLength: given(names.remainingLength !== undefined, said('This model was not made to predict how long it will think.')),
    earlyExits: given(names.earlyExits.length > 0, said('This model cannot be read at its earlier layers.')),
  };
}

/** Outputs to fetch for what is wanted and there is. */
export function headFetches(names: HeadNames, wants: HeadWants): string[] {
  return [
    ...(wants.selfEvaluation && names.selfEvaluation !== undefined ? [names.selfEvaluation] : []),
    ...(wants.remainingLength && names.remainingLength !== undefined ? [names.remainingLength] : []),
    ...(wants.earlyExits ? names.earlyExits : []),
  ];
}

/** The values of row `row` among `rows`. Undefined when nothing was fetched. */
export function readHeads(names: HeadNames, result: InferenceSession.OnnxValueMapType, row: number, rows: number): HeadValues | undefined {
  const rowOf = (name: string | undefined): Float32Array | undefined => {
    const tensor = name === undefined ? undefined : (result[name] as Tensor | undefined);
    if (!tensor) return undefined;
    const values = toFloat32(tensor.data as FloatArray);
    const width = values.length / rows;
    return values.slice(row * width, (row + 1) * width);
  };
  const evaluation = rowOf(names.selfEvaluation)?.[0];
  const [alpha, lambda] = rowOf(names.remainingLength) ?? [];
  const exits = names.earlyExits.flatMap((name) => rowOf(name) ?? []);
  const values: HeadValues = {
    ...(evaluation === undefined ? {} : { selfEvaluation: evaluation }),
    ...(alpha === undefined || lambda === undefined ? {} : { remainingLength: { alpha, lambda } }),
    ...(exits.length > 0 ? { earlyExits: exits } : {}),
  };
  return Object.keys(values).length > 0 ? values : undefined;
}

/** A float tensor whose last dimension is `width`, or is left open. */
function isFloats(output: InferenceSession.ValueMetadata, width: number): boolean {
  if (!output.isTensor || (output.type !== 'float32' && output.type !== 'float16')) return false;
  const last = output.shape.at(-1);
  return typeof last !== 'number' || last === width;
}
