/**
 * What the host and the engine process say to each other: JSON-RPC over Node's IPC channel. Everything is checked where it arrives,
 * on both sides. Errors travel as a reason and a sentence.
 */
import * as v from 'valibot';
import { ReasoningError } from '../reasoning/errors.ts';
import type { ModelCard } from '../reasoning/port.ts';
import { readAnswerSchema, readRequestSchema } from '../runs/reading/reader.ts';
import { modelRefSchema, runRequestSchema, steerRequestSchema } from '../runs/service.ts';
import { said } from '../trace/said.ts';
import { outcomeSchema, runErrorReasonSchema, runEventSchema, samplerSchema } from '../trace/events.ts';

/** Raised whenever an older host or engine could misunderstand the other. */
export const PROTOCOL = 1;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const availability = v.variant('available', [v.object({ available: v.literal(true) }), v.object({ available: v.literal(false), reason: v.string() })]);

export const modelCardSchema = v.object({
  id: v.string(),
  name: v.string(),
  backend: v.picklist(['local', 'remote']),
  hash: v.exactOptional(v.string()),
  origin: v.exactOptional(v.string()),
  contextLength: whole,
  thinking: v.nullable(v.object({ open: v.string(), close: v.string(), closingPhrase: v.string(), afterClose: v.string(), continuePhrase: v.exactOptional(v.string()), wrapUpPhrase: v.exactOptional(v.string()) })),
  effort: v.picklist(['trained', 'requested', 'cap']),
  fullThinkingTokens: v.exactOptional(v.number()),
  tokenCounts: v.picklist(['exact', 'counted', 'estimated']),
  capabilities: v.object({
    endThinking: v.picklist(['exact', 'degraded', 'unavailable']),
    probe: availability,
    rewind: availability,
    append: availability,
    logprobs: availability,
    entropy: availability,
    hiddenStates: availability,
    score: availability,
    fork: availability,
    confidence: v.exactOptional(availability),
    selfEvaluation: v.exactOptional(availability),
    remainingLength: v.exactOptional(availability),
    earlyExits: v.exactOptional(availability),
    conversation: v.exactOptional(availability),
    tools: v.exactOptional(availability),
    endTagBias: v.exactOptional(availability),
    infill: v.exactOptional(availability),
  }),
  defaultSampler: samplerSchema,
}) satisfies v.GenericSchema<ModelCard, ModelCard>;

export const helloSchema = v.object({ protocol: whole, pid: whole });

/** How the engine process is: processor time since its start in ms (all its threads), and its resident memory in bytes. */
export const vitalsSchema = v.object({ cpuMs: v.number(), memoryBytes: v.number() });
export type Vitals = v.InferOutput<typeof vitalsSchema>;

/** Requests of the host; each answers with `result`. */
export const requests = {
  hello: { method: 'hello', params: v.object({}), result: helloSchema },
  ping: { method: 'ping', params: v.object({}), result: vitalsSchema },
  describe: { method: 'describe', params: v.object({ model: modelRefSchema }), result: modelCardSchema },
  run: { method: 'run', params: runRequestSchema, result: outcomeSchema },
  read: { method: 'read', params: readRequestSchema, result: readAnswerSchema },
  steer: { method: 'steer', params: steerRequestSchema, result: v.boolean() },
} as const;

/** Notification of the engine: events of a live run, in order. All of them come before the run's own answer. */
export const eventsNotification = { method: 'events', params: v.object({ run: v.string(), events: v.array(runEventSchema) }) } as const;

/** JSON-RPC error code of a `ReasoningError`; its data has this form. */
export const REASONING_ERROR = -31000;
/** JSON-RPC error code of a request that was cancelled. */
export const CANCELLED = -32800;
export const errorDataSchema = v.object({ reason: runErrorReasonSchema });

/** Check something that came over the channel. Throws a `ReasoningError` that names the message, not its content. */
export function check<S extends v.GenericSchema>(schema: S, data: unknown, what: string): v.InferOutput<S> {
  const parsed = v.safeParse(schema, data);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new ReasoningError('internal', said('The engine and the editor do not understand each other ({0}). Reload the window.', `${what}: ${issue.message} at "${v.getDotPath(issue) ?? ''}"`), { cause: parsed.issues });
}
