/**
 * The measurements of one run: which signals, what the model must give for them with each token, where to look, and what was seen last.
 * Everything seen is an event; exit policies read the same values.
 */
import type { SignalLevel, UnstampedEvent } from '../trace/events.ts';
import { signalTable, type SignalName } from '../trace/signals.ts';
import { probabilityAt, type Calibration } from './calibration.ts';
import type { HiddenChunk, ModelCard, StepOptions, Token } from './port.ts';
import { AgreementMeter, ConfidenceMeter, HedgeMeter, RemainingLengthMeter, SelfEvaluationMeter, TrajectoryMeter, type Meter, type Reading } from './signals/meters.ts';
import { DIGITS, figure } from './signals/figure.ts';
import { chooseSignals } from './signals/needs.ts';
import type { LengthPrediction } from './signals/remaining-length.ts';
import type { SignalScales } from './signals/scales.ts';
import { said } from '../trace/said.ts';

export interface MeasuringOptions {
  readonly card: ModelCard;
  readonly level: SignalLevel;
  /** Signals the exit policy and the budget control read. */
  readonly needed: ReadonlySet<SignalName>;
  readonly scales: SignalScales;
  readonly calibration?: Calibration | undefined;
  emit(event: UnstampedEvent): void;
}

export class Measuring {
  readonly names: ReadonlySet<SignalName>;
  readonly #options: MeasuringOptions;
  readonly #meters: readonly Meter[];
  readonly #lengths: RemainingLengthMeter | null;
  readonly #latest = new Map<SignalName, Reading & { readonly atToken: number }>();
  readonly #missing: ReturnType<typeof chooseSignals>['missing'];
  #lookedAt = 0;

  constructor(options: MeasuringOptions) {
    this.#options = options;
    const { names, missing } = chooseSignals(options.card, options.level, options.needed);
    this.names = names;
    this.#missing = missing;
    const { scales } = options;
    const lengths = new RemainingLengthMeter();
    const meters: readonly Meter[] = [new TrajectoryMeter(scales), new ConfidenceMeter(scales), new SelfEvaluationMeter(), lengths, new AgreementMeter(), new HedgeMeter()];
    this.#meters = meters.filter(({ signals }) => signals.some((signal) => names.has(signal)));
    this.#lengths = this.#meters.includes(lengths) ? lengths : null;
  }

  /** What each thought token must come with. Nothing is asked for that nobody reads. */
  get stepOptions(): Partial<StepOptions> {
    const needs = new Set(signalTable.flatMap((info) => (this.names.has(info.name) ? info.needs : [])));
    return {
      ...(needs.has('confidence') ? { confidence: true } : {}),
      ...(needs.has('hiddenStates') ? { hiddenChunk: this.#options.scales.chunk } : {}),
      ...(needs.has('selfEvaluation') ? { selfEvaluation: true } : {}),
      ...(needs.has('remainingLength') ? { remainingLength: true } : {}),
      ...(needs.has('earlyExits') ? { earlyExits: true } : {}),
    };
  }

  /** The model's latest prediction of how much thought is to come. */
  get prediction(): LengthPrediction | null {
    return this.#lengths?.prediction ?? null;
  }

  /** Say once what was asked for and cannot be had. */
  begin(): void {
    for (const { name, reason } of this.#missing) this.#emit({ signal: name, value: null, reason }, 0);
  }

  take(token: Token): void {
    for (const meter of this.#meters) meter.take(token);
  }

  /** Whether to look here: at the end of a line, or after many tokens without one. True once a place. */
  due(atToken: number, atLineEnd: boolean): boolean {
    const since = atToken - this.#lookedAt;
    const { least, most } = this.#options.scales;
    if (since < (atLineEnd ? least : most)) return false;
    this.#lookedAt = atToken;
    return true;
  }

  /** Read all meters. */
  look(atToken: number): void {
    for (const meter of this.#meters) for (const reading of meter.read()) this.tell(reading, atToken);
  }

  /** The last readings, when the thoughts end. */
  end(atToken: number, rest: HiddenChunk | null): void {
    for (const meter of this.#meters) for (const reading of meter.end(rest)) this.tell(reading, atToken);
  }

  /** A reading, of a meter or of a probe. One that says nothing new is not said again. */
  tell(measured: Reading, atToken: number): void {
    if (!this.names.has(measured.signal)) return;
    // Rounded before anything is decided by it, so that the log shows exactly what was decided by.
    const reading = { ...measured, value: finite(measured.value) };
    const before = this.#latest.get(reading.signal);
    if (before?.atToken === atToken && before.value === reading.value) return;
    if (before && before.value === null && reading.value === null) return;
    this.#latest.set(reading.signal, { ...reading, atToken });
    this.#emit(reading, atToken);
  }

  /** The latest value that may be decided by; null where there is none. */
  value(signal: SignalName): number | null {
    const reading = this.#latest.get(signal);
    return reading && reading.early !== true ? reading.value : null;
  }

  /** Thinking tokens at the latest reading of a signal; -1 before any. */
  readAt(signal: SignalName): number {
    return this.#latest.get(signal)?.atToken ?? -1;
  }

  #emit({ signal, value, ...reading }: Reading, atToken: number): void {
    const { reason, layers, baseline, early } = reading;
    const map = this.#options.calibration?.maps[signal];
    // The curve was learned from figures that may decide. Early ones lie elsewhere, and would get the chance at its end.
    const probability = value === null || early === true || !map ? null : probabilityAt(map, value);
    this.#options.emit({
      type: 'signal',
      signal,
      atToken,
      value,
      ...(value === null ? { reason: reason ?? said('not a finite number') } : {}),
      ...(layers ? { layers: layers.map(finite) } : {}),
      ...(baseline === undefined || !Number.isFinite(baseline) ? {} : { baseline: Number(baseline.toPrecision(DIGITS)) }),
      ...(probability === null ? {} : { probability: Number(probability.toPrecision(DIGITS)) }),
      ...(early && value !== null ? { early } : {}),
    });
  }
}

/** Null for what is no finite number. */
function finite(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : figure(value);
}
