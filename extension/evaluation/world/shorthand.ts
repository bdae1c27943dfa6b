/**
 * Runs of a function in shorthand, one line each: `s=2,i=0,2-0=2,i=1,2-1=1,i=2,1+4=5 no`.
 *
 * Values stand alone where the statement is the one everybody has seen. Worked out is only what a hypothesis has changed, which also says
 * what it has changed, and what is easily misjudged: tests and the result.
 */
import type { Effect } from '../interpreter/evaluator.ts';
import { callFunction } from '../interpreter/evaluator.ts';
import type { Example } from '../interpreter/examples.ts';
import { printExpression } from '../interpreter/printer.ts';
import type { Expression, Program } from '../interpreter/syntax.ts';
import { reductions } from './reductions.ts';
import type { TraceWriter } from './trace.ts';

/** The statements a function was seen to run, by name and expression. */
export type Seen = ReadonlySet<string>;

/** What calls with the examples' arguments run. */
export function seenIn(program: Program, examples: readonly Example[]): Seen {
  const seen = new Set<string>();
  for (const example of examples) {
    callFunction(program, example.name, example.arguments, { observer: (effect) => seen.add(keyOf(effect)) });
  }
  return seen;
}

/** Writes a call as one line, what it came to and, if `wanted`, what was wanted. Where `seen` is null, every statement is taken as seen. Says whether the example holds. */
export function writeShorthand(writer: TraceWriter, program: Program, example: Example, seen: Seen | null, wanted: boolean): boolean {
  const lines = new Line((effect) => effect.type === 'set' && (seen === null || seen.has(keyOf(effect))));
  const actual = callFunction(program, example.name, example.arguments, { observer: (effect) => lines.add(effect) });
  const holds = actual === example.expected;
  writer.say(`${lines.text}${wanted ? ` want ${example.expected}` : ''} ${holds ? 'ok' : 'no'}\n`);
  return holds;
}

function keyOf(effect: Effect): string {
  return effect.type === 'count' ? '' : `${effect.type === 'set' ? effect.name : ''}=${printExpression(effect.expression)}`;
}

type Assignment = Extract<Effect, { type: 'set' }>;

class Line {
  readonly #isPlain: (effect: Assignment) => boolean;
  readonly #parts: string[] = [];

  /** `isPlain`: whether a variable's value needs no working out. */
  constructor(isPlain: (effect: Assignment) => boolean) {
    this.#isPlain = isPlain;
  }

  get text(): string {
    return this.#parts.join(',');
  }

  add(effect: Effect): void {
    switch (effect.type) {
      case 'count':
        this.#parts.push(`${effect.name}=${effect.value}`);
        return;
      case 'set':
        this.#set(effect);
        return;
      case 'test':
        if (effect.of === 'if') {
          this.#parts.push(worked(effect));
        } else if (!effect.value) {
          this.#parts.pop(); // The count that ends the loop.
        }
        return;
      case 'return':
      case 'print':
        // A variable whose value was the last thing said need not be said again.
        if (this.#parts.at(-1) !== `${printExpression(effect.expression)}=${effect.value}`) {
          this.#parts.push(...result(effect.expression, effect));
        }
    }
  }

  #set(effect: Assignment): void {
    const isPlain = effect.expression.type === 'number' || this.#isPlain(effect);
    this.#parts.push(isPlain ? `${effect.name}=${effect.value}` : worked(effect));
  }
}

type Worked = Exclude<Effect, { type: 'count' }>;

/** The values put in, and what they come to. */
function worked({ expression, lookup }: Pick<Worked, 'expression' | 'lookup'>): string {
  const forms = reductions(expression, lookup);
  const [values = ''] = forms;
  const last = forms.at(-1) ?? '';
  return values === last ? last : `${values}=${last}`;
}

function result(expression: Expression, { lookup }: Pick<Worked, 'lookup'>): string[] {
  if (expression.type !== 'conditional') {
    return [worked({ expression, lookup })];
  }
  const holds = reductions(expression.test, lookup).at(-1) === 'true';
  return [worked({ expression: expression.test, lookup }), ...result(holds ? expression.yes : expression.no, { lookup })];
}
