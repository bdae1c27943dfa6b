/**
 * Exit when the doubt about the answer's first token no longer moves: the moving variance of the entropy after the end tag is below the
 * threshold. EAT, arXiv 2509.26522. A look costs the few tokens of the end tag. Nothing is decided before the warm-up, because the
 * variance starts at zero.
 */
import { stay, type ExitContext, type ExitPolicy, type ExitVerdict } from './policy.ts';
import { said } from '../../trace/said.ts';

export interface EntropyExitSettings {
  /** Threshold on the moving variance, nats². */
  readonly below: number;
  /** Entropies to wait for. */
  readonly warmUp: number;
}

export class EntropyAfterEndExit implements ExitPolicy {
  readonly name = 'entropy-after-end';
  readonly #settings: EntropyExitSettings;

  constructor(settings: EntropyExitSettings) {
    this.#settings = settings;
  }

  observe(): void {
    // It reads no signal but its own.
  }

  due(atToken: number): boolean {
    return atToken > 0;
  }

  async evaluate(context: ExitContext): Promise<ExitVerdict> {
    const { below, warmUp } = this.#settings;
    const moving = await context.entropyAfterEnd(this.name);
    if (!moving || moving.count < warmUp || moving.variance >= below) return stay;
    return {
      exit: true,
      policy: this.name,
      evidence: [
        { signal: 'entropy-after-end-variance', value: Number(moving.variance.toPrecision(4)), threshold: below },
        { signal: 'entropy-after-end', value: Number(moving.latest.toPrecision(4)) },
      ],
      reason: said('Over {0} looks, the model’s doubt about the first word of its answer has stopped moving, so more thought was unlikely to change the answer.', moving.count),
    };
  }
}
