/**
 * The thinking that leads to a problem's answer, as a person might work: execute, or try a hypothesis on the examples and go on.
 *
 * Effort decides how much: low guesses (a search problem gets one hypothesis and one example), medium tries up to three hypotheses in short
 * form, high works everything out, tries up to eight and checks again what held. High traces sometimes contain a slip and its correction.
 */
import { parseProgram } from '../interpreter/parser.ts';
import { isPlainExpression, writeExample, writeRun } from './execution.ts';
import type { Detail, Slips } from './execution.ts';
import type { Note, Plan } from './plan.ts';
import { proposedPlan, scatteredPlan, systematicPlan } from './plan.ts';
import type { Effort, Hypothesis, Problem, SearchProblem } from './problem.ts';
import type { Random } from './random.ts';
import type { Trace } from './trace.ts';
import { TraceWriter } from './trace.ts';

/** Hypotheses a trace tries at most. When the last has failed too it ends, and the answer is whatever is left most likely. */
export const MAX_TRIES: Readonly<Record<Effort, number>> = { low: 1, medium: 3, high: 8 };

const SLIPPING_TRACES = 0.15;
const SLIP_PER_PIECE = 0.2;

/**
 * How failing hypotheses are chosen: at random, to learn to execute whatever is tried; in an order worth following; in that order with
 * the offsets of straight lines worked out before they are tried; or so, and among what holds on the first example where no order is known.
 */
export const SEARCH_STYLES = ['scattered', 'systematic', 'derived', 'proposed'] as const;
export type SearchStyle = (typeof SEARCH_STYLES)[number];

export function think(random: Random, problem: Problem, effort: Effort, style: SearchStyle): Trace {
  const writer = new TraceWriter();
  const slips: Slips | null = effort === 'high' && random.chance(SLIPPING_TRACES) ? { random, perPiece: SLIP_PER_PIECE } : null;
  if (problem.skill !== 'predict') {
    search(writer, planFor(random, problem, effort, style), problem, effort, slips);
  } else if (effort !== 'low') {
    const program = parseProgram(problem.code);
    writer.say('run: ');
    writeRun(writer, program, effort === 'high' ? 'full' : 'short', slips);
    if (effort === 'high') {
      writer.say('\ncheck: ');
      writeRun(writer, program, 'value', null);
    }
  }
  return writer.finish();
}

function planFor(random: Random, problem: SearchProblem, effort: Effort, style: SearchStyle): Plan {
  const ordered = style === 'scattered' ? null : systematicPlan(random, problem, effort, style !== 'systematic');
  const plan = ordered ?? (style === 'proposed' ? proposedPlan(random, problem, effort) : null);
  return plan ?? scatteredPlan(random, problem, effort);
}

function search(writer: TraceWriter, plan: Plan, problem: SearchProblem, effort: Effort, slips: Slips | null): void {
  const detail: Detail = effort === 'high' ? 'full' : effort === 'medium' ? 'short' : 'value';
  const examples = effort === 'low' ? problem.examples.slice(0, 1) : problem.examples;
  const failing = plan.failing.slice(0, MAX_TRIES[effort]);
  for (const { hypothesis, unlearned, note } of failing) {
    writeNote(writer, note, unlearned > 0);
    const guessed = note === null ? unlearned : 0;
    writer.say('try ');
    writer.sayUnlearned(hypothesis.answer.slice(0, guessed));
    writer.say(`${hypothesis.answer.slice(guessed)}\n`);
    tryOut(writer, hypothesis, detail, examples, slips);
  }
  if (failing.length < MAX_TRIES[effort]) {
    writeNote(writer, plan.note, false);
    writer.say(`try ${problem.truth.answer}\n`);
    tryOut(writer, problem.truth, detail, examples, slips);
    if (effort === 'high') {
      checkAgain(writer, problem);
    }
  }
}

function writeNote(writer: TraceWriter, note: Note | null, guessed: boolean): void {
  if (note !== null) {
    writer.say(note.before);
    writer.sayUnlearned(guessed ? note.slope : '');
    writer.say(`${guessed ? '' : note.slope}${note.after}\n`);
  }
}

/** Short bodies are checked on every example, longer ones on the first. */
function checkAgain(writer: TraceWriter, problem: SearchProblem): void {
  const program = parseProgram(problem.truth.source);
  const body = program.body.find((statement) => statement.type === 'function')?.body ?? [];
  const examples = body.length === 1 ? problem.examples : problem.examples.slice(0, 1);
  writer.say('check\n');
  for (const example of examples) {
    writeExample(writer, program, example, isPlainExpression(program, example.name) ? 'short' : 'value', null);
  }
}

/** Writes a hypothesis' examples up to the first that fails. */
function tryOut(writer: TraceWriter, hypothesis: Hypothesis, detail: Detail, examples: SearchProblem['examples'], slips: Slips | null): void {
  const program = parseProgram(hypothesis.source);
  for (const example of examples) {
    if (!writeExample(writer, program, example, detail, slips)) {
      return;
    }
  }
}
