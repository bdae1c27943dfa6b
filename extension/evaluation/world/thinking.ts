/**
 * The thinking that leads to a problem's answer, as a careful person would work: run the program, or work out what the hole must be worth and
 * try the shapes it may have, or run the faulty function and try changes along the source.
 *
 * Effort decides how much. Low makes a few short tries, each on one example that can rule it out, and then says what is left most likely. Medium
 * skips steps and gives up sooner. High works everything out, tries longer and checks again what held; some of its traces contain a slip and its
 * correction, at once or found by the check.
 */
import { parseExpression, parseProgram } from '../interpreter/parser.ts';
import type { Program } from '../interpreter/syntax.ts';
import { runProgram } from '../interpreter/evaluator.ts';
import type { Detail, Misread, Slips } from './execution.ts';
import { misreadValue, verdict, writeChain, writeExample, writeRun } from './execution.ts';
import type { Attempt, Effort, Hypothesis, NeedCase, Note, Problem, SearchProblem } from './problem.ts';
import { seenIn, writeShorthand } from './shorthand.ts';
import type { Random } from './random.ts';
import type { Trace } from './trace.ts';
import { TraceWriter } from './trace.ts';

/** Hypotheses a trace tries at most. When the last has failed too it ends, and the answer is whatever is left most likely. */
const MOST_TRIES: Readonly<Record<Exclude<Effort, 'low'>, number>> = { medium: 5, high: 14 };

/** At low effort as many as stay short: changes of one line are tried in a few tokens each, those of a body take a run. */
export function maxTries(problem: SearchProblem, effort: Effort): number {
  if (effort !== 'low') {
    return MOST_TRIES[effort];
  }
  if (problem.work.kind !== 'faults') {
    return LOW_TRIES[problem.work.kind];
  }
  const { line, straight, branch, loop } = LOW_TRIES;
  return problem.code.includes('for (') ? loop : problem.code.includes('if (') ? branch : isOneLine(problem.code) ? line : straight;
}

const LOW_TRIES = { needs: 3, runs: 2, line: 5, straight: 5, branch: 2, loop: 1 } as const;
/** Examples that low effort looks at. */
const LOW_EXAMPLES = 2;

/** How programs and what stands before a hole are worked out. */
const RUN_DETAIL: Readonly<Record<Effort, Detail>> = { low: 'short', medium: 'steps', high: 'full' };
const SEARCH_DETAIL: Readonly<Record<Effort, Detail>> = { low: 'short', medium: 'steps', high: 'full' };
/** Where many changes are tried, or each takes a loop to run, they are run in fewer words; at low effort in shorthand. */
const TRIED_DETAIL: Readonly<Record<Exclude<Effort, 'low'>, Detail>> = { medium: 'value', high: 'short' };

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
      writer.say(`${noted(work.first, effort)}\n`);
      runs(writer, problem, problem.examples.slice(1), work.attempts, effort, slips);
      break;
    case 'faults':
      faults(writer, problem, work.attempts, effort, slips);
      break;
  }
  if (effort === 'high') {
    check(writer, problem);
  }
  return writer.finish();
}

/** Low effort is content with the first examples. */
function seen<T>(examples: readonly T[], effort: Effort): readonly T[] {
  return effort === 'low' ? examples.slice(0, LOW_EXAMPLES) : examples;
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
  const all = cases.filter((found) => found.need !== null);
  const judged = effort === 'low' ? all.slice(0, telling(all, attempts, maxTries(problem, effort))) : all;
  for (const found of told ? (effort === 'low' ? judged : cases) : []) {
    tellNeed(writer, found, effort, slips);
  }
  // A shape's numbers follow from the first example, so it is the next that can rule it out.
  const asked = effort === 'low' ? judged.slice(1) : judged;
  attempt(writer, problem, attempts, effort, ({ answer }) => {
    writer.say(`try ${answer}\n`);
    const expression = parseExpression(answer);
    for (const { values, need } of asked) {
      writeChain(writer, expression, (name) => values[name] ?? 0, { detail: SEARCH_DETAIL[effort], slips }, null);
      const holds = valueOf(answer, values) === need?.value;
      writer.say(effort === 'low' ? ` ${holds ? 'ok' : 'no'}\n` : `${verdict(need?.value ?? 0, holds)}\n`);
      if (!holds) {
        return false;
      }
    }
    return true;
  });
}

/** How many cases it takes to rule out what is tried before the truth: two, and now and then more. */
function telling(cases: readonly NeedCase[], attempts: readonly Attempt[], tries: number): number {
  const wrong = attempts.flatMap(({ hypothesis }) => hypothesis ?? []).slice(0, tries).filter((one) => one !== attempts.at(-1)?.hypothesis);
  const fooled = (among: number): boolean => wrong.some(({ answer }) => cases.slice(0, among).every(({ values, need }) => valueOf(answer, values) === need?.value));
  let among = Math.min(LOW_EXAMPLES, cases.length);
  while (among < cases.length && fooled(among)) {
    among += 1;
  }
  return among;
}

function tellNeed(writer: TraceWriter, { example, values, before, need }: NeedCase, effort: Effort, slips: Slips | null): void {
  const detail = SEARCH_DETAIL[effort];
  writer.say(`${example.name}(${example.arguments.join(',')})\n`);
  for (const { expression, name } of before) {
    if (effort !== 'low' || name === null) {
      writeChain(writer, parseExpression(expression), (known) => values[known] ?? 0, { detail, slips }, null);
      writer.say(name === null ? '\n' : ',');
    }
    writer.say(name === null ? '' : `${name}=${values[name]}\n`);
  }
  if (need === null) {
    writer.say('skip\n');
    return;
  }
  writer.say(`need ${need.equation}\n`);
}

function valueOf(answer: string, values: Readonly<Record<string, number>>): number {
  const probe = new TraceWriter();
  writeChain(probe, parseExpression(answer), (name) => values[name] ?? 0, { detail: 'value' }, null);
  return Number(probe.finish().text);
}

function runs(writer: TraceWriter, problem: SearchProblem, examples: SearchProblem['examples'], attempts: readonly Attempt[], effort: Effort, slips: Slips | null): void {
  attempt(writer, problem, attempts, effort, ({ answer, source }) => {
    const program = parseProgram(source);
    writer.say(`try ${answer}\n`);
    if (effort === 'low') {
      return seen(examples, effort).every((example) => writeShorthand(writer, program, example, null, true));
    }
    return examples.every((example) => writeExample(writer, program, example, { detail: TRIED_DETAIL[effort], slips }));
  });
}

/** The faulty function is run on the example that shows the fault, then every change is. At low effort a line of shorthand says what was changed. */
function faults(writer: TraceWriter, problem: SearchProblem, attempts: readonly Attempt[], effort: Effort, slips: Slips | null): void {
  const [shows] = problem.examples;
  if (shows === undefined) {
    return;
  }
  const faulty = parseProgram(problem.code);
  if (effort !== 'low') {
    writeExample(writer, faulty, shows, { detail: SEARCH_DETAIL[effort] });
    runs(writer, problem, problem.examples, attempts, effort, slips);
    return;
  }
  writeShorthand(writer, faulty, shows, null, true);
  const known = seenIn(faulty, problem.examples);
  attempt(writer, problem, attempts, effort, ({ source }) => {
    const program = parseProgram(source);
    return seen(problem.examples, effort).every((example) => writeShorthand(writer, program, example, known, example !== shows));
  });
}

/** One after another, until one holds or there have been enough. */
function attempt(writer: TraceWriter, problem: SearchProblem, attempts: readonly Attempt[], effort: Effort, tryOut: (hypothesis: Hypothesis) => boolean): void {
  const most = maxTries(problem, effort);
  let tries = 0;
  for (const { note, hypothesis } of attempts) {
    const worked = note === null ? '' : noted(note, effort);
    if (hypothesis === null) {
      writer.say(worked === '' || effort === 'low' ? '' : `${worked} no\n`);
      continue;
    }
    if (tries === most) {
      return;
    }
    tries += 1;
    writer.say(worked === '' ? '' : `${worked}\n`);
    if (tryOut(hypothesis)) {
      return;
    }
  }
}

/** Whether a function is no more than the expression it returns. */
function isOneLine(code: string): boolean {
  return !/^\s+(?:const|let|if|for)\b/m.test(code);
}

function noted(note: Note, effort: Effort): string {
  return { low: note.brief, medium: note.short, high: note.full }[effort].join(' ');
}

/** What held is run once more as a whole: straight code on every example, loops on two. */
function check(writer: TraceWriter, problem: SearchProblem): void {
  const program = parseProgram(problem.truth.source);
  const examples = problem.code.includes('for (') ? problem.examples.slice(0, 2) : problem.examples;
  writer.say('check\n');
  for (const example of examples) {
    writeExample(writer, program, example, { detail: 'short' });
  }
}
