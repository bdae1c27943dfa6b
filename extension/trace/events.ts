/**
 * The run event log: every thing a run does, in the order it happened.
 *
 * These schemas are the single source of the types. Events are validated once where they come in: over RPC from the
 * engine, from a trace file, or from the host into the viewer. A log is append-only; a torn last line is legal.
 */
import * as v from 'valibot';

/** Version of the event log written by this code. Files of a newer version are refused with a sentence, older ones are read. */
export const TRACE_VERSION = 2;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const effortSchema = v.picklist(['low', 'medium', 'high']);
/** How hard the model should think. */
export type Effort = v.InferOutput<typeof effortSchema>;

export const askedEffortSchema = v.picklist([...effortSchema.options, 'auto']);
/** What the person chose. With auto the run chooses the effort, and its decision says why. */
export type AskedEffort = v.InferOutput<typeof askedEffortSchema>;

export const phaseSchema = v.picklist(['idle', 'thinking', 'closing', 'solving', 'done']);
/** idle → thinking → closing (the end of thinking is written) → solving → done. */
export type Phase = v.InferOutput<typeof phaseSchema>;

export const phaseReasonSchema = v.picklist([
  'start',
  'natural-end', // the model closed its thinking, or ended its answer
  'budget', // the phase's token budget is spent
  'time', // the optional budget in seconds is spent
  'early-exit', // an exit policy decided
  'user', // Answer Now, or Keep Thinking going back
  'closed', // the closing text is written
  'no-thinking', // a thinking budget of 0, or a model without thoughts
  'resumed', // continuing an earlier run
  'tools', // results of tools came, and the model goes on
  'stopped', // Stop
  'failed',
]);
export type PhaseReason = v.InferOutput<typeof phaseReasonSchema>;

/** Token limits of one request (units: tokens of the model; seconds of wall time). */
export const budgetsSchema = v.object({ thinking: count, solution: count, seconds: v.optional(v.pipe(v.number(), v.minValue(0))) });
export type Budgets = v.InferOutput<typeof budgetsSchema>;

/**
 * Tokens used. `thinking` + `probes` never exceed the thinking budget; `solution` never exceeds the solution budget.
 * `injected` are tokens Reins wrote itself (closing text, remarks); `discarded` were generated in the answer and dropped by Keep Thinking.
 */
export const usageSchema = v.object({
  prompt: count,
  thinking: count,
  solution: count,
  probes: count,
  injected: count,
  discarded: count,
  /** True when any figure is an estimate because the server does not tell and no tokenizer is at hand. */
  estimated: v.boolean(),
});
export type Usage = v.InferOutput<typeof usageSchema>;

export const samplerSchema = v.object({
  temperature: v.pipe(v.number(), v.minValue(0)),
  topK: v.optional(count),
  topP: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  minP: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
});
/** Temperature 0 is greedy. Absent filters are off. */
export type Sampler = v.InferOutput<typeof samplerSchema>;

/** One measured value a decision rests on, beside the threshold it was held against (if any). */
export const evidenceSchema = v.object({
  /** A name of the table in signals.ts, or plain words. */
  signal: v.string(),
  value: v.union([v.number(), v.string(), v.boolean()]),
  threshold: v.optional(v.union([v.number(), v.string(), v.boolean()])),
});
export type Evidence = v.InferOutput<typeof evidenceSchema>;

/** vote: whole runs whose answers vote. particles: lines of thought in one run, of which those that look wrong are dropped on the way. */
export const samplingSchema = v.picklist(['vote', 'particles']);
export type Sampling = v.InferOutput<typeof samplingSchema>;

export const decisionSchema = v.object({
  /** Thinking (or solution) tokens used in `phase` when it was taken. */
  atToken: count,
  phase: phaseSchema,
  /** Who decided: 'answer-convergence', 'budget', 'user', 'model', ... */
  policy: v.string(),
  action: v.picklist([
    'continue', 'end-thinking', 'keep-thinking', 'end-answer', 'steer', 'stop',
    'choose-effort', // effort auto became an effort
    'plan', // the question was split into parts, with shares of the budget
    'wrap-up', // the model was asked in words to come to its end
    'favour-end', // the end tag was made more likely
    'choose-answer', // one of several samples' answers
    'refuse-tool', // a tool was asked for that was not to be had
    'choose-line', // of several lines of thought some were dropped, or one was chosen
    'offer', // a suggestion passed its checks and was shown
    'withhold', // a suggestion did not pass, and nothing was shown
    'choose-model', // one of several models was chosen for the question
    'hand-on', // the answer is not sure enough, so another model is asked
    'keep-answer', // the answer is sure enough, or there is no other model to ask
  ]),
  evidence: v.array(evidenceSchema),
  /** Tokens not spent because of this decision. Always an estimate, net of probes. */
  savedTokensEstimate: v.optional(v.number()),
  /** The reason as a sentence for a person. */
  reason: v.string(),
});
export type Decision = v.InferOutput<typeof decisionSchema>;

export const steerCommandSchema = v.variant('kind', [
  v.object({ kind: v.literal('stop') }),
  /** `because`: not the person but a cap asked for it, and why. */
  v.object({ kind: v.literal('answer-now'), because: v.optional(v.string()) }),
  v.object({ kind: v.literal('keep-thinking'), tokens: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  v.object({ kind: v.literal('steer'), text: v.pipe(v.string(), v.minLength(1), v.maxLength(4000)) }),
  v.object({ kind: v.literal('release') }),
]);
/** What a person may do to a live run. `release` lets go of a run held at a token. */
export type SteerCommand = v.InferOutput<typeof steerCommandSchema>;

export const runErrorReasonSchema = v.picklist([
  'bad-request', 'model-missing', 'model-invalid', 'tokenizer-missing', 'context-overflow', 'engine-crashed', 'engine-unavailable',
  'out-of-memory', 'server-unreachable', 'server-refused', 'unauthorized', 'rate-limited', 'server-error', 'stream-cut', 'timeout', 'offline',
  'disk-full', 'trace-write', 'internal',
]);
export type RunErrorReason = v.InferOutput<typeof runErrorReasonSchema>;

export const outcomeSchema = v.picklist(['answered', 'exhausted', 'stopped', 'failed']);
/** answered; exhausted: a budget ended the run before any answer; stopped: by the person; failed: see the error event. */
export type Outcome = v.InferOutput<typeof outcomeSchema>;

const stamp = { run: v.string(), seq: count, /** Milliseconds since the run started. */ at: v.pipe(v.number(), v.minValue(0)) };

export const exitSettingSchema = v.picklist(['off', 'cautious', 'eager', 'average', 'custom']);
/** How soon a run may end its thinking early. average: as goes with a mean of tokens; custom: policies with thresholds of the person's own. */
export type ExitSetting = v.InferOutput<typeof exitSettingSchema>;

export const budgetEndSchema = v.picklist(['cut', 'soft', 'guided']);
/**
 * How the thinking budget ends the thoughts. All are cut at the budget; before that, soft asks the model to come to its end and makes the end
 * tag likelier, and guided makes it likelier by the model's own prediction of what it still needs.
 */
export type BudgetEnd = v.InferOutput<typeof budgetEndSchema>;

export const signalLevelSchema = v.picklist(['policy', 'cheap', 'all']);
/** policy: only what the exit policy needs; cheap: also what costs no tokens and hardly any time; all: whatever the model allows, probes too. */
export type SignalLevel = v.InferOutput<typeof signalLevelSchema>;

const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** Code a question is about. */
export const contextSchema = v.object({ label: v.string(), languageId: v.string(), code: v.string() });

/** `context`: the code the question is about; `attached`: what else was sent along. */
const askedSchema = { question: v.string(), context: v.optional(contextSchema), attached: v.optional(v.array(contextSchema)) };

const startedSchema = v.object({
  ...stamp,
  type: v.literal('started'),
  version: count,
  /** ISO 8601 wall time. */
  time: v.string(),
  model: v.object({ id: v.string(), name: v.string(), backend: v.picklist(['local', 'remote']), hash: v.optional(v.string()), origin: v.optional(v.string()) }),
  /** `history`: what was asked and answered before in the same conversation, oldest first. */
  task: v.object({ ...askedSchema, history: v.optional(v.array(v.object({ ...askedSchema, answer: v.string() }))) }),
  prompt: v.object({ text: v.string(), tokens: count, estimated: v.boolean() }),
  /** What is generated is counted with a tokenizer on this machine, which a person says is the model's. Absent: by the model's own tokens, or estimated. */
  tokenCounts: v.optional(v.literal('counted')),
  effort: effortSchema,
  /** Absent where it is the same, and in logs of version 1. */
  effortAsked: v.optional(askedEffortSchema),
  /** trained: the model was trained for effort modes; requested: passed on to a server; cap: only budgets and instructions differ. */
  effortKind: v.picklist(['trained', 'requested', 'cap']),
  budgets: budgetsSchema,
  /** exact: enforced token by token; degraded: by asking again; unenforceable: the server gives no way. */
  enforcement: v.picklist(['exact', 'degraded', 'unenforceable']),
  sampler: samplerSchema,
  seed: v.number(),
  exitPolicy: v.string(),
  /** The exit setting, what it comes to on this model as a sentence, and which signals are held against what. */
  exit: v.optional(v.object({ setting: exitSettingSchema, words: v.string(), thresholds: v.optional(v.array(v.object({ signal: v.string(), threshold: v.number(), /** From above; absent: from below. */ atMost: v.optional(v.literal(true)) }))) })),
  /** How the budget ends the thoughts, and what that comes to on this model as a sentence. Absent: cut, and nobody asked for anything else. */
  budgetEnd: v.optional(v.object({ kind: budgetEndSchema, words: v.string() })),
  /** The calibration that thresholds and probabilities come from: `time` is ISO 8601, `labels` the answers it was made from. */
  calibration: v.optional(v.object({ id: v.string(), time: v.string(), labels: count, /** Tasks they belong to; absent: one each. */ tasks: v.optional(count) })),
  /** Absent: cheap. */
  signals: v.optional(signalLevelSchema),
  /** Samples that were asked for; absent: one. */
  samples: v.optional(count),
  /** Uses of each tool that are allowed; absent: tools were off. */
  tools: v.optional(v.record(v.string(), count)),
  /** What they are; absent: votes. */
  sampling: v.optional(samplingSchema),
  /** The run this one continues, if any. */
  parent: v.optional(v.string()),
});

const tokensSchema = v.object({
  ...stamp,
  type: v.literal('tokens'),
  phase: phaseSchema,
  /** model: sampled by the model; injected: written by Reins or the person; resumed: carried over from the parent run (not charged). */
  source: v.picklist(['model', 'injected', 'resumed']),
  text: v.string(),
  count,
  estimated: v.optional(v.boolean()),
  /**
   * UTF-16 units of `text` behind each entry of the three lists below; they add up to the whole text. An entry is a token of the model, or
   * a chunk of a server that gives one figure for several. Tokens without text of their own (tags, halves of a character) have 0.
   */
  lengths: v.optional(v.array(count)),
  /** Natural-log probability per token, where the model gives it. */
  logprobs: v.optional(v.array(v.number())),
  /** Entropy in nats over the full vocabulary per token, where the model gives it. */
  entropies: v.optional(v.array(v.number())),
  /** Token confidence (DeepConf): minus the mean log-probability of the top k = 20, in nats, where the model gives it. */
  confidences: v.optional(v.array(v.number())),
});

/** A measurement at a token of the thoughts; see the table in signals.ts. */
const signalSchema = v.object({
  ...stamp,
  type: v.literal('signal'),
  signal: v.string(),
  atToken: count,
  /** Null: it could not be measured here, and `reason` says why in a few words. */
  value: v.nullable(v.number()),
  reason: v.optional(v.string()),
  /** One value per layer, first to last, where `value` is their mean. */
  layers: v.optional(v.array(v.nullable(v.number()))),
  /** What the length of the thoughts alone would give. */
  baseline: v.optional(v.number()),
  /** Chance that the answer would be right here, from the model's calibration. */
  probability: v.optional(probability),
  /** There is too little behind it to decide by. */
  early: v.optional(v.literal(true)),
});

export const probeKindSchema = v.picklist(['trial-answer', 'entropy-after-end', 'whole-answer']);
/**
 * trial-answer: the answer was asked for and put back; entropy-after-end: only the end tag was written, and looked past; whole-answer: the
 * whole answer that an end here would give, which only a survey asks for.
 */
export type ProbeKind = v.InferOutput<typeof probeKindSchema>;

/** The run goes on as if it had not been. Its tokens are paid from the thinking budget, but for those of a survey (`free`). */
const probeSchema = v.object({
  ...stamp,
  type: v.literal('probe'),
  policy: v.string(),
  atToken: count,
  text: v.string(),
  answer: v.string(),
  injected: count,
  generated: count,
  /** Absent: a trial answer. */
  kind: v.optional(probeKindSchema),
  /** How sure the model was of the words of its trial answer (0 to 1). */
  confidence: v.optional(probability),
  /** The model ended its answer itself. */
  closed: v.optional(v.literal(true)),
  /** A survey asked, and nothing was charged. */
  free: v.optional(v.literal(true)),
});

/** A sample of the same question is over. Number 0 is the run that was watched; the others are counted among the discarded tokens. */
const sampleSchema = v.object({
  ...stamp,
  type: v.literal('sample'),
  index: count,
  seed: v.number(),
  outcome: outcomeSchema,
  answer: v.string(),
  /** Empty for number 0, whose thoughts are the run's. */
  thoughts: v.string(),
  thinking: count,
  solution: count,
  probes: count,
  estimated: v.boolean(),
  /** Mean token confidence (DeepConf) of its thoughts, nats, where the model gives it. */
  confidence: v.optional(v.number()),
});

/** The model asked for a tool. `said`: what its answer said before; `input`: the request as it wrote it. Calls are numbered from 1. */
const toolCallSchema = v.object({ ...stamp, type: v.literal('tool-call'), call: count, /** unreadable: the request names no tool. */ tool: v.string(), input: v.string(), said: v.optional(v.string()) });

/** What came of a call, as the model was given it. Refused and failed calls count as uses, unless there was none left. */
const toolResultSchema = v.object({
  ...stamp,
  type: v.literal('tool-result'),
  call: count,
  /** stopped: the person, or the time, ended it. */
  outcome: v.picklist(['ok', 'refused', 'failed', 'stopped']),
  text: v.string(),
  /** Tokens it adds to the prompt, those of the tracker included. */
  tokens: count,
  estimated: v.boolean(),
  /** Uses of the tool so far, and its budget. Absent for what is no tool. */
  used: v.optional(count),
  limit: v.optional(count),
  /** How much of the budget is left: high 70 % or more, medium 30 %, low 10 %, critical less. */
  tier: v.optional(v.picklist(['high', 'medium', 'low', 'critical'])),
  /** The tracker block that ended the turn's results. */
  tracker: v.optional(v.string()),
});

/** The tests of the workspace were run in a temporary copy: unchanged, or with a candidate's change. Candidates are samples of the question. */
const testRunSchema = v.object({
  ...stamp,
  type: v.literal('test-run'),
  /** Number of the sample; null: the workspace as it is. */
  candidate: v.nullable(count),
  command: v.string(),
  /** not-run: there was nothing to run, and `note` says why. */
  outcome: v.picklist(['passed', 'failed', 'too-long', 'too-much-output', 'cancelled', 'unstarted', 'not-run']),
  /** Null where a signal ended it, or nothing ran. */
  exitCode: v.nullable(v.number()),
  /** The end of what was printed. */
  output: v.string(),
  milliseconds: v.pipe(v.number(), v.minValue(0)),
  /** Lines the change takes away and adds. */
  changedLines: v.optional(count),
  note: v.optional(v.string()),
});

export const runEventSchema = v.variant('type', [
  startedSchema,
  v.object({ ...stamp, type: v.literal('phase'), from: phaseSchema, to: phaseSchema, reason: phaseReasonSchema }),
  tokensSchema,
  /** The last `count` tokens of `phase` were dropped (their text is kept here, so nothing is lost). */
  v.object({ ...stamp, type: v.literal('rewound'), phase: phaseSchema, text: v.string(), count, reason: v.picklist(['keep-thinking', 'steer', 'stray-tag']) }),
  signalSchema,
  probeSchema,
  v.object({ ...stamp, type: v.literal('decision'), decision: decisionSchema }),
  v.object({ ...stamp, type: v.literal('budget'), budgets: budgetsSchema, reason: v.picklist(['keep-thinking', 'context', 'reserve']), note: v.string() }),
  v.object({ ...stamp, type: v.literal('steer'), command: steerCommandSchema, accepted: v.boolean(), note: v.optional(v.string()) }),
  v.object({ ...stamp, type: v.literal('hold'), held: v.boolean(), atToken: count }),
  v.object({ ...stamp, type: v.literal('queue'), position: count }),
  /** A request to a server is over: tokens sent and received, as they are likely to be billed. `shared`: it was one with another, which has the prompt. */
  v.object({ ...stamp, type: v.literal('request'), purpose: v.picklist(['run', 'probe', 'sample']), prompt: count, shared: v.optional(v.literal(true)), cached: v.optional(count), thinking: count, solution: count, estimated: v.boolean() }),
  sampleSchema,
  toolCallSchema,
  toolResultSchema,
  testRunSchema,
  v.object({ ...stamp, type: v.literal('notice'), code: v.string(), message: v.string() }),
  v.object({ ...stamp, type: v.literal('answer'), text: v.string(), truncated: v.boolean() }),
  v.object({ ...stamp, type: v.literal('error'), reason: runErrorReasonSchema, message: v.string() }),
  v.object({ ...stamp, type: v.literal('ended'), outcome: outcomeSchema, usage: usageSchema, elapsedMs: v.pipe(v.number(), v.minValue(0)) }),
]);

export type RunEvent = v.InferOutput<typeof runEventSchema>;
export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
/** An event before the run's clock and counter have stamped it. */
export type UnstampedEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'run' | 'seq' | 'at'> : never) : never;
