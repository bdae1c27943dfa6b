/**
 * Exit when trial answers agree: every `interval` thinking tokens the model is asked for its answer without committing to it; when
 * the last `window` answers are equal, non-empty and unhesitating, thinking may end. Disagreement never exits.
 * Dynasor-CoT, arXiv 2412.20993.
 */
import { AnswerConvergence } from '../signals/answer-convergence.ts';
import type { ExitContext, ExitPolicy, ExitVerdict } from './policy.ts';

export interface ConvergenceSettings {
  /** Equal trial answers needed. */
  readonly window: number;
  /** Thinking tokens between trial answers. */
  readonly interval: number;
}

/** One name for the signal and the evidence, so that a chart finds its threshold. */
const EQUAL_ANSWERS = 'equal trial answers in a row';

export class AnswerConvergenceExit implements ExitPolicy {
  readonly name = 'answer-convergence';
  readonly #settings: ConvergenceSettings;
  readonly #convergence = new AnswerConvergence();
  #nextAt: number;
  #spent = 0;

  constructor(settings: ConvergenceSettings) {
    this.#settings = settings;
    this.#nextAt = settings.interval;
  }

  due(atToken: number): boolean {
    return atToken >= this.#nextAt;
  }

  async evaluate(context: ExitContext): Promise<ExitVerdict> {
    this.#nextAt = context.atToken + this.#settings.interval;
    const probe = await context.trialAnswer(this.name);
    if (!probe) return { exit: false };
    this.#spent += probe.injected + probe.generated;
    const { streak, answer } = this.#convergence.add(probe.text);
    context.signal(EQUAL_ANSWERS, streak);
    if (streak < this.#settings.window) return { exit: false };
    const saved = Math.round(context.expectedRemaining - this.#spent);
    return {
      exit: true,
      evidence: [
        { signal: EQUAL_ANSWERS, value: streak, threshold: this.#settings.window },
        { signal: 'trial answer', value: answer },
        { signal: 'tokens spent on trial answers', value: this.#spent },
      ],
      savedTokensEstimate: saved,
      reason: `The last ${streak} trial answers, ${this.#settings.interval} tokens apart, were the same, so more thought was unlikely to change the answer.`,
    };
  }
}
