/**
 * Exit when the model is sure of its trial answer: its tokens' mean probability is at the threshold. DEER, arXiv 2504.15895, which asks at
 * transition words with a threshold of 0.95; here it is asked at the ends of lines, as often as is affordable.
 */
import type { Evidence } from '../../trace/events.ts';
import { closedConfidence } from '../signals/trial-answer-confidence.ts';
import { confidenceSignal } from './spec.ts';
import { stay, type ExitContext, type ExitPolicy, type ExitVerdict, type TrialAnswer } from './policy.ts';
import { said } from '../../trace/said.ts';

export interface TrialConfidenceSettings {
  readonly atLeast: number;
  /** closed: the geometric mean, and only where the model closed its thoughts after the answer (the authors' rule for Qwen3). */
  readonly mean: 'arithmetic' | 'geometric' | 'closed';
  /** Thinking tokens between trial answers. */
  readonly interval: number;
}

export class TrialConfidenceExit implements ExitPolicy {
  readonly name = 'trial-answer-confidence';
  readonly #settings: TrialConfidenceSettings;
  #nextAt: number;

  constructor(settings: TrialConfidenceSettings) {
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
    const { interval, atLeast, mean } = this.#settings;
    if (!context.affords(context.trialCost) || context.expectedRemaining <= context.trialCost) return stay;
    this.#nextAt = context.atToken + interval;
    const trial = await context.trialAnswer(this.name, mean === 'closed');
    const confidence = trial && trial.answer !== '' ? this.#confidence(trial) : null;
    if (!trial || confidence === null || confidence < atLeast) return stay;
    const evidence: Evidence[] = [
      { signal: confidenceSignal(mean), value: rounded(confidence), threshold: atLeast },
      { signal: said('trial answer'), value: trial.answer },
    ];
    const reason = said('The model held its trial answer {0} % likely, so it had what it needed.', percent(confidence));
    return { exit: true, policy: this.name, evidence, reason };
  }

  #confidence({ confidence, closed }: TrialAnswer): number | null {
    if (!confidence) return null;
    switch (this.#settings.mean) {
      case 'arithmetic':
        return confidence.arithmetic;
      case 'geometric':
        return confidence.geometric;
      case 'closed':
        return closedConfidence(confidence, closed);
    }
  }
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** To a tenth, as the evidence beside it is rounded; but what is not certain is not said to be. */
function percent(confidence: number): number {
  return confidence < 1 ? Math.min(99.9, Math.round(confidence * 1000) / 10) : 100;
}
