/** The phases of one answer and the only ways between them. Every transition is an event with its reason. */
import type { Phase, PhaseReason } from '../trace/events.ts';
import { ReasoningError } from './errors.ts';

const allowed: Readonly<Record<Phase, readonly Phase[]>> = {
  idle: ['thinking', 'closing', 'solving', 'done'],
  thinking: ['closing', 'solving', 'done'],
  closing: ['solving', 'done'],
  solving: ['thinking', 'done'],
  done: [],
};

export class Phases {
  #current: Phase = 'idle';
  readonly #onTransition: (from: Phase, to: Phase, reason: PhaseReason) => void;

  constructor(onTransition: (from: Phase, to: Phase, reason: PhaseReason) => void) {
    this.#onTransition = onTransition;
  }

  get current(): Phase {
    return this.#current;
  }

  to(next: Phase, reason: PhaseReason): void {
    const from = this.#current;
    if (!allowed[from].includes(next)) throw new ReasoningError('internal', `A run cannot go from ${from} to ${next}.`);
    this.#current = next;
    this.#onTransition(from, next, reason);
  }
}
