/**
 * What is still written of a trace that has reached its size limit: every phase, decision, probe, notice, answer and end, but no
 * text of tokens. Token events are added up, so that the counts of a replay stay right.
 */
import type { Phase, RunEvent, RunEventOf } from '../events.ts';

type Tokens = RunEventOf<'tokens'>;

export class Condenser {
  #pending: Tokens | null = null;
  /** Characters left out of the file since it is condensed and not taken back since, of thoughts and of the answer. */
  readonly #left = { thoughts: 0, answer: 0 };

  /** The events to write for these. A run of token events is held back until something else happens. */
  condense(events: readonly RunEvent[]): RunEvent[] {
    const kept: RunEvent[] = [];
    for (const event of events) {
      if (event.type === 'signal') continue;
      if (event.type === 'tokens') {
        if (this.#pending && !sameOrigin(this.#pending, event)) kept.push(...this.flush());
        this.#pending = addUp(this.#pending, event);
        this.#left[column(event.phase)] += event.text.length;
        continue;
      }
      kept.push(...this.flush());
      kept.push(event.type === 'rewound' ? this.#rewound(event) : event.type === 'sample' ? { ...event, thoughts: '' } : event.type === 'tool-result' ? { ...event, text: '' } : event.type === 'test-run' ? { ...event, output: '' } : event);
    }
    return kept;
  }

  /** The token event held back, if any. */
  flush(): RunEvent[] {
    const pending = this.#pending;
    this.#pending = null;
    return pending ? [pending] : [];
  }

  /** A rewind takes back the text left out first; only the rest of it can be taken from what was written. */
  #rewound(event: RunEventOf<'rewound'>): RunEvent {
    const unwritten = Math.min(event.text.length, this.#left[column(event.phase)]);
    this.#left[column(event.phase)] -= unwritten;
    return { ...event, text: event.text.slice(0, event.text.length - unwritten) };
  }
}

function column(phase: Phase): 'thoughts' | 'answer' {
  return phase === 'solving' || phase === 'done' ? 'answer' : 'thoughts';
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
