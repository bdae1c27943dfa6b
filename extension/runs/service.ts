/**
 * The run service: starts, steers and cancels runs. One interface, three implementations: local models inside the engine process,
 * the engine's client in the host, and remote models in the host. Whoever starts a run gets its events, in order.
 */
import * as v from 'valibot';
import { suggestionSkills } from '../evaluation/suggestion/judge.ts';
import { overridesSchema } from '../models/remote/capability-record.ts';
import { calibrationSchema } from '../reasoning/calibration.ts';
import { exitSpecSchema } from '../reasoning/exits/spec.ts';
import { toolBudgetsSchema } from '../reasoning/tools/names.ts';
import { budgetEndSchema, contextSchema, decisionSchema, effortSchema, samplerSchema, samplingSchema, signalLevelSchema, steerCommandSchema, type Outcome, type RunEvent, type SteerCommand } from '../trace/events.ts';
import type { ModelCard } from '../reasoning/port.ts';

export const modelOptionsSchema = v.record(v.string(), v.unknown());

/** Where a model is. Keys are never part of it: `secret` names the entry in the key store. */
export const modelRefSchema = v.variant('kind', [
  v.object({ kind: v.literal('local'), id: v.string(), name: v.string(), folder: v.string() }),
  v.object({
    kind: v.literal('remote'),
    id: v.string(),
    name: v.string(),
    baseUrl: v.pipe(v.string(), v.url()),
    model: v.string(),
    secret: v.optional(v.string()),
    contextLength: v.optional(v.number()),
    /** Folder on this machine with the model's tokenizer.json. */
    tokenizer: v.optional(v.string()),
    /** What the person knows better than what is found out. */
    overrides: v.optional(overridesSchema),
  }),
  /** A chat model of another extension of the editor. */
  v.object({
    kind: v.literal('provided'),
    id: v.string(),
    name: v.string(),
    vendor: v.string(),
    model: v.string(),
    /** What to send along for an effort: only the person knows what the other extension understands. */
    effort: v.optional(v.object({ low: v.optional(modelOptionsSchema), medium: v.optional(modelOptionsSchema), high: v.optional(modelOptionsSchema) })),
  }),
]);
export type ModelRef = v.InferOutput<typeof modelRefSchema>;

/** Who is waiting; lower runs first. One local decode at a time. */
export const priorities = { person: 0, completion: 1, background: 2 } as const;
export const prioritySchema = v.picklist(['person', 'completion', 'background']);
export type Priority = v.InferOutput<typeof prioritySchema>;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

export const exitChoiceSchema = v.union([v.picklist(['effort', 'off', 'cautious', 'eager']), v.strictObject({ average: v.pipe(v.number(), v.integer(), v.minValue(1)) }), exitSpecSchema]);

/** Samples of one question. */
export const MOST_SAMPLES = 16;

const verifySchema = v.object({
  command: v.string(),
  /** Most a run of the tests may take. */
  milliseconds: v.number(),
  /** The workspace's folder on this machine, and the file in it, with its whole text. */
  folder: v.string(),
  path: v.string(),
  text: v.string(),
  /** Texts that are not saved yet, by path in the folder. */
  unsaved: v.array(v.object({ path: v.string(), text: v.string() })),
  /** lines: a block of code in the answer replaces these (from 0, both included); repair: the answer is a line of the function below the example in this line. */
  change: v.variant('kind', [v.object({ kind: v.literal('lines'), first: whole, last: whole }), v.object({ kind: v.literal('repair'), exampleLine: whole })]),
  candidates: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_SAMPLES)),
});
export type Verify = v.InferOutput<typeof verifySchema>;

export const runRequestSchema = v.object({
  run: v.string(),
  model: modelRefSchema,
  priority: prioritySchema,
  question: v.string(),
  context: v.optional(contextSchema),
  /** What else the person sent along: files, symbols, problems. */
  attached: v.optional(v.array(contextSchema)),
  /** What was asked and answered before in the same conversation, oldest first. */
  history: v.optional(v.array(v.object({ question: v.string(), context: v.optional(contextSchema), attached: v.optional(v.array(contextSchema)), answer: v.string() }))),
  effort: effortSchema,
  /** Auto: an effort is chosen from how long the thoughts are likely to get; `effort` stands in until then. */
  effortAsked: v.optional(v.literal('auto')),
  /** What the person set; anything absent comes from the effort. */
  budgets: v.optional(v.object({ thinking: v.optional(whole), solution: v.optional(whole), seconds: v.optional(v.number()) })),
  sampler: v.optional(v.partial(samplerSchema)),
  seed: v.optional(whole),
  /** 'effort' takes the effort's setting; 'off' lets the model think to its own end; a written policy is taken as it is. */
  exits: v.optional(exitChoiceSchema),
  /** Ask so many times, and let the answers vote; absent: once. */
  samples: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_SAMPLES))),
  /** What several samples are; absent: whole runs whose answers vote. */
  sampling: v.optional(samplingSchema),
  /** Have the model split the question into parts first, and deal the thinking budget out among them. */
  planFirst: v.optional(v.boolean()),
  /** Which signals are measured; absent: what is cheap. */
  signals: v.optional(signalLevelSchema),
  /** Measure everything at every place, with the answer an end there would give, and charge nothing of it. */
  survey: v.optional(v.boolean()),
  /** A calibration of the person's own, which wins over one that the model comes with. It is not used for other weights than its own. */
  calibration: v.optional(calibrationSchema),
  /** How the thinking budget ends the thoughts; absent: as suits the model. */
  budgetEnd: v.optional(budgetEndSchema),
  /** Offer tools of the workspace, each so many times. */
  tools: v.optional(toolBudgetsSchema),
  /** Tokens per second at most, so that a fast small model can be watched. */
  pace: v.optional(v.pipe(v.number(), v.minValue(1))),
  /** Pause when this many thinking tokens are used, until steered or released. */
  holdAt: v.optional(whole),
  /** Fill this gap in code, without thinking; `question` says the same in words. */
  infill: v.optional(v.object({ prefix: v.string(), suffix: v.string(), snippets: v.array(v.object({ path: v.string(), text: v.string() })) })),
  /** The answer to `infill` is ghost text: how far it goes, whether the model is asked in words, and the least confidence it needs to be shown, null for none. */
  ghost: v.optional(v.object({ extent: v.picklist(['line', 'block']), inWords: v.boolean(), least: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))) })),
  /** The answer is a suggestion for code in `context`: it is checked before it is shown. `confidence`: the least it needs, 0 to 1. */
  gate: v.optional(v.object({ skill: v.picklist(suggestionSkills), confidence: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))) })),
  /**
   * The model was chosen for this question, and `decision` says why. `handing`: how sure the answer has to be, or the question goes on to the model named `to`.
   * `after`: the run whose answer was not sure enough, or that failed. `spent`: the models asked before, and the seconds and money it took.
   */
  automatic: v.optional(
    v.object({
      decision: decisionSchema,
      handing: v.optional(v.object({ least: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), to: v.nullable(v.string()) })),
      after: v.optional(v.string()),
      spent: v.optional(v.object({ models: v.array(v.string()), seconds: v.number(), cost: v.number() })),
    }),
  ),
  /**
   * The answer is a change to a file, to be tried with the tests of the workspace in temporary copies of it: so many candidates are drawn, and of those that
   * pass the smallest change is the answer. The command has been approved by the person.
   */
  verify: v.optional(verifySchema),
  /**
   * Go on from an earlier run: its thoughts and answer are put back (not charged again). `atLeast`: tokens before the model may end its thoughts. `cutOff`: that run
   * did not end but was cut off, so early exits are what they were; whoever asks for more thought wants none.
   */
  resume: v.optional(v.object({ parent: v.string(), thoughts: v.string(), answer: v.string(), into: v.picklist(['thinking', 'solving']), atLeast: v.optional(whole), cutOff: v.optional(v.literal(true)) })),
});
export type RunRequest = v.InferOutput<typeof runRequestSchema>;

export type EventListener = (events: readonly RunEvent[]) => void;

export interface RunService {
  /** Load what is needed and tell what the model can do. */
  describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard>;
  /**
   * Run to the end. Events arrive in batches (16 ms). Resolves with the outcome after the `ended` event; a failed run resolves too
   * (its `error` event says why), it rejects only when not even that could be told.
   */
  run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome>;
  /** Act on a live run. False when there is no such run. */
  steer(run: string, command: SteerCommand): Promise<boolean>;
  dispose(): Promise<void>;
}

export const steerRequestSchema = v.object({ run: v.string(), command: steerCommandSchema });
