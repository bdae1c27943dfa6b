/**
 * Asks the bundled model for what belongs in a hole, quickly and cheaply, and believes nothing: only an expression that makes every example
 * true in our own interpreter leaves this file.
 */
import { randomUUID } from 'node:crypto';
import { holdsOnExamples } from '../../evaluation/interpreter/check.ts';
import { fillHole, findHole } from '../../evaluation/interpreter/hole.ts';
import type { ModelRef, RunRequest, RunService } from '../../runs/service.ts';
import type { Effort, RunEvent } from '../../trace/events.ts';
import { codeOf } from '../runs/answer-text.ts';

export interface CompleterParts {
  readonly service: () => Promise<RunService>;
  readonly model: ModelRef;
  readonly log: (text: string) => void;
  readonly now?: () => number;
}

/** First what costs least; if that does not hold, once more with thought. Tokens are hard caps. */
const tries: readonly { readonly effort: Effort; readonly thinking: number }[] = [
  { effort: 'low', thinking: 32 },
  { effort: 'medium', thinking: 192 },
];
const SOLUTION_TOKENS = 48;
/** Later than this a suggestion is in the way. */
const DEADLINE_MS = 3000;
const REMEMBERED = 64;

interface Flight {
  readonly source: string;
  readonly result: Promise<string | null>;
  readonly abort: AbortController;
  waiting: number;
}

export class Completer {
  readonly #parts: CompleterParts;
  /** Sources seen lately and what completes them; null: nothing that holds was found. */
  readonly #known = new Map<string, string | null>();
  #flight: Flight | null = null;

  constructor(parts: CompleterParts) {
    this.#parts = parts;
  }

  /** The text for the hole of `source`, in parentheses where it needs them; null when there is nothing good enough. */
  async complete(name: string, source: string, signal: AbortSignal): Promise<string | null> {
    const known = this.#known.get(source);
    if (known !== undefined) return known;
    const flight = this.#join(name, source);
    flight.waiting += 1;
    const leave = (): void => {
      flight.waiting -= 1;
      // One flight at a time, and none for nobody.
      if (flight.waiting === 0) flight.abort.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await flight.result;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  dispose(): void {
    this.#flight?.abort.abort();
  }

  #join(name: string, source: string): Flight {
    if (this.#flight?.source === source && !this.#flight.abort.signal.aborted) return this.#flight;
    this.#flight?.abort.abort();
    const abort = new AbortController();
    const flight: Flight = { source, abort, waiting: 0, result: this.#search(name, source, abort.signal) };
    this.#flight = flight;
    void flight.result.finally(() => {
      if (this.#flight === flight) this.#flight = null;
    });
    return flight;
  }

  async #search(name: string, source: string, signal: AbortSignal): Promise<string | null> {
    if (!(await this.#loaded(signal))) return null;
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
    for (const { effort, thinking } of tries) {
      const answer = await this.#ask(name, source, effort, thinking, deadline);
      if (deadline.aborted) return null;
      const text = answer === null ? null : proven(source, answer);
      if (text !== null) return this.#remember(source, text);
      this.#parts.log(`completing ${name}: nothing that holds at ${effort} effort`);
    }
    return this.#remember(source, null);
  }

  /** The time a suggestion may take begins when the model is there: the first one of a session has to start the engine. */
  async #loaded(signal: AbortSignal): Promise<boolean> {
    try {
      await (await this.#parts.service()).describe(this.#parts.model, signal);
      return true;
    } catch (error) {
      this.#parts.log(`no completions: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  async #ask(name: string, source: string, effort: Effort, thinking: number, signal: AbortSignal): Promise<string | null> {
    const request: RunRequest = {
      run: randomUUID(),
      model: this.#parts.model,
      priority: 'completion',
      question: `Complete ${name}`,
      context: { label: name, languageId: 'javascript', code: source },
      effort,
      budgets: { thinking, solution: SOLUTION_TOKENS },
      exits: 'off',
    };
    let answer: string | null = null;
    const listen = (events: readonly RunEvent[]): void => {
      for (const event of events) if (event.type === 'answer' && !event.truncated) answer = event.text;
    };
    try {
      await (await this.#parts.service()).run(request, listen, signal);
    } catch (error) {
      // Ghost text is never worth a message; the log has it.
      this.#parts.log(`completing ${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    return answer;
  }

  #remember(source: string, text: string | null): string | null {
    if (this.#known.size >= REMEMBERED) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(source, text);
    return text;
  }
}

/** What an answer puts into the hole, if it then holds on every example; null otherwise. */
export function proven(source: string, answer: string): string | null {
  const hole = findHole(source);
  if (!hole) return null;
  try {
    const filled = fillHole(source, codeOf(answer));
    return holdsOnExamples(filled) ? filled.slice(hole.start, filled.length - (source.length - hole.end)) : null;
  } catch {
    return null; // Not an expression of the small language.
  }
}
