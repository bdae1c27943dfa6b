/** Parses programs of the small language. TypeScript's `: number` annotations are read and dropped. */
import { refuseBareDivision } from './division.ts';
import { parseExpressionFrom } from './expressions.ts';
import type { Expression, FunctionDefinition, Program, Statement } from './syntax.ts';
import { InterpreterError } from './syntax.ts';
import { TokenReader } from './token-reader.ts';
import { refuseDeep } from './tree.ts';

const ASSIGNMENTS = ['=', '+=', '-=', '*='] as const;
const ANNOTATIONS = new Set(['number', 'boolean', 'void']);
const MAX_PARAMETERS = 4;
const MAX_BLOCK_NESTING = 20;

export function parseProgram(source: string): Program {
  const reader = new TokenReader(source);
  const body: Statement[] = [];
  while (reader.next.type !== 'end') {
    body.push(statement(reader, 0, false));
  }
  return { body };
}

/** Parses text that must be one expression and nothing else: how a model's completion is judged before anything is done with it. */
export function parseExpression(source: string): Expression {
  const reader = new TokenReader(source);
  const parsed = expression(reader);
  if (reader.next.type !== 'end') {
    throw reader.unexpected('the end of the expression');
  }
  return parsed;
}

function expression(reader: TokenReader): Expression {
  const parsed = parseExpressionFrom(reader);
  refuseDeep(parsed);
  refuseBareDivision(parsed);
  return parsed;
}

function statement(reader: TokenReader, depth: number, inFunction: boolean): Statement {
  if (depth > MAX_BLOCK_NESTING) {
    throw new InterpreterError('depth', 'Blocks are nested too deeply.', reader.next.start);
  }
  reader.take('export');
  switch (reader.next.text) {
    case '{':
      return { type: 'block', body: block(reader, depth + 1, inFunction) };
    case 'function':
      return functionDeclaration(reader, depth, inFunction);
    case 'if':
      return ifStatement(reader, depth, inFunction);
    case 'while': {
      reader.advance();
      const test = parenthesised(reader);
      return { type: 'while', test, body: controlled(reader, depth + 1, inFunction) };
    }
    case 'for':
      return forStatement(reader, depth, inFunction);
    case 'return': {
      if (!inFunction) {
        throw new InterpreterError('unexpected-token', '"return" stands outside a function.', reader.next.start);
      }
      reader.advance();
      if (reader.next.newLine) {
        // JavaScript would end the statement here and return nothing.
        throw new InterpreterError('unsupported', 'What is returned must stand on the line of "return".', reader.next.start);
      }
      return finished(reader, { type: 'return', value: expression(reader) });
    }
    case 'console':
      return printStatement(reader);
    case 'let':
    case 'const':
      return finished(reader, declaration(reader, inFunction || depth > 0));
    default:
      return finished(reader, assignment(reader));
  }
}

/** A semicolon, or a line break, a closing brace or the end where JavaScript would put one itself. */
function finished<S extends Statement>(reader: TokenReader, parsed: S): S {
  if (!reader.take(';') && !reader.next.newLine && reader.next.text !== '}') {
    throw reader.unexpected('the end of the statement');
  }
  return parsed;
}

function block(reader: TokenReader, depth: number, inFunction: boolean): Statement[] {
  const body: Statement[] = [];
  reader.expect('{');
  while (!reader.take('}')) {
    body.push(statement(reader, depth, inFunction));
  }
  return body;
}

function parenthesised(reader: TokenReader): Expression {
  reader.expect('(');
  const inner = expression(reader);
  reader.expect(')');
  return inner;
}

/** What an `if` or a loop governs. As in JavaScript a declaration needs braces there, or nobody could say how far it holds. */
function controlled(reader: TokenReader, depth: number, inFunction: boolean): Statement {
  if (reader.next.text === 'let' || reader.next.text === 'const') {
    throw new InterpreterError('unsupported', `"${reader.next.text}" needs braces around it here.`, reader.next.start);
  }
  return statement(reader, depth, inFunction);
}

function ifStatement(reader: TokenReader, depth: number, inFunction: boolean): Statement {
  reader.advance();
  const test = parenthesised(reader);
  const yes = controlled(reader, depth + 1, inFunction);
  return { type: 'if', test, yes, no: reader.take('else') ? controlled(reader, depth + 1, inFunction) : null };
}

function forStatement(reader: TokenReader, depth: number, inFunction: boolean): Statement {
  reader.advance();
  reader.expect('(');
  const start = reader.next.text === ';' ? null : reader.next.text === 'let' ? declaration(reader, true) : assignment(reader);
  reader.expect(';');
  const test = reader.next.text === ';' ? null : expression(reader);
  reader.expect(';');
  const step = reader.next.text === ')' ? null : assignment(reader);
  reader.expect(')');
  return { type: 'for', start, test, step, body: controlled(reader, depth + 1, inFunction) };
}

function printStatement(reader: TokenReader): Statement {
  reader.advance();
  reader.expect('.');
  if (!reader.take('log')) {
    throw new InterpreterError('unsupported', 'Of console only console.log is supported.', reader.next.start);
  }
  return finished(reader, { type: 'print', value: parenthesised(reader) });
}

function assignment(reader: TokenReader): Statement {
  const name = reader.name('a statement');
  for (const operator of ['++', '--'] as const) {
    if (reader.take(operator)) {
      return { type: 'update', operator, name };
    }
  }
  for (const operator of ASSIGNMENTS) {
    if (reader.take(operator)) {
      return { type: 'assign', operator, name, value: expression(reader) };
    }
  }
  throw reader.unexpected('an assignment');
}

function declaration(reader: TokenReader, inside: boolean): Statement {
  const kind = reader.advance().text === 'let' ? 'let' : 'const';
  const name = reader.name('a name');
  annotation(reader);
  reader.expect('=');
  if (startsArrow(reader)) {
    if (inside || kind === 'let') {
      throw new InterpreterError('unsupported', 'Functions are supported only at the top level, as const or by declaration.', reader.next.start);
    }
    return arrow(reader, name);
  }
  return { type: 'declare', kind, name, value: expression(reader) };
}

/** Looks ahead for `x =>`, `(…) =>` or `(…): number =>` without reading anything. */
function startsArrow(reader: TokenReader): boolean {
  if (reader.next.text !== '(') {
    return reader.next.type === 'word' && reader.peek(1).text === '=>';
  }
  let distance = 1;
  while (reader.peek(distance).type === 'word' || reader.peek(distance).text === ',' || reader.peek(distance).text === ':') {
    distance += 1;
  }
  return reader.peek(distance).text === ')' && ['=>', ':'].includes(reader.peek(distance + 1).text);
}

function arrow(reader: TokenReader, name: string): FunctionDefinition {
  const parameters = reader.next.text === '(' ? parameterList(reader) : [reader.name('a parameter')];
  reader.expect('=>');
  const concise = reader.next.text !== '{';
  const body: Statement[] = concise ? [{ type: 'return', value: expression(reader) }] : block(reader, 1, true);
  return { type: 'function', style: 'arrow', name, parameters, body, concise };
}

function functionDeclaration(reader: TokenReader, depth: number, inFunction: boolean): FunctionDefinition {
  if (depth > 0 || inFunction) {
    throw new InterpreterError('unsupported', 'Functions are supported only at the top level.', reader.next.start);
  }
  reader.advance();
  const name = reader.name('a function name');
  const parameters = parameterList(reader);
  return { type: 'function', style: 'declaration', name, parameters, body: block(reader, 1, true), concise: false };
}

function parameterList(reader: TokenReader): string[] {
  const parameters: string[] = [];
  reader.expect('(');
  while (!reader.take(')')) {
    parameters.push(reader.name('a parameter'));
    annotation(reader);
    if (reader.next.text !== ')') {
      reader.expect(',');
    }
  }
  annotation(reader);
  if (parameters.length > MAX_PARAMETERS || new Set(parameters).size !== parameters.length) {
    throw new InterpreterError('unsupported', `Functions may have up to ${MAX_PARAMETERS} parameters with different names.`, reader.next.start);
  }
  return parameters;
}

function annotation(reader: TokenReader): void {
  if (!reader.take(':')) {
    return;
  }
  const token = reader.advance();
  if (!ANNOTATIONS.has(token.text)) {
    throw new InterpreterError('unsupported', `The type "${token.text}" is not supported; number, boolean and void are.`, token.start);
  }
}
