/** Every state and reason as a sentence for a person. One place, so that the same thing is always said the same way. */
import type { Decision, AskedEffort, Effort, Outcome, Phase, PhaseReason, RunErrorReason, RunEventOf } from '../extension/trace/events.ts';
import type { Transition } from '../extension/trace/view.ts';
import { t } from './l10n.ts';

export const phaseNames: Readonly<Record<Phase, string>> = { idle: t('Waiting'), thinking: t('Thinking'), closing: t('Closing'), solving: t('Solving'), done: t('Done') };

export const effortNames: Readonly<Record<Effort, string>> = { low: t('Low'), medium: t('Medium'), high: t('High') };
export const askedEffortNames: Readonly<Record<AskedEffort, string>> = { ...effortNames, auto: t('Auto') };

export const outcomeNames: Readonly<Record<Outcome, string>> = {
  answered: t('Answered'),
  exhausted: t('No answer'),
  stopped: t('Stopped'),
  failed: t('Failed'),
};

export const outcomeSentences: Readonly<Record<Outcome, string>> = {
  answered: t('Answered.'),
  exhausted: t('The budget ran out before any answer.'),
  stopped: t('You stopped the run.'),
  failed: t('The run failed.'),
};

/** A recorded run without an end: the editor or the engine ended before it did. */
export const interruptedName = t('Interrupted');
export const interruptedSentence = t('The recording ends here: the run was cut off.');

const reasonSentences: Readonly<Record<PhaseReason, string>> = {
  start: t('The run started.'),
  'natural-end': t('The model finished by itself.'),
  budget: t('The token budget was spent.'),
  time: t('The time budget was spent.'),
  'early-exit': t('An exit policy found that more thinking would not help.'),
  user: t('You decided.'),
  closed: t('The end of thinking is written; now the answer.'),
  'no-thinking': t('No thinking: the thinking budget is 0, or the model has no thoughts.'),
  resumed: t('Continues an earlier run.'),
  tools: t('The results of its tools came, and the model went on.'),
  stopped: t('You stopped the run.'),
  failed: t('The run failed.'),
};

/** Why the run moved from one phase to the next. */
export function transitionSentence({ from, to, reason }: Pick<Transition, 'from' | 'to' | 'reason'>): string {
  const thinking = from === 'thinking';
  if (reason === 'start' && to === 'thinking') return t('The model started thinking.');
  if (reason === 'natural-end') return thinking ? t('The model finished thinking by itself.') : t('The model finished its answer.');
  if (reason === 'budget') return thinking ? t('The thinking budget was spent.') : t('The solution budget was spent.');
  if (reason === 'user') return to === 'thinking' ? t('You asked it to keep thinking.') : t('You asked for the answer now.');
  return reasonSentences[reason];
}

export const actionNames: Readonly<Record<Decision['action'], string>> = {
  continue: t('Went on'),
  'end-thinking': t('Ended thinking'),
  'keep-thinking': t('Kept thinking'),
  'end-answer': t('Ended the answer'),
  steer: t('Took a remark'),
  stop: t('Stopped'),
  'choose-effort': t('Chose the effort'),
  plan: t('Planned the parts'),
  'wrap-up': t('Asked it to come to the end'),
  'favour-end': t('Made the end more likely'),
  'choose-answer': t('Chose among the samples'),
  'refuse-tool': t('Refused a tool'),
  'choose-line': t('Chose among lines of thought'),
  offer: t('Offered the suggestion'),
  withhold: t('Showed nothing'),
  'choose-model': t('Chose the model'),
  'hand-on': t('Handed the question on'),
  'keep-answer': t('Took the answer'),
};

type Started = RunEventOf<'started'>;

const policyNames: Readonly<Record<string, string>> = {
  model: t('Model'),
  budget: t('Budget'),
  time: t('Time'),
  'budget-guidance': t('Budget guidance'),
  'cost-cap': t('Cost cap'),
  'answer-convergence': t('Answer convergence'),
  'trial-answer-confidence': t('Trial answer confidence'),
  'entropy-after-end': t('Entropy after end'),
  'effort-auto': t('Effort auto'),
  'plan-and-budget': t('Plan and budget'),
  'particle-filter': t('Particle filter'),
  'tool-budget': t('Tool budget'),
  'suggestion-gate': t('Suggestion gate'),
  'ghost-text-gate': t('Ghost text gate'),
  automatic: t('Automatic'),
  vote: t('Vote'),
  tests: t('Tests'),
  tools: t('Tools'),
};

/** 'answer-convergence' → 'Answer convergence'. Policies that a newer Reins wrote, and composed ones, are told by their names. */
export function policyName(policy: string): string {
  const known = Object.hasOwn(policyNames, policy) ? policyNames[policy] : undefined;
  if (known !== undefined) return known;
  const words = policy.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const effortKindSentences: Readonly<Record<Started['effortKind'], string>> = {
  trained: t('This model was trained for effort levels.'),
  requested: t('The effort was passed on to the server, which decides what it means.'),
  cap: t('This model was not trained for effort levels: effort only sets budgets and instructions.'),
};

export const enforcementNames: Readonly<Record<Started['enforcement'], string>> = {
  exact: t('exact budgets'),
  degraded: t('budgets by asking again'),
  unenforceable: t('budgets not enforceable'),
};

export const enforcementSentences: Readonly<Record<Started['enforcement'], string>> = {
  exact: t('Budgets are enforced token by token.'),
  degraded: t('This server cannot stop thinking at a token. Budgets are kept by cutting the request off and asking again.'),
  unenforceable: t('This server gives no way to limit thinking. The budgets are a wish, and the figures show what was really used.'),
};

/** In the place of `exact` where the tokens are estimated. */
export const estimatedEnforcement = { name: t('budgets in estimated tokens'), sentence: t('Budgets are enforced in place, where the estimated number of tokens has come to them.') } as const;

export const sourceLabels = { injected: t('Written by Reins'), remark: t('Your remark'), resumed: t('From the earlier run') } as const;

/** What to do about it; empty where the message says so itself. */
export const errorAdvice: Readonly<Record<RunErrorReason, string>> = {
  'bad-request': t('Shorten or reword the question and ask again.'),
  'model-missing': t('Choose another model, or download this one again.'),
  'model-invalid': t('The model’s files are damaged or not supported. Choose another model, or download it again.'),
  'tokenizer-missing': t('The model folder has no tokenizer. Choose another model, or download it again.'),
  // What is too long, and so what to do, is in the message itself.
  'context-overflow': '',
  'engine-crashed': t('The model’s process ended. It starts again with your next question; nothing recorded is lost.'),
  'engine-unavailable': t('The local engine cannot run here. Connect to a server instead.'),
  'out-of-memory': t('Close other programs, or choose a smaller model.'),
  // Nothing is there, the name is unknown, no network: each has its own sentence, with what to do.
  'server-unreachable': '',
  'server-refused': t('The server refused the request. Its log may say more.'),
  unauthorized: t('Check the key for this server.'),
  'rate-limited': t('Wait a moment, then ask again.'),
  'server-error': t('The server had a problem. Ask again, or look at its log.'),
  'stream-cut': t('The connection broke off. What arrived is kept; resume, or ask again.'),
  timeout: t('The server took too long. Ask again, or raise the time limit.'),
  offline: t('Offline mode blocks this server. Turn it off in the settings, or choose a local model.'),
  'disk-full': t('Free some disk space: the trace could not be written.'),
  'trace-write': t('The trace could not be written. The answer is complete, but may be missing from the history.'),
  internal: t('This is a fault in Reins. The log has the details.'),
};

export const exhaustedAdvice = t('Raise the solution budget, lower the thinking budget, or choose Keep Thinking to give it more room.');
