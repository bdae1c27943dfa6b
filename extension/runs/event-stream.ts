/** From what a run emits to the batches its listener gets: stamped, in order, tokens of 16 ms merged into one event. */
import type { RunEvent, RunEventOf, UnstampedEvent } from '../trace/events.ts';
import type { EventListener } from './service.ts';

/** One frame at 60 Hz: no one can see more, and the log stays small. */
const BATCH_MS = 16;
/** A batch is sent early when its text grows beyond this many characters. */
const BATCH_CHARACTERS = 4000;

type UnstampedTokens = Omit<RunEventOf<'tokens'>, 'run' | 'seq' | 'at'>;

export class EventStream {
  readonly #run: string;
  readonly #listener: EventListener;
  readonly #now: () => number;
  #seq = 0;
  #ready: RunEvent[] = [];
  #tokens: { event: UnstampedTokens; at: number } | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `now` gives milliseconds since the run started. */
  constructor(run: string, listener: EventListener, now: () => number) {
    this.#run = run;
    this.#listener = listener;
    this.#now = now;
  }

  emit(event: UnstampedEvent): void {
    const at = this.#now();
    if (event.type === 'tokens') {
      if (this.#tokens && mergeable(this.#tokens.event, event)) {
        this.#tokens = { event: mergeTokens(this.#tokens.event, event), at };
      } else {
        this.#sealTokens();
        this.#tokens = { event, at };
      }
    } else {
      this.#sealTokens();
      this.#stamp(event, at);
    }
    if (event.type !== 'tokens' || (this.#tokens?.event.text.length ?? 0) > BATCH_CHARACTERS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  /** Send what is waiting. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sealTokens();
    if (this.#ready.length === 0) return;
    const batch = this.#ready;
    this.#ready = [];
    this.#listener(batch);
  }

  #sealTokens(): void {
    if (!this.#tokens) return;
    const { event, at } = this.#tokens;
    this.#tokens = null;
    this.#stamp(event, at);
  }

  #stamp(event: UnstampedEvent, at: number): void {
    this.#ready.push({ ...event, run: this.#run, seq: this.#seq, at } as RunEvent);
    this.#seq += 1;
  }
}

/** Lists with an entry a token. Two events go together only where they have the same ones. */
const perToken = ['lengths', 'logprobs', 'entropies', 'confidences'] as const;

/** Whether two events may become one without losing anything but their times. */
export function mergeable(a: UnstampedTokens, b: UnstampedTokens): boolean {
  return a.phase === b.phase && a.source === b.source && a.estimated === b.estimated && perToken.every((list) => !a[list] === !b[list]);
}

/** Two token events of one phase and origin, as one. */
export function mergeTokens(a: UnstampedTokens, b: UnstampedTokens): UnstampedTokens {
  const lists = Object.fromEntries(perToken.flatMap((list) => (a[list] && b[list] ? [[list, [...a[list], ...b[list]]]] : [])));
  return { ...a, text: a.text + b.text, count: a.count + b.count, ...lists };
}
