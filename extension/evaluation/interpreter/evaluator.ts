/**
 * Runs programs of the small language with a limit on steps and on calls inside calls.
 *
 * An observer may watch each statement take effect; the task world writes its thinking traces from what it sees, so that every
 * step of a trace is what really happened.
 */
import { applyBinary, applyMath, integer } from './arithmetic.ts';
import type { Value } from './scope.ts';
import { Scope } from './scope.ts';
import type { Expression, FunctionDefinition, Program, Statement } from './syntax.ts';
import { InterpreterError } from './syntax.ts';

export type Lookup = (name: string) => Value;

/** One effect of a running program. `expression` is what was evaluated, `lookup` the values its names had just before. */
export type Effect =
  | { readonly type: 'set'; readonly name: string; readonly expression: Expression; readonly lookup: Lookup; readonly value: Value }
  | { readonly type: 'count'; readonly name: string; readonly value: Value }
  | { readonly type: 'test'; readonly of: 'if' | 'while' | 'for'; readonly expression: Expression; readonly lookup: Lookup; readonly value: boolean }
  | { readonly type: 'return' | 'print'; readonly expression: Expression; readonly lookup: Lookup; readonly value: Value };

export interface RunOptions {
  readonly maxSteps?: number;
  readonly observer?: (effect: Effect) => void;
  /** A value a variable gets instead of the right one, as somebody who slips would have it; undefined where there is no slip. */
  readonly misread?: (name: string, value: Value, expression: Expression) => Value | undefined;
}

const DEFAULT_MAX_STEPS = 10_000;
const MAX_CALL_DEPTH = 40;

/** Runs a whole program and returns what it printed. */
export function runProgram(program: Program, options: RunOptions = {}): Value[] {
  const run = new Run(options);
  run.top(program);
  return run.printed;
}

/** Runs a program and then calls one of its functions. The observer sees the call only. */
export function callFunction(program: Program, name: string, given: readonly number[], options: RunOptions = {}): Value {
  const run = new Run(options);
  run.top(program, false);
  return run.call(name, given);
}

class Run {
  readonly printed: Value[] = [];
  readonly #options: RunOptions;
  readonly #global = new Scope(null);
  #steps = 0;
  #depth = 0;
  #watched = true;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  top(program: Program, watched = true): void {
    this.#watched = watched;
    for (const statement of program.body) {
      if (statement.type === 'function' && statement.style === 'declaration') {
        this.#global.define(statement);
      }
    }
    for (const statement of program.body) {
      this.#execute(statement, this.#global);
    }
    this.#watched = true;
  }

  call(name: string, given: readonly Value[]): Value {
    const definition: FunctionDefinition = this.#global.function(name);
    if (given.length !== definition.parameters.length) {
      throw new InterpreterError('type', `"${name}" takes ${definition.parameters.length} arguments and was given ${given.length}.`);
    }
    this.#depth += 1;
    if (this.#depth > MAX_CALL_DEPTH) {
      throw new InterpreterError('depth', 'Functions call each other too deeply.');
    }
    const scope = new Scope(this.#global);
    definition.parameters.forEach((parameter, index) => scope.declare(parameter, 'let', given[index] ?? 0));
    const result = this.#all(definition.body, reserving(definition.body, scope));
    this.#depth -= 1;
    if (result === undefined) {
      throw new InterpreterError('type', `"${name}" ended without returning a value.`);
    }
    return result;
  }

  #read(name: string, expression: Expression, scope: Scope): Value {
    const value = this.#evaluate(expression, scope);
    return this.#options.misread?.(name, value, expression) ?? value;
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > (this.#options.maxSteps ?? DEFAULT_MAX_STEPS)) {
      throw new InterpreterError('steps', 'The program ran for too many steps.');
    }
  }

  #tell(effect: Effect): void {
    if (this.#watched) {
      this.#options.observer?.(effect);
    }
  }

  #all(body: readonly Statement[], scope: Scope): Value | undefined {
    for (const statement of body) {
      const result = this.#execute(statement, scope);
      if (result !== undefined) {
        return result;
      }
    }
    return undefined;
  }

  /** Executes one statement; a value means that the function returned it. */
  #execute(statement: Statement, scope: Scope): Value | undefined {
    this.#step();
    const lookup: Lookup = (name) => scope.value(name);
    switch (statement.type) {
      case 'declare': {
        const value = this.#read(statement.name, statement.value, scope);
        this.#tell({ type: 'set', name: statement.name, expression: statement.value, lookup, value });
        scope.declare(statement.name, statement.kind, value);
        return undefined;
      }
      case 'assign': {
        const expression = assigned(statement);
        const value = this.#read(statement.name, expression, scope);
        this.#tell({ type: 'set', name: statement.name, expression, lookup, value });
        scope.assign(statement.name, value);
        return undefined;
      }
      case 'update': {
        const value = applyBinary(statement.operator === '++' ? '+' : '-', scope.value(statement.name), 1);
        this.#tell({ type: 'count', name: statement.name, value });
        scope.assign(statement.name, value);
        return undefined;
      }
      case 'if': {
        const holds = this.#test(statement.test, 'if', scope);
        const chosen = holds ? statement.yes : statement.no;
        return chosen === null ? undefined : this.#execute(chosen, scope);
      }
      case 'while':
        return this.#loop({ type: 'for', start: null, test: statement.test, step: null, body: statement.body }, 'while', scope);
      case 'for':
        return this.#loop(statement, 'for', reserving(statement.start === null ? [] : [statement.start], new Scope(scope)));
      case 'block':
        return this.#all(statement.body, reserving(statement.body, new Scope(scope)));
      case 'return':
      case 'print': {
        const value = this.#evaluate(statement.value, scope);
        this.#tell({ type: statement.type, expression: statement.value, lookup, value });
        if (statement.type === 'return') {
          return value;
        }
        this.printed.push(value);
        return undefined;
      }
      case 'function':
        if (statement.style === 'arrow') {
          this.#global.define(statement);
        }
        return undefined;
    }
  }

  #loop(loop: Extract<Statement, { type: 'for' }>, of: 'while' | 'for', scope: Scope): Value | undefined {
    if (loop.start !== null) {
      this.#execute(loop.start, scope);
    }
    while (loop.test === null || this.#test(loop.test, of, scope)) {
      const result = this.#execute(loop.body, scope);
      if (result !== undefined) {
        return result;
      }
      if (loop.step !== null) {
        this.#execute(loop.step, scope);
      }
      this.#step();
    }
    return undefined;
  }

  #test(expression: Expression, of: 'if' | 'while' | 'for', scope: Scope): boolean {
    const value = Boolean(this.#evaluate(expression, scope));
    this.#tell({ type: 'test', of, expression, lookup: (name) => scope.value(name), value });
    return value;
  }

  #evaluate(expression: Expression, scope: Scope): Value {
    this.#step();
    switch (expression.type) {
      case 'number':
        return integer(expression.value);
      case 'boolean':
        return expression.value;
      case 'name':
        return scope.value(expression.name);
      case 'hole':
        throw new InterpreterError('hole', 'The hole ___ has not been filled.');
      case 'unary': {
        const value = this.#evaluate(expression.operand, scope);
        if (expression.operator === '!') {
          return !value;
        }
        return applyBinary('-', 0, value);
      }
      case 'binary': {
        const left = this.#evaluate(expression.left, scope);
        if (expression.operator === '&&' || expression.operator === '||') {
          return Boolean(left) === (expression.operator === '||') ? left : this.#evaluate(expression.right, scope);
        }
        return applyBinary(expression.operator, left, this.#evaluate(expression.right, scope));
      }
      case 'conditional':
        return this.#evaluate(this.#evaluate(expression.test, scope) ? expression.yes : expression.no, scope);
      case 'math':
        return applyMath(expression.function, expression.arguments.map((given) => this.#evaluate(given, scope)));
      case 'call':
        return this.call(expression.name, expression.arguments.map((given) => this.#evaluate(given, scope)));
    }
  }
}

/** The names a block declares hide those outside from its first line on. */
function reserving(body: readonly Statement[], scope: Scope): Scope {
  for (const statement of body) {
    if (statement.type === 'declare') {
      scope.reserve(statement.name);
    }
  }
  return scope;
}

/** The expression whose value an assignment stores: `a += b` stores `a + b`. */
export function assigned(statement: Extract<Statement, { type: 'assign' }>): Expression {
  if (statement.operator === '=') {
    return statement.value;
  }
  const operator = statement.operator === '+=' ? '+' : statement.operator === '-=' ? '-' : '*';
  return { type: 'binary', operator, left: { type: 'name', name: statement.name }, right: statement.value };
}
