/**
 * What the trace viewer and the host say to each other. Two discriminated unions, validated on arrival on both sides.
 * The host owns the state: the viewer says `ready`, gets a snapshot, then increments stamped with the run they belong to.
 */
import * as v from 'valibot';
import { effortSchema, runEventSchema, type Effort, type Outcome, type RunEvent } from './events.ts';
import type { RunView } from './view.ts';

const run = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000));

/** Commands a viewer's button or link may ask for. Nothing else can be run from the webview. */
export const viewerCommands = ['chooseModel', 'connectToServer', 'setBudgets', 'exportTrace', 'deleteAllTraces', 'showLog', 'openSettings', 'askAboutSelection'] as const;

export const fromViewerSchema = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('ask'), question: v.pipe(v.string(), v.minLength(1), v.maxLength(500_000)), useSelection: v.boolean() }),
  v.object({ type: v.literal('stop'), run }),
  v.object({ type: v.literal('answerNow'), run }),
  v.object({ type: v.literal('keepThinking'), run, tokens: v.pipe(whole, v.minValue(1)) }),
  v.object({ type: v.literal('steer'), run, text: v.pipe(v.string(), v.minLength(1), v.maxLength(4000)) }),
  v.object({ type: v.literal('release'), run }),
  v.object({ type: v.literal('continueAnswer'), run }),
  v.object({ type: v.literal('setEffort'), effort: effortSchema }),
  /** Null takes the effort's own figure. */
  v.object({ type: v.literal('setBudgets'), thinking: v.nullable(whole), solution: v.nullable(whole) }),
  v.object({ type: v.literal('copy'), run }),
  v.object({ type: v.literal('insert'), run }),
  /** Show a run of the history, or (null) the live one. */
  v.object({ type: v.literal('openRun'), run: v.nullable(run) }),
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
}

/** Everything around the run: the model, effort, budgets and what may be pressed. */
export interface PanelState {
  readonly model: { readonly name: string; readonly detail: string } | null;
  readonly effort: { readonly value: Effort; readonly note: string };
  /** What the next run will get, and whether the person set it (or the effort did). */
  readonly budgets: { readonly thinking: number; readonly solution: number; readonly thinkingSet: boolean; readonly solutionSet: boolean; readonly note: string };
  readonly selection: { readonly label: string } | null;
  readonly liveRun: string | null;
  readonly controls: {
    readonly ask: ControlState;
    readonly stop: ControlState;
    readonly answerNow: ControlState;
    readonly keepThinking: ControlState;
    readonly steer: ControlState;
    readonly continueAnswer: ControlState;
    readonly insert: ControlState;
  };
  /** Tokens that Keep Thinking adds. */
  readonly keepThinkingStep: number;
}

export type ToViewer =
  | { readonly type: 'snapshot'; readonly view: RunView | null; readonly events: readonly RunEvent[] | null; readonly panel: PanelState; readonly history: readonly RunSummary[] }
  | { readonly type: 'events'; readonly run: string; readonly events: readonly RunEvent[] }
  | { readonly type: 'panel'; readonly panel: PanelState }
  | { readonly type: 'history'; readonly history: readonly RunSummary[] }
  /** Short text for the live region and a passing line, e.g. "Copied". */
  | { readonly type: 'status'; readonly text: string; readonly kind: 'info' | 'warning' | 'error' }
  | { readonly type: 'focusAsk' };

/** Events are validated in the viewer too; the rest of a host message is our own typed data. */
export const eventsToViewerSchema = v.object({ type: v.literal('events'), run, events: v.array(runEventSchema) });
