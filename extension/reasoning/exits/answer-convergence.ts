/**
 * Exit when trial answers agree: now and then the model is asked for its answer without committing to it; when the last `window` answers
 * are equal, non-empty and unhesitating, thinking may end. Disagreement never exits. Dynasor-CoT, arXiv 2412.20993.
 *
 * It does not begin what cannot pay: before the first of a window's trial answers the whole window must be affordable, and cost less
 * than the thoughts still expected.
 */
import { stay, type ExitContext, type ExitPolicy, type ExitVerdict } from './policy.ts';
import { said } from '../../trace/said.ts';

export interface ConvergenceSettings {
  /** Equal trial answers needed. */
  readonly window: number;
  /** Thinking tokens between trial answers. */
  readonly interval: number;
}

export class AnswerConvergenceExit implements ExitPolicy {
  readonly name = 'answer-convergence';
  readonly #settings: ConvergenceSettings;
  #nextAt: number;
  #streak = 0;

  constructor(settings: ConvergenceSettings) {
    this.#settings = settings;
    this.#nextAt = settings.interval;
  }

  observe(): void {
    // It reads no signal but its own.
  }

  due(atToken: number): boolean {
    return atToken >= this.#nextAt;
  }

  async evaluate(context: ExitContext): Promise<ExitVerdict> {
    const { window, interval } = this.#settings;
    const cost = Math.max(1, window - this.#streak) * context.trialCost;
    if (!context.affords(cost) || context.expectedRemaining <= cost) return stay;
    this.#nextAt = context.atToken + interval;
    const trial = await context.trialAnswer(this.name);
    if (!trial) return stay;
    this.#streak = trial.streak;
    if (trial.streak < window) return stay;
    return {
      exit: true,
      policy: this.name,
      evidence: [
        { signal: 'answer-convergence', value: trial.streak, threshold: window },
        { signal: said('trial answer'), value: trial.answer },
      ],
      reason: said('The last {0} trial answers were the same, so more thought was unlikely to change the answer.', trial.streak),
    };
  }
}
