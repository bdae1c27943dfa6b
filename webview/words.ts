/** Every state and reason as a sentence for a person. One place, so that the same thing is always said the same way. */
import type { Decision, AskedEffort, Effort, Outcome, Phase, PhaseReason, RunErrorReason, RunEventOf } from '../extension/trace/events.ts';
import type { Transition } from '../extension/trace/view.ts';

export const phaseNames: Readonly<Record<Phase, string>> = { idle: 'Waiting', thinking: 'Thinking', closing: 'Closing', solving: 'Solving', done: 'Done' };

export const effortNames: Readonly<Record<Effort, string>> = { low: 'Low', medium: 'Medium', high: 'High' };
export const askedEffortNames: Readonly<Record<AskedEffort, string>> = { ...effortNames, auto: 'Auto' };

export const outcomeNames: Readonly<Record<Outcome, string>> = {
  answered: 'Answered',
  exhausted: 'No answer',
  stopped: 'Stopped',
  failed: 'Failed',
};

export const outcomeSentences: Readonly<Record<Outcome, string>> = {
  answered: 'Answered.',
  exhausted: 'The budget ran out before any answer.',
  stopped: 'You stopped the run.',
  failed: 'The run failed.',
};

/** A recorded run without an end: the editor or the engine ended before it did. */
export const interruptedName = 'Interrupted';
export const interruptedSentence = 'The recording ends here: the run was cut off.';

const reasonSentences: Readonly<Record<PhaseReason, string>> = {
  start: 'The run started.',
  'natural-end': 'The model finished by itself.',
  budget: 'The token budget was spent.',
  time: 'The time budget was spent.',
  'early-exit': 'An exit policy found that more thinking would not help.',
  user: 'You decided.',
  closed: 'The end of thinking is written; now the answer.',
  'no-thinking': 'No thinking: the thinking budget is 0, or the model has no thoughts.',
  resumed: 'Continues an earlier run.',
  tools: 'The results of its tools came, and the model went on.',
  stopped: 'You stopped the run.',
  failed: 'The run failed.',
};

/** Why the run moved from one phase to the next. */
export function transitionSentence({ from, to, reason }: Pick<Transition, 'from' | 'to' | 'reason'>): string {
  const thinking = from === 'thinking';
  if (reason === 'start' && to === 'thinking') return 'The model started thinking.';
  if (reason === 'natural-end') return thinking ? 'The model finished thinking by itself.' : 'The model finished its answer.';
  if (reason === 'budget') return thinking ? 'The thinking budget was spent.' : 'The solution budget was spent.';
  if (reason === 'user') return to === 'thinking' ? 'You asked it to keep thinking.' : 'You asked for the answer now.';
  return reasonSentences[reason];
}

export const actionNames: Readonly<Record<Decision['action'], string>> = {
  continue: 'Went on',
  'end-thinking': 'Ended thinking',
  'keep-thinking': 'Kept thinking',
  'end-answer': 'Ended the answer',
  steer: 'Took a remark',
  stop: 'Stopped',
  'choose-effort': 'Chose the effort',
  plan: 'Planned the parts',
  'wrap-up': 'Asked it to come to the end',
  'favour-end': 'Made the end more likely',
  'choose-answer': 'Chose among the samples',
  'refuse-tool': 'Refused a tool',
  'choose-line': 'Chose among lines of thought',
  offer: 'Offered the suggestion',
  withhold: 'Showed nothing',
  'choose-model': 'Chose the model',
  'hand-on': 'Handed the question on',
  'keep-answer': 'Took the answer',
};

type Started = RunEventOf<'started'>;

/** 'answer-convergence' → 'Answer convergence'. */
export function policyName(policy: string): string {
  const words = policy.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const effortKindSentences: Readonly<Record<Started['effortKind'], string>> = {
  trained: 'This model was trained for effort levels.',
  requested: 'The effort was passed on to the server, which decides what it means.',
  cap: 'This model was not trained for effort levels: effort only sets budgets and instructions.',
};

export const enforcementNames: Readonly<Record<Started['enforcement'], string>> = {
  exact: 'exact budgets',
  degraded: 'budgets by asking again',
  unenforceable: 'budgets not enforceable',
};

export const enforcementSentences: Readonly<Record<Started['enforcement'], string>> = {
  exact: 'Budgets are enforced token by token.',
  degraded: 'This server cannot stop thinking at a token. Budgets are kept by cutting the request off and asking again.',
  unenforceable: 'This server gives no way to limit thinking. The budgets are a wish, and the figures show what was really used.',
};

export const sourceLabels = { injected: 'Written by Reins', remark: 'Your remark', resumed: 'From the earlier run' } as const;

/** What to do about it; empty where the message says so itself. */
export const errorAdvice: Readonly<Record<RunErrorReason, string>> = {
  'bad-request': 'Shorten or reword the question and ask again.',
  'model-missing': 'Choose another model, or download this one again.',
  'model-invalid': 'The model’s files are damaged or not supported. Choose another model, or download it again.',
  'tokenizer-missing': 'The model folder has no tokenizer. Choose another model, or download it again.',
  // What is too long, and so what to do, is in the message itself.
  'context-overflow': '',
  'engine-crashed': 'The model’s process ended. It starts again with your next question; nothing recorded is lost.',
  'engine-unavailable': 'The local engine cannot run here. Connect to a server instead.',
  'out-of-memory': 'Close other programs, or choose a smaller model.',
  'server-unreachable': 'Check that the server is running and its address is right.',
  'server-refused': 'The server refused the request. Its log may say more.',
  unauthorized: 'Check the key for this server.',
  'rate-limited': 'Wait a moment, then ask again.',
  'server-error': 'The server had a problem. Ask again, or look at its log.',
  'stream-cut': 'The connection broke off. What arrived is kept; resume, or ask again.',
  timeout: 'The server took too long. Ask again, or raise the time limit.',
  offline: 'Offline mode blocks this server. Turn it off in the settings, or choose a local model.',
  'disk-full': 'Free some disk space: the trace could not be written.',
  'trace-write': 'The trace could not be written. The answer is complete, but may be missing from the history.',
  internal: 'This is a fault in Reins. The log has the details.',
};

export const exhaustedAdvice = 'Raise the solution budget, lower the thinking budget, or choose Keep Thinking to give it more room.';
