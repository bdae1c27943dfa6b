/**
 * Writes what a program does as lines of thinking, one for each statement that takes effect.
 *
 * `full` copies the expression, puts the values in and works it out (`a*2+b=3*2+1=6+1=7,a=7`), `steps` begins with the values
 * (`3*2+1=6+1=7,a=7`), `short` also skips to the result (`3*2+1=7,a=7`), `value` gives only the result (`a=7`). A variable's value always stands right behind its name, where a
 * later line finds it.
 */
import type { Effect, Lookup } from '../interpreter/evaluator.ts';
import { callFunction, runProgram } from '../interpreter/evaluator.ts';
import type { Example } from '../interpreter/examples.ts';
import { printExpression } from '../interpreter/printer.ts';
import type { Value } from '../interpreter/scope.ts';
import type { Expression, Program } from '../interpreter/syntax.ts';
import type { Random } from './random.ts';
import { reductions } from './reductions.ts';
import type { TraceWriter } from './trace.ts';

export type Detail = 'full' | 'steps' | 'short' | 'value';

/** Where slips that are noticed at once may happen: at most one a trace, in a worked-out chain. */
export interface Slips {
  readonly random: Random;
  readonly perLine: number;
}

/** A variable that got a wrong value in a first pass, and the value. */
export interface Misread {
  readonly line: number;
  readonly value: Value;
}

export interface Pass {
  readonly detail: Detail;
  readonly slips?: Slips | null;
  /** The line of this pass whose result is wrong, unnoticed. */
  readonly misread?: Misread | null;
  /** The line at which an earlier pass went wrong: this pass notices. */
  readonly correcting?: Misread | null;
}

/** Writes what a whole program does, up to what it prints. */
export function writeRun(writer: TraceWriter, program: Program, pass: Pass): void {
  const lines = new Lines(writer, pass);
  runProgram(program, { observer: (effect) => lines.write(effect), ...lines.misreading() });
}

/** Writes a call, `f(2)` and its lines, with a verdict behind the last. Says whether the example holds. */
export function writeExample(writer: TraceWriter, program: Program, example: Example, pass: Pass): boolean {
  const lines = new Lines(writer, pass);
  writer.say(`${example.name}(${example.arguments.join(',')})\n`);
  const actual = callFunction(program, example.name, example.arguments, { observer: (effect) => lines.write(effect) });
  const holds = actual === example.expected;
  writer.sayVerdict(verdict(example.expected, holds));
  return holds;
}

/** What is wanted stands beside what came out, then whether they are the same. */
export function verdict(wanted: number, holds: boolean): string {
  return ` want ${wanted} ${holds ? 'ok' : 'no'}`;
}

class Lines {
  readonly #writer: TraceWriter;
  readonly #pass: Pass;
  #sets = 0;

  constructor(writer: TraceWriter, pass: Pass) {
    this.#writer = writer;
    this.#pass = pass;
  }

  misreading(): { misread?: (name: string, value: Value) => Value | undefined } {
    const { misread } = this.#pass;
    let sets = 0;
    return misread === null || misread === undefined ? {} : { misread: () => (sets++ === misread.line ? misread.value : undefined) };
  }

  write(effect: Effect): void {
    switch (effect.type) {
      case 'set':
        this.#set(effect);
        return;
      case 'count':
        this.#writer.say(`${effect.name}=${effect.value}\n`);
        return;
      case 'test':
        if (effect.of === 'if') {
          this.#test(effect.expression, effect.lookup);
        } else if (!effect.value) {
          this.#writer.say('end\n');
        }
        return;
      case 'return':
      case 'print':
        this.#result(effect.expression, effect.lookup);
    }
  }

  #set({ name, expression, lookup, value }: Extract<Effect, { type: 'set' }>): void {
    const line = this.#sets;
    this.#sets += 1;
    const wrong = this.#pass.misread?.line === line ? value : null;
    const before = this.#pass.correcting?.line === line ? this.#pass.correcting.value : null;
    if (expression.type !== 'number' && this.#pass.detail !== 'value') {
      writeChain(this.#writer, expression, lookup, this.#pass, wrong);
      this.#writer.say(before === null ? ',' : ` not ${before},`);
    }
    this.#writer.say(`${name}=${value}\n`);
  }

  #test(expression: Expression, lookup: Lookup): void {
    writeChain(this.#writer, expression, lookup, { detail: this.#pass.detail }, null);
    this.#writer.say('\n');
  }

  #result(expression: Expression, lookup: Lookup): void {
    if (expression.type === 'conditional') {
      this.#test(expression.test, lookup);
      const holds = reductions(expression.test, lookup).at(-1) === 'true';
      this.#result(holds ? expression.yes : expression.no, lookup);
      return;
    }
    writeChain(this.#writer, expression, lookup, this.#pass, null);
    this.#writer.say('\n');
  }
}

/** The forms of an expression as an equation. `wrong` replaces the result, without a word. */
export function writeChain(writer: TraceWriter, expression: Expression, lookup: Lookup, pass: Pass, wrong: Value | null): void {
  const worked = reductions(expression, lookup);
  const result = worked.at(-1) ?? '';
  const [values = ''] = worked;
  const copied = printExpression(expression).replaceAll(' ', '');
  const forms = { full: [copied, ...worked], steps: worked, short: [values, result], value: [result] }[pass.detail];
  const distinct = forms.filter((form, index) => index === 0 || form !== forms[index - 1]);
  writer.say(distinct.slice(0, -1).map((form) => `${form}=`).join(''));
  if (wrong !== null) {
    writer.sayUnlearned(String(wrong));
    return;
  }
  const { slips } = pass;
  const step = worked.at(-2);
  if (slips && step !== undefined && distinct.length > 1 && !writer.slipped && slips.random.chance(slips.perLine)) {
    writer.slip(misreadValue(slips.random, Number(result)), `${step}=${result}`);
    return;
  }
  writer.say(result);
}

/** A value as a slip would have it: off by one or by ten. */
export function misreadValue(random: Random, value: number): string {
  return String(value + random.pick([-10, -1, -1, 1, 1, 10]));
}
