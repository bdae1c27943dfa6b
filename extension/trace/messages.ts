/**
 * What the trace viewer and the host say to each other. Two discriminated unions, validated on arrival on both sides.
 * The host owns the state: the viewer says `ready`, gets a snapshot, then increments stamped with the run they belong to.
 */
import * as v from 'valibot';
import { askedEffortSchema, effortSchema, runEventSchema, type AskedEffort, type Effort, type Outcome, type RunEvent, type Usage } from './events.ts';
import type { RunView } from './view.ts';

const run = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const code = v.pipe(v.string(), v.maxLength(1_000_000));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000));

/** Commands a viewer's button or link may ask for. Nothing else can be run from the webview. */
export const viewerCommands = ['chooseModel', 'connectToServer', 'setBudgets', 'exportTrace', 'deleteAllTraces', 'showLog', 'openSettings', 'askAboutSelection', 'showWalkthrough', 'openExample'] as const;

export const fromViewerSchema = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  /** `followUp`: the run with this answer and what came before it go along. */
  v.object({ type: v.literal('ask'), question: v.pipe(v.string(), v.minLength(1), v.maxLength(500_000)), useSelection: v.boolean(), followUp: v.optional(run) }),
  /** The same question twice, in two lanes. */
  v.object({ type: v.literal('askAtTwoEfforts'), question: v.pipe(v.string(), v.minLength(1), v.maxLength(500_000)), useSelection: v.boolean(), efforts: v.tuple([effortSchema, effortSchema]) }),
  v.object({ type: v.literal('stop'), run }),
  v.object({ type: v.literal('answerNow'), run }),
  v.object({ type: v.literal('keepThinking'), run, tokens: v.pipe(whole, v.minValue(1)) }),
  v.object({ type: v.literal('steer'), run, text: v.pipe(v.string(), v.minLength(1), v.maxLength(4000)) }),
  v.object({ type: v.literal('release'), run }),
  v.object({ type: v.literal('continueAnswer'), run }),
  v.object({ type: v.literal('resume'), run }),
  /** What if it had gone on: a new run from the decision with this number. */
  v.object({ type: v.literal('goOn'), run, decision: whole }),
  v.object({ type: v.literal('setEffort'), effort: askedEffortSchema }),
  /** Null takes the effort's own figure. */
  v.object({ type: v.literal('setBudgets'), thinking: v.nullable(whole), solution: v.nullable(whole) }),
  v.object({ type: v.literal('setTools'), on: v.boolean() }),
  /** Pick something to send along with the next question. */
  v.object({ type: v.literal('addContext') }),
  v.object({ type: v.literal('removeContext'), id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)) }),
  /** `code`: one block of the answer instead of all of it. */
  v.object({ type: v.literal('copy'), run, code: v.optional(code) }),
  v.object({ type: v.literal('insert'), run, code: v.optional(code) }),
  /** Propose it as a change to the file that was asked about, to be accepted by hunk. */
  v.object({ type: v.literal('apply'), run, code: v.optional(code) }),
  /** Show a run of the history, or (null) the live one. */
  v.object({ type: v.literal('openRun'), run: v.nullable(run) }),
  /** Show a second run beside the one shown, or (null) the one alone again. */
  v.object({ type: v.literal('compare'), run: v.nullable(run) }),
  v.object({ type: v.literal('deleteRun'), run }),
  v.object({ type: v.literal('command'), command: v.picklist(viewerCommands) }),
]);
export type FromViewer = v.InferOutput<typeof fromViewerSchema>;

export interface ControlState {
  readonly enabled: boolean;
  /** Why it is disabled, as a sentence. */
  readonly reason?: string;
}

/** A line of the history. */
export interface RunSummary {
  readonly run: string;
  readonly time: string;
  readonly question: string;
  readonly model: string;
  readonly effort: Effort;
  readonly outcome: Outcome | null;
  readonly thinkingTokens: number;
  readonly solutionTokens: number;
  /** The run it goes on from. */
  readonly parent?: string;
}

/** A run that the one shown goes on from, or that goes on from it. */
export interface RelatedRun {
  readonly run: string;
  readonly relation: 'earlier' | 'later';
  /** ISO 8601; empty before it has started. */
  readonly time: string;
  readonly outcome: Outcome | null;
  /** Something else than the model ended its thoughts. */
  readonly cutShort: boolean;
  readonly answer: string;
  readonly usage: Usage;
  /** The decision of the earlier run that the later one did without; null where it went on from somewhere else. */
  readonly end: { readonly atToken: number; readonly policy: string; readonly savedTokensEstimate?: number | undefined } | null;
  readonly check: AnswerCheck | null;
  /** The model of this run, where the question went from one model on to another: the later run took nothing over. */
  readonly handedOn?: string;
}

/** On how many of the examples in the code the answer holds, as our own interpreter found. */
export interface AnswerCheck {
  readonly holds: number;
  readonly total: number;
}

/** One of two runs shown side by side. */
export interface Lane {
  readonly run: string;
  /** Known before the run has started. */
  readonly effort: Effort | null;
  readonly check: AnswerCheck | null;
  readonly stop: ControlState;
  readonly answerNow: ControlState;
}

export type PieceKind = 'file' | 'selection' | 'problem' | 'symbol';

export interface AttachedPiece {
  readonly id: string;
  readonly kind: PieceKind;
  readonly label: string;
  readonly tokens: number;
}

/** Everything around the run: the model, effort, budgets and what may be pressed. */
export interface PanelState {
  readonly model: { readonly name: string; readonly detail: string } | null;
  readonly effort: { readonly value: AskedEffort; readonly note: string };
  /** What the next run will get, and whether the person set it (or the effort did). */
  readonly budgets: { readonly thinking: number; readonly solution: number; readonly thinkingSet: boolean; readonly solutionSet: boolean; readonly note: string };
  /** `note`: the uses of each tool, in words; empty while they are off. */
  readonly tools: { readonly on: boolean; readonly control: ControlState; readonly note: string };
  /** `tokens`: about how many the code takes in the prompt. */
  readonly selection: { readonly label: string; readonly tokens: number } | null;
  /** What else goes along with the next question. `tokens`: about how many. */
  readonly attached: readonly AttachedPiece[];
  /** Runs going on or waiting for their turn: one, or the two of a question asked at two efforts. */
  readonly liveRuns: readonly string[];
  /** The two runs shown side by side; empty where one is shown alone. */
  readonly lanes: readonly Lane[];
  /** Of the answer of the run shown. */
  readonly check: AnswerCheck | null;
  readonly controls: {
    readonly ask: ControlState;
    readonly stop: ControlState;
    readonly answerNow: ControlState;
    readonly keepThinking: ControlState;
    readonly steer: ControlState;
    readonly continueAnswer: ControlState;
    readonly resume: ControlState;
    readonly goOn: ControlState;
    readonly insert: ControlState;
    readonly followUp: ControlState;
  };
  /** What the run shown has cost, and the session; null where there is no price for it. */
  readonly cost: { readonly run: string; readonly total: string; readonly parts: string; readonly session: string } | null;
  /** Tokens that Keep Thinking adds. */
  readonly keepThinkingStep: number;
}

export type ToViewer =
  /** `other`: the run shown beside it, if any. */
  | { readonly type: 'snapshot'; readonly view: RunView | null; readonly other: RunView | null; readonly events: readonly RunEvent[] | null; readonly panel: PanelState; readonly history: readonly RunSummary[] }
  | { readonly type: 'events'; readonly run: string; readonly events: readonly RunEvent[] }
  | { readonly type: 'panel'; readonly panel: PanelState }
  | { readonly type: 'history'; readonly history: readonly RunSummary[] }
  /** What goes on from the run shown, and what it goes on from. */
  | { readonly type: 'related'; readonly run: string; readonly related: readonly RelatedRun[] }
  /** Short text for the live region and a passing line, e.g. "Copied". */
  | { readonly type: 'status'; readonly text: string; readonly kind: 'info' | 'warning' | 'error' }
  | { readonly type: 'focusAsk' };

/** Events are validated in the viewer too; the rest of a host message is our own typed data. */
export const eventsToViewerSchema = v.object({ type: v.literal('events'), run, events: v.array(runEventSchema) });
