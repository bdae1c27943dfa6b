/** Reading the thoughts of one model with another one: what is asked of whoever has the reader, and what comes back. */
import * as v from 'valibot';
import { contextSchema } from '../../trace/events.ts';
import { modelRefSchema } from '../service.ts';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

export const readRequestSchema = v.object({
  /** Names the reading; its pieces come one after another. */
  reading: v.string(),
  /** The reader. */
  model: modelRefSchema,
  question: v.string(),
  context: v.optional(contextSchema),
  /** rest: a shorter last piece, after which more may come that begins with it; close: nothing more comes. */
  part: v.picklist(['piece', 'rest', 'close']),
  text: v.string(),
});
export type ReadRequest = v.InferOutput<typeof readRequestSchema>;

/** Where the reader's inner state has gone so far; the figures are those of latent-trajectory.ts, averaged over its layers. */
export const readAnswerSchema = v.object({
  /** Of the piece, as the reader counts. */
  tokens: whole,
  /** Pieces less one. */
  steps: whole,
  /** Null while there is too little to read. */
  figures: v.nullable(v.object({ net: v.number(), netNeutral: v.nullable(v.number()), aligned: v.number(), medianStep: v.number() })),
  /** The reader's context holds no more: this piece was left out. */
  full: v.boolean(),
});
export type ReadAnswer = v.InferOutput<typeof readAnswerSchema>;

export interface ThoughtReader {
  read(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer>;
}
