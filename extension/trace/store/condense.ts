/**
 * What is still written of a trace that has reached its size limit: every phase, decision, probe, notice, answer and end, but no
 * text of tokens. Token events are added up, so that the counts of a replay stay right.
 */
import type { RunEvent, RunEventOf } from '../events.ts';

type Tokens = RunEventOf<'tokens'>;

export class Condenser {
  #pending: Tokens | null = null;

  /** The events to write for these. A run of token events is held back until something else happens. */
  condense(events: readonly RunEvent[]): RunEvent[] {
    const kept: RunEvent[] = [];
    for (const event of events) {
      if (event.type === 'signal') continue;
      if (event.type === 'tokens') {
        if (this.#pending && !sameOrigin(this.#pending, event)) kept.push(...this.flush());
        this.#pending = addUp(this.#pending, event);
        continue;
      }
      kept.push(...this.flush());
      kept.push(event.type === 'rewound' ? { ...event, text: '' } : event);
    }
    return kept;
  }

  /** The token event held back, if any. */
  flush(): RunEvent[] {
    const pending = this.#pending;
    this.#pending = null;
    return pending ? [pending] : [];
  }
}

function sameOrigin(a: Tokens, b: Tokens): boolean {
  return a.phase === b.phase && a.source === b.source;
}

/** One event for both, without text. It carries the later stamp, so that numbers still grow from line to line. */
function addUp(before: Tokens | null, event: Tokens): Tokens {
  const { run, seq, at, type, phase, source } = event;
  const estimated = before?.estimated === true || event.estimated === true;
  return { run, seq, at, type, phase, source, text: '', count: (before?.count ?? 0) + event.count, ...(estimated ? { estimated } : {}) };
}
