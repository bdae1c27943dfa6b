/**
 * The budget ledger of one request. The solution's tokens are set aside before the first thought, so thinking can never eat the
 * answer's room; trial answers (probes) are paid from the thinking budget. Overspending is impossible by construction: a charge
 * that does not fit is refused.
 *
 * Separate thinking and solution budgets with a forced end of thinking: Elastic Reasoning, arXiv 2505.05315. Unused thinking tokens
 * are not handed to the solution (each is a cap, not a pool).
 */
import type { Budgets, Usage } from '../trace/events.ts';

export interface LedgerLimits {
  readonly budgets: Budgets;
  /** Tokens of the prompt. */
  readonly prompt: number;
  /** Tokens the model can hold, prompt included. */
  readonly contextLength: number;
  /** Tokens kept free for the closing text of a forced end. */
  readonly closingReserve: number;
}

export class BudgetLedger {
  #limits: Budgets;
  #prompt: number;
  readonly #contextLength: number;
  readonly #closingReserve: number;
  #thinking = 0;
  #solution = 0;
  #probes = 0;
  #injected = 0;
  #discarded = 0;
  /** Tokens in the sequence that no column counts any more (an answer that was dropped does not occupy it). */
  #resumed = 0;
  #estimated: boolean;
  /** What the present sequence began with, and what had been spent by then: a later turn has a prompt of its own. */
  #turn: { readonly prompt: number; readonly thinking: number; readonly solution: number; readonly injected: number };

  constructor(limits: LedgerLimits, estimated = false) {
    this.#limits = { ...limits.budgets };
    this.#prompt = limits.prompt;
    this.#contextLength = limits.contextLength;
    this.#closingReserve = limits.closingReserve;
    this.#estimated = estimated;
    this.#turn = { prompt: limits.prompt, thinking: 0, solution: 0, injected: 0 };
  }

  get budgets(): Budgets {
    return { ...this.#limits };
  }

  get usage(): Usage {
    return {
      prompt: this.#prompt,
      thinking: this.#thinking,
      solution: this.#solution,
      probes: this.#probes,
      injected: this.#injected,
      discarded: this.#discarded,
      estimated: this.#estimated,
    };
  }

  /** Tokens the sequence holds now. */
  get occupied(): number {
    const { prompt, thinking, solution, injected } = this.#turn;
    return prompt + this.#resumed + this.#thinking - thinking + this.#solution - solution + this.#injected - injected;
  }

  /** Room in the model's context, nothing set aside. */
  get contextLeft(): number {
    return Math.max(0, this.#contextLength - this.occupied);
  }

  /** Room for thoughts and remarks: what is left once the answer and the closing text have theirs. */
  get roomBeforeReserve(): number {
    const solutionReserve = Math.max(0, this.#limits.solution - this.#solution);
    return Math.max(0, this.contextLeft - solutionReserve - this.#closingReserve);
  }

  /** Thinking tokens that may still be spent on thoughts or probes. */
  get thinkingLeft(): number {
    return Math.max(0, Math.min(this.#limits.thinking - this.#thinking - this.#probes, this.roomBeforeReserve));
  }

  get solutionLeft(): number {
    return Math.max(0, Math.min(this.#limits.solution - this.#solution, this.contextLeft));
  }

  /** Tokens the results of tools add to the prompt. */
  chargeResults(tokens: number, estimated: boolean): void {
    this.#prompt += tokens;
    this.#estimated ||= estimated;
  }

  /** Another turn of the same run, over a prompt of this many tokens. Budgets go on; the sequence begins anew. */
  beginTurn(prompt: number): void {
    this.#turn = { prompt, thinking: this.#thinking, solution: this.#solution, injected: this.#injected };
    this.#resumed = 0;
  }

  /** True when the whole charge fits and was taken; false changes nothing. */
  chargeThinking(tokens: number, estimated = false): boolean {
    if (tokens > this.thinkingLeft) return false;
    this.#thinking += tokens;
    this.#estimated ||= estimated;
    return true;
  }

  chargeSolution(tokens: number, estimated = false): boolean {
    if (tokens > this.solutionLeft) return false;
    this.#solution += tokens;
    this.#estimated ||= estimated;
    return true;
  }

  /** A probe leaves the sequence as it was, so it costs budget but no room; it needs the room while it runs. */
  canProbe(tokens: number): boolean {
    return tokens <= this.#limits.thinking - this.#thinking - this.#probes && tokens <= this.contextLeft;
  }

  chargeProbe(tokens: number): void {
    if (!this.canProbe(tokens)) throw new RangeError(`A probe of ${tokens} tokens does not fit the thinking budget.`);
    this.#probes += tokens;
  }

  /** Text written by Reins or the person. It is no one's budget but takes room; refused when it would eat the answer's. */
  canInject(tokens: number): boolean {
    return tokens <= this.roomBeforeReserve;
  }

  /** The closing text, which has its own reserve, and remarks that `canInject` allowed. */
  chargeInjected(tokens: number): void {
    this.#injected += tokens;
  }

  /** Injected text that was taken back. */
  refundInjected(tokens: number): void {
    this.#injected = Math.max(0, this.#injected - tokens);
  }

  /** Tokens put back from an earlier run: they take room and were paid for there. */
  chargeResumed(tokens: number): void {
    this.#resumed += tokens;
  }

  /** An answer dropped because the person wants more thought. Its tokens stay on the bill and the solution gets its room again. */
  discardSolution(tokens: number): void {
    const dropped = Math.min(tokens, this.#solution);
    this.#solution -= dropped;
    this.#discarded += dropped;
  }

  /** Tokens a server sent beyond the budget: generated and perhaps billed, but not used. */
  discardExcess(tokens: number): void {
    this.#discarded += tokens;
  }

  /** More thinking, as far as the context has room. Returns the tokens really added. */
  extendThinking(tokens: number): number {
    const spent = this.#thinking + this.#probes;
    const most = spent + this.roomBeforeReserve;
    const before = this.#limits.thinking;
    this.#limits.thinking = Math.max(before, Math.min(before + tokens, most));
    return this.#limits.thinking - before;
  }
}
