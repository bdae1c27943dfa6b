/** Finds functions that break an example stated in the comments above them, by running them in our own interpreter. */
import { checkAgainstExamples, type ExampleResult } from '../../evaluation/interpreter/check.ts';
import { callText, readExamples } from '../../evaluation/interpreter/examples.ts';
import type { Value } from '../../evaluation/interpreter/scope.ts';
import { dedented, functionAround } from './functions.ts';
import { lineAt, range, type Lines } from './lines.ts';

export interface Fault {
  readonly name: string;
  /** The examples and the function, as the model is asked about them. */
  readonly source: string;
  /** The counter-example: what the call gives, and what the comment says. */
  readonly call: string;
  readonly expected: number;
  readonly actual: Value;
  /** Line of the document that states it. */
  readonly exampleLine: number;
  /** Lines of the document that hold the function. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** In longer files the examples are not looked for: they belong to small ones. */
const MOST_FILE_LINES = 2000;
/** Functions looked at in one file: each takes a moment of the editor's time, the more so where it does not end. */
const MOST_FUNCTIONS = 60;

/** Every function whose examples can all be run and of which one does not hold, in the order of the file. */
export function faultsIn(lines: Lines): Fault[] {
  if (lines.count > MOST_FILE_LINES) return [];
  const found: Fault[] = [];
  let looked = 0;
  for (let line = 0; line < lines.count && looked < MOST_FUNCTIONS; line += 1) {
    if (readExamples(lineAt(lines, line)).length === 0) continue;
    looked += 1;
    const last = endOfComments(lines, line);
    const fault = faultBelow(lines, line, last);
    if (fault) found.push(fault);
    line = last;
  }
  return found;
}

/** The line of the document a corrected line of `fault.source` replaces, as it must read there; null where that is not in the function. */
export function correctedLine(fault: Fault, lines: Lines, repairedSource: string, sourceLine: number): { readonly line: number; readonly text: string } | null {
  const size = fault.lastLine - fault.firstLine + 1;
  const asked = fault.source.split('\n');
  const line = fault.firstLine + sourceLine - (asked.length - size);
  const old = asked[sourceLine];
  const text = repairedSource.split('\n')[sourceLine];
  const inDocument = lineAt(lines, line);
  if (line < fault.firstLine || line > fault.lastLine || old === undefined || text === undefined || !inDocument.endsWith(old)) return null;
  // What the model was not shown, an `export` or shared indentation, stays.
  return { line, text: inDocument.slice(0, inDocument.length - old.length) + text };
}

function endOfComments(lines: Lines, first: number): number {
  let last = first;
  while (lineAt(lines, last + 1).trim().startsWith('//')) last += 1;
  return last;
}

function faultBelow(lines: Lines, first: number, last: number): Fault | null {
  const textOf = (line: number): string => lineAt(lines, line);
  const body = functionAround(textOf, lines.count, last + 1);
  if (!body || body.first !== last + 1) return null;
  const stated = range(first, last).flatMap((line) => readExamples(textOf(line)).filter(({ name }) => name === body.name).map((example) => ({ line, example })));
  const source = [...stated.map(({ line }) => textOf(line).trim()), ...dedented(range(body.first, body.last).map(textOf))].join('\n');
  const { satisfied, violated } = checkAgainstExamples(source);
  // A sentence instead of a value says that this is outside the language; then nothing is said about any of it.
  if (satisfied.length + violated.length < stated.length || !violated.every(isValued)) return null;
  const [broken] = violated.filter(isValued);
  const place = stated.find(({ example }) => broken && callText(example) === broken.call && example.expected === broken.expected);
  if (!broken || !place) return null;
  const { call, expected, actual } = broken;
  return { name: body.name, source, call, expected, actual, exampleLine: place.line, firstLine: body.first, lastLine: body.last };
}

/** A call that could not be run has a sentence in place of its value. */
function isValued(result: ExampleResult): result is ExampleResult & { readonly actual: Value } {
  return typeof result.actual !== 'string';
}
