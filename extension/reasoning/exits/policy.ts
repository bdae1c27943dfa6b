/** Exit policies: asked now and then while the model thinks, they say whether the thinking may end early, with evidence. */
import type { Evidence } from '../../trace/events.ts';
import type { Probe } from '../port.ts';

/** What a policy may see and do at one point of the thinking. */
export interface ExitContext {
  /** Thinking tokens used so far. */
  readonly atToken: number;
  /** Tokens of thought expected beyond this point if nothing ends it (an estimate). */
  readonly expectedRemaining: number;
  /** A trial answer, paid from the thinking budget. Null when it no longer fits, or the model cannot. */
  trialAnswer(policy: string): Promise<Probe | null>;
  signal(name: string, value: number): void;
}

export type ExitVerdict =
  | { readonly exit: false }
  | { readonly exit: true; readonly evidence: readonly Evidence[]; readonly savedTokensEstimate: number; readonly reason: string };

export interface ExitPolicy {
  readonly name: string;
  /** Cheap test asked before every token. */
  due(atToken: number): boolean;
  evaluate(context: ExitContext): Promise<ExitVerdict>;
}

/** The policy that never fires. */
export const neverExit: ExitPolicy = {
  name: 'off',
  due: () => false,
  evaluate: () => Promise.resolve({ exit: false }),
};
