/** What signals said along a course, as a policy would have seen it. */
import type { SignalName } from '../../trace/signals.ts';
import type { Place } from './record.ts';

export class Readings {
  readonly #latest = new Map<string, { readonly value: number | null; readonly at: number }>();

  /** Take in what was said at the next place. */
  take({ at, values, early }: Place): void {
    for (const [name, value] of Object.entries(values)) this.#latest.set(name, { value: early.includes(name) ? null : value, at });
  }

  /** The latest value that may be decided by. */
  value(signal: SignalName): number | null {
    return this.#latest.get(signal)?.value ?? null;
  }

  readAt(signal: SignalName): number {
    return this.#latest.get(signal)?.at ?? -1;
  }
}
