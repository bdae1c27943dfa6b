/**
 * The thinking that leads to a problem's answer, as a careful person would work: run the program, or work out what the hole must be worth and
 * try the shapes it may have, or run the faulty function and try changes along the source.
 *
 * Effort decides how much. Low writes values only and names one best guess. Medium skips steps and gives up sooner. High works everything
 * out, tries longer and checks again what held; some of its traces contain a slip and its correction, at once or found by the check.
 */
import { parseExpression, parseProgram } from '../interpreter/parser.ts';
import type { Program } from '../interpreter/syntax.ts';
import { runProgram } from '../interpreter/evaluator.ts';
import type { Detail, Misread, Slips } from './execution.ts';
import { misreadValue, verdict, writeChain, writeExample, writeRun } from './execution.ts';
import type { Attempt, Effort, NeedCase, Note, Problem, SearchProblem } from './problem.ts';
import type { Random } from './random.ts';
import type { Trace } from './trace.ts';
import { TraceWriter } from './trace.ts';

/** Hypotheses a trace tries at most. When the last has failed too it ends, and the answer is whatever is left most likely. */
export const MAX_TRIES: Readonly<Record<Effort, number>> = { low: 1, medium: 6, high: 14 };

/** How programs and what stands before a hole are worked out; at low effort a program keeps its equations, a search only its values. */
const RUN_DETAIL: Readonly<Record<Effort, Detail>> = { low: 'short', medium: 'steps', high: 'full' };
const SEARCH_DETAIL: Readonly<Record<Effort, Detail>> = { low: 'value', medium: 'steps', high: 'full' };
/** Where many changes are tried, or each takes a loop to run, they are run in fewer words. */
const TRIED_DETAIL: Readonly<Record<Effort, Detail>> = { low: 'value', medium: 'value', high: 'short' };

/** Shares of high-effort traces with a slip that is noticed at once, and of predictions with one that only the check finds. */
const SLIPPING = 0.13;
const MISREADING = 0.15;
const SLIP_PER_LINE = 0.25;

export function think(random: Random, problem: Problem, effort: Effort): Trace {
  const writer = new TraceWriter();
  const slips: Slips | null = effort === 'high' && random.chance(SLIPPING) ? { random, perLine: SLIP_PER_LINE } : null;
  if (problem.skill === 'predict') {
    predict(writer, random, parseProgram(problem.code), effort, slips);
    return writer.finish();
  }
  const { work } = problem;
  switch (work.kind) {
    case 'needs':
      needs(writer, problem, work.cases, work.attempts, effort, slips);
      break;
    case 'runs':
      if (effort !== 'low') {
        writer.say(`${noted(work.first, effort)}\n`);
      }
      runs(writer, problem, problem.examples.slice(1), work.attempts, effort, slips);
      break;
    case 'faults':
      // Low effort looks at two examples, since it has only one guess: how far each is off tells where the fault may be.
      for (const example of problem.examples.slice(0, effort === 'low' ? 2 : 1)) {
        writeExample(writer, parseProgram(problem.code), example, { detail: SEARCH_DETAIL[effort] });
      }
      runs(writer, problem, problem.examples, work.attempts, effort, slips);
      break;
  }
  if (effort === 'high') {
    check(writer, problem);
  }
  return writer.finish();
}

function predict(writer: TraceWriter, random: Random, program: Program, effort: Effort, slips: Slips | null): void {
  const misread = effort === 'high' && slips === null && random.chance(MISREADING) ? misreadIn(random, program) : null;
  writeRun(writer, program, { detail: RUN_DETAIL[effort], slips, misread });
  if (effort === 'high') {
    writer.say('check\n');
    writeRun(writer, program, { detail: 'short', correcting: misread });
  }
  if (misread !== null) {
    writer.markSlipped();
  }
}

/** One assignment of a straight program whose value is misread. In a loop the two passes might part ways. */
function misreadIn(random: Random, program: Program): Misread | null {
  if (program.body.some((statement) => statement.type === 'for' || statement.type === 'if' || statement.type === 'while')) {
    return null;
  }
  const worked: Misread[] = [];
  let line = 0;
  runProgram(program, {
    observer: (effect) => {
      if (effect.type === 'set') {
        if (effect.expression.type === 'binary') {
          worked.push({ line, value: Number(misreadValue(random, Number(effect.value))) });
        }
        line += 1;
      }
    },
  });
  return worked.length === 0 ? null : random.pick(worked);
}

function needs(writer: TraceWriter, problem: SearchProblem, cases: readonly NeedCase[], attempts: readonly Attempt[], effort: Effort, slips: Slips | null): void {
  const told = cases.some((found) => found.before.length > 0 || found.need?.equation !== String(found.need?.value));
  for (const found of told ? cases : []) {
    tellNeed(writer, found, effort, slips);
  }
  const judged = cases.filter((found) => found.need !== null);
  attempt(writer, problem, attempts, effort, (answer) => {
    const expression = parseExpression(answer);
    for (const { values, need } of judged) {
      writeChain(writer, expression, (name) => values[name] ?? 0, { detail: SEARCH_DETAIL[effort], slips }, null);
      const holds = valueOf(answer, values) === need?.value;
      writer.say(`${verdict(need?.value ?? 0, holds)}\n`);
      if (!holds) {
        return false;
      }
    }
    return true;
  });
}

function tellNeed(writer: TraceWriter, { example, values, before, need }: NeedCase, effort: Effort, slips: Slips | null): void {
  const detail = SEARCH_DETAIL[effort];
  writer.say(`${example.name}(${example.arguments.join(',')})\n`);
  for (const { expression, name } of before) {
    if (detail !== 'value' || name === null) {
      writeChain(writer, parseExpression(expression), (known) => values[known] ?? 0, { detail, slips }, null);
      writer.say(name === null ? '\n' : ',');
    }
    writer.say(name === null ? '' : `${name}=${values[name]}\n`);
  }
  if (need === null) {
    writer.say('skip\n');
    return;
  }
  writer.say(`need ${effort === 'low' ? need.value : need.equation}\n`);
}

function valueOf(answer: string, values: Readonly<Record<string, number>>): number {
  const probe = new TraceWriter();
  writeChain(probe, parseExpression(answer), (name) => values[name] ?? 0, { detail: 'value' }, null);
  return Number(probe.finish().text);
}

function runs(writer: TraceWriter, problem: SearchProblem, examples: SearchProblem['examples'], attempts: readonly Attempt[], effort: Effort, slips: Slips | null): void {
  const detail = TRIED_DETAIL[effort];
  attempt(writer, problem, attempts, effort, (_, source) => {
    const program = parseProgram(source);
    return examples.every((example) => writeExample(writer, program, example, { detail, slips }));
  });
}

/** Low works out the numbers of its best guess and leaves it at that; the others try one after another until one holds. */
function attempt(writer: TraceWriter, problem: SearchProblem, attempts: readonly Attempt[], effort: Effort, tryOut: (answer: string, source: string) => boolean): void {
  if (effort === 'low') {
    const worked = attempts.at(-1)?.note?.short.join(' ') ?? '';
    writer.say(worked === '' ? '' : `${worked}\n`);
    writer.say(`try ${problem.answer}\n`);
    return;
  }
  let tries = 0;
  for (const { note, hypothesis } of attempts) {
    const worked = note === null ? '' : noted(note, effort);
    if (hypothesis === null) {
      writer.say(worked === '' ? '' : `${worked} no\n`);
      continue;
    }
    if (tries === MAX_TRIES[effort]) {
      return;
    }
    tries += 1;
    writer.say(worked === '' ? '' : `${worked}\n`);
    writer.say(`try ${hypothesis.answer}\n`);
    if (tryOut(hypothesis.answer, hypothesis.source)) {
      return;
    }
  }
}

function noted(note: Note, effort: Effort): string {
  return (effort === 'high' ? note.full : note.short).join(' ');
}

/** What held is run once more as a whole: straight code on every example, loops on the first. */
function check(writer: TraceWriter, problem: SearchProblem): void {
  const program = parseProgram(problem.truth.source);
  const examples = problem.code.includes('for (') ? problem.examples.slice(0, 1) : problem.examples;
  writer.say('check\n');
  for (const example of examples) {
    writeExample(writer, program, example, { detail: 'short' });
  }
}
