/** Exit when a signal is at or beyond a threshold, some measurements in a row. It costs no tokens. */
import { signalLabel, type SignalName } from '../../trace/signals.ts';
import { stay, type ExitPolicy, type ExitVerdict, type SignalValues } from './policy.ts';
import { said } from '../../trace/said.ts';

export interface ThresholdSettings {
  readonly signal: SignalName;
  readonly direction: 'at-least' | 'at-most';
  readonly threshold: number;
  /** Measurements in a row. */
  readonly times: number;
}

export class SignalThresholdExit implements ExitPolicy {
  readonly name: string;
  readonly #settings: ThresholdSettings;
  #streak = 0;
  #readAt = -1;
  #value: number | null = null;

  constructor(settings: ThresholdSettings) {
    this.#settings = settings;
    this.name = settings.signal;
  }

  /** Counts a measurement once, however often it is asked. */
  observe(values: SignalValues): void {
    const { signal, direction, threshold } = this.#settings;
    const readAt = values.readAt(signal);
    if (readAt === this.#readAt) return;
    this.#readAt = readAt;
    this.#value = values.value(signal);
    const holds = this.#value !== null && (direction === 'at-least' ? this.#value >= threshold : this.#value <= threshold);
    this.#streak = holds ? this.#streak + 1 : 0;
  }

  due(): boolean {
    return this.#streak >= this.#settings.times;
  }

  evaluate(): Promise<ExitVerdict> {
    const { signal, direction, threshold, times } = this.#settings;
    if (this.#streak < times || this.#value === null) return Promise.resolve(stay);
    const value = Number(this.#value.toPrecision(4));
    const label = signalLabel(signal);
    const name = label.charAt(0).toUpperCase() + label.slice(1);
    const shown = times > 1 ? said('{0} {1} times in a row', value, times) : value;
    return Promise.resolve({
      exit: true,
      policy: this.name,
      evidence: [{ signal, value, threshold }],
      reason: direction === 'at-least' ? said('{0} was {1}, at or above the threshold of {2}.', name, shown, threshold) : said('{0} was {1}, at or below the threshold of {2}.', name, shown, threshold),
    });
  }
}
