/**
 * Writes a run of a program as a line of thinking: one piece for each statement that took effect.
 *
 * `full` works every expression out (`b=3*2+1=6+1=7`), `short` gives its values and the result (`b=3*2+1=7`), `value` the result (`b=7`).
 */
import type { Effect, Lookup } from '../interpreter/evaluator.ts';
import { callFunction, runProgram } from '../interpreter/evaluator.ts';
import type { Program, Expression } from '../interpreter/syntax.ts';
import type { Example } from '../interpreter/examples.ts';
import type { Random } from './random.ts';
import { reductions } from './reductions.ts';
import type { TraceWriter } from './trace.ts';

export type Detail = 'full' | 'short' | 'value';

/** Where slips may happen: at most one a trace, in a worked-out chain. */
export interface Slips {
  readonly random: Random;
  readonly perPiece: number;
}

/** Writes what a whole program does, up to what it prints. */
export function writeRun(writer: TraceWriter, program: Program, detail: Detail, slips: Slips | null): void {
  let first = true;
  runProgram(program, {
    observer: (effect) => {
      first = writeEffect(writer, effect, detail, slips, first);
    },
  });
}

/** Writes one example tried: `f(2)=3*2+1=6+1=7 ok`, or with the statements of the body between call and result. Says whether it holds. */
export function writeExample(writer: TraceWriter, program: Program, example: Example, detail: Detail, slips: Slips | null): boolean {
  writer.say(`${example.name}(${example.arguments.join(',')})`);
  if (!isPlainExpression(program, example.name)) {
    writer.say(':');
  }
  let first = isPlainExpression(program, example.name);
  const actual = callFunction(program, example.name, example.arguments, {
    observer: (effect) => {
      if (first) {
        writer.say('=');
        writeChain(writer, effect, detail, slips);
        first = false;
      } else {
        writeEffect(writer, effect, detail, slips, false);
      }
    },
  });
  const holds = actual === example.expected;
  writer.say(holds ? ' ok\n' : ' no\n');
  return holds;
}

/** A body that is one expression without a condition is written as an equation. */
export function isPlainExpression(program: Program, name: string): boolean {
  const definition = program.body.find((statement) => statement.type === 'function' && statement.name === name);
  const only = definition?.type === 'function' && definition.body.length === 1 ? definition.body[0] : undefined;
  return only?.type === 'return' && only.value.type !== 'conditional';
}

/** Writes one effect and says whether the next one is still the first of its line. */
function writeEffect(writer: TraceWriter, effect: Effect, detail: Detail, slips: Slips | null, first: boolean): boolean {
  const gap = first ? '' : ' ';
  switch (effect.type) {
    case 'set':
      writer.say(`${gap}${effect.name}=`);
      writeChain(writer, effect, detail, slips);
      return false;
    case 'count':
      writer.say(`${gap}${effect.name}=${effect.value}`);
      return false;
    case 'test':
      if (effect.of === 'for') {
        writer.say(effect.value ? '' : `${gap}end`);
        return first && effect.value;
      }
      writeTest(writer, gap, effect.expression, effect.lookup, effect.value, detail);
      return false;
    case 'return':
    case 'print': {
      const { expression, lookup } = effect;
      if (expression.type === 'conditional') {
        const holds = reductions(expression.test, lookup).at(-1) === 'true';
        writeTest(writer, gap, expression.test, lookup, holds, detail);
        writer.say(' ');
        writeChain(writer, { expression: holds ? expression.yes : expression.no, lookup }, detail, slips);
        return false;
      }
      writer.say(`${gap}${effect.type} `);
      writeChain(writer, effect, detail, slips);
      return false;
    }
  }
}

function writeTest(writer: TraceWriter, gap: string, test: Expression, lookup: Lookup, value: boolean, detail: Detail): void {
  const [substituted = ''] = reductions(test, lookup);
  writer.say(detail === 'value' ? `${gap}${value}` : `${gap}${substituted} ${value}`);
}

function writeChain(writer: TraceWriter, effect: Effect | { expression: Expression; lookup: Lookup }, detail: Detail, slips: Slips | null): void {
  if (!('expression' in effect)) {
    return;
  }
  const all = reductions(effect.expression, effect.lookup);
  const last = all.at(-1) ?? '';
  const forms = detail === 'full' ? all : detail === 'short' ? all.filter((form, index) => index === 0 || form === last) : [last];
  const before = forms.slice(0, -1).map((form) => `${form}=`).join('');
  writer.say(before);
  const worked = all.at(-2);
  if (slips !== null && worked !== undefined && forms.length > 1 && !writer.slipped && slips.random.chance(slips.perPiece)) {
    writer.slip(misread(slips.random, Number(last)), `${worked}=${last}`);
    return;
  }
  writer.say(last);
}

/** A value as a slip would have it: off by one or by ten. */
function misread(random: Random, value: number): string {
  return String(value + random.pick([-10, -1, -1, 1, 1, 10]));
}
