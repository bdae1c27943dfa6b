/**
 * Asks a model for what belongs at a place in the code, quickly and cheaply, and believes nothing: only what our own interpreter confirms
 * leaves this file. One request at a time, none for nobody, and what was found is remembered.
 */
import { randomUUID } from 'node:crypto';
import { judge, type SuggestionSkill } from '../../evaluation/suggestion/judge.ts';
import type { ModelRef, RunRequest, RunService } from '../../runs/service.ts';
import type { Decision, Effort, RunEvent } from '../../trace/events.ts';

/** What is asked for: a skill, in the words the small model knows best, about some code. */
export interface SuggestionTask {
  readonly skill: SuggestionSkill;
  /** For the trace and the log. */
  readonly name: string;
  readonly source: string;
}

export interface SuggesterParts {
  readonly service: () => Promise<RunService>;
  readonly model: ModelRef;
  /** Least confidence for a suggestion to be shown, by skill; null: none is known for this model. */
  readonly threshold?: (skill: SuggestionSkill) => number | null;
  readonly log: (text: string) => void;
  /** Hears of every request sent, and how long it took in milliseconds. */
  readonly measured?: (milliseconds: number) => void;
}

/** First what costs least; while nothing holds, again with more thought, as long as there is time. Tokens are hard caps. */
const tries: readonly { readonly effort: Effort; readonly thinking: number }[] = [
  { effort: 'low', thinking: 32 },
  { effort: 'medium', thinking: 192 },
  { effort: 'high', thinking: 400 },
];
const SOLUTION_TOKENS = 48;
/** Later than this a suggestion is in the way. */
const DEADLINE_MS = 3000;
const REMEMBERED = 64;
/** The model could not be asked. */
const FAILED = Symbol('failed');

interface Flight {
  readonly key: string;
  readonly result: Promise<string | null>;
  readonly abort: AbortController;
  waiting: number;
}

export class Suggester {
  readonly #parts: SuggesterParts;
  /** Tasks seen lately and what they came to; null: nothing that holds was found. */
  readonly #known = new Map<string, string | null>();
  #flight: Flight | null = null;

  constructor(parts: SuggesterParts) {
    this.#parts = parts;
  }

  /** What is remembered of a task; null: nothing that holds was found; undefined: it has not been asked about, or is forgotten. */
  known({ skill, source }: SuggestionTask): string | null | undefined {
    return this.#known.get(keyOf(skill, source));
  }

  /** The confirmed text: an expression in parentheses where it needs them, a corrected line, or a printed value; null when there is nothing good enough. */
  async suggest(task: SuggestionTask, signal: AbortSignal): Promise<string | null> {
    const key = keyOf(task.skill, task.source);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const flight = this.#join(key, task);
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

  #join(key: string, task: SuggestionTask): Flight {
    if (this.#flight?.key === key && !this.#flight.abort.signal.aborted) return this.#flight;
    this.#flight?.abort.abort();
    const abort = new AbortController();
    const flight: Flight = { key, abort, waiting: 0, result: this.#search(key, task, abort.signal) };
    this.#flight = flight;
    void flight.result.finally(() => {
      if (this.#flight === flight) this.#flight = null;
    });
    return flight;
  }

  async #search(key: string, task: SuggestionTask, signal: AbortSignal): Promise<string | null> {
    if (!(await this.#loaded(signal))) return null;
    const begun = performance.now();
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
    for (const { effort, thinking } of tries) {
      const text = await this.#ask(task, effort, thinking, deadline);
      // What came too late, or failed, was not found out to be wrong: it is not remembered.
      if (deadline.aborted || text === FAILED) return null;
      if (text === null) continue;
      this.#parts.measured?.(performance.now() - begun);
      return this.#remember(key, text);
    }
    this.#parts.measured?.(performance.now() - begun);
    return this.#remember(key, null);
  }

  /** The time a suggestion may take begins when the model is there: the first one of a session has to start the engine. */
  async #loaded(signal: AbortSignal): Promise<boolean> {
    try {
      await (await this.#parts.service()).describe(this.#parts.model, signal);
      return true;
    } catch (error) {
      this.#parts.log(`no suggestions: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  async #ask(task: SuggestionTask, effort: Effort, thinking: number, signal: AbortSignal): Promise<string | null | typeof FAILED> {
    const threshold = this.#parts.threshold?.(task.skill) ?? null;
    const request: RunRequest = {
      run: randomUUID(),
      model: this.#parts.model,
      priority: 'completion',
      question: questionOf(task),
      context: { label: task.name, languageId: 'javascript', code: task.source },
      effort,
      budgets: { thinking, solution: SOLUTION_TOKENS },
      exits: 'off',
      signals: 'policy',
      gate: { skill: task.skill, ...(threshold === null ? {} : { confidence: threshold }) },
    };
    let text: string | null = null;
    let answer: string | null = null;
    const listen = (events: readonly RunEvent[]): void => {
      for (const event of events) {
        if (event.type === 'answer') ({ text: answer } = event);
        if (event.type === 'decision') text = this.#decided(task, event.decision, answer) ?? text;
      }
    };
    try {
      const outcome = await (await this.#parts.service()).run(request, listen, signal);
      return outcome === 'failed' ? FAILED : text;
    } catch (error) {
      // A suggestion is never worth a message; the log has it.
      this.#parts.log(`${task.skill} ${task.name} failed: ${error instanceof Error ? error.message : String(error)}`);
      return FAILED;
    }
  }

  /** The gate's word decides; only then is the text worked out. */
  #decided(task: SuggestionTask, { policy, action }: Decision, answer: string | null): string | null {
    if (policy !== 'suggestion-gate' || answer === null) return null;
    this.#parts.log(`${task.skill}: ${action === 'offer' ? 'offered' : 'nothing that holds'}`);
    return action === 'offer' ? judge({ skill: task.skill, source: task.source, answer, truncated: false, confidence: null, threshold: null }).text : null;
  }

  #remember(key: string, text: string | null): string | null {
    if (this.#known.size >= REMEMBERED) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(key, text);
    return text;
  }
}

function keyOf(skill: SuggestionSkill, source: string): string {
  return JSON.stringify([skill, source]);
}

/** Questions in the words the bundled model knows best. Any model understands them; they are not translated. */
export function questionOf({ skill, name }: Pick<SuggestionTask, 'skill' | 'name'>): string {
  switch (skill) {
    case 'complete':
      return `Complete ${name}`;
    case 'repair':
      return `Fix ${name}`;
    case 'predict':
      return 'What does this print?';
  }
}
