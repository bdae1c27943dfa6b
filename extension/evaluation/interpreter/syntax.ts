/**
 * The syntax tree of the small language: integer functions in a subset of JavaScript.
 *
 * Everything the evaluator can run is listed here; anything else is refused by the parser with a sentence that says what is missing.
 */

export type BinaryOperator =
  | '+' | '-' | '*' | '/' | '%'
  | '<' | '<=' | '>' | '>=' | '===' | '!==' | '==' | '!='
  | '&&' | '||';

/** Functions of `Math` that keep integers integers. `/` may stand only directly inside floor and trunc. */
export type MathFunction = 'max' | 'min' | 'abs' | 'floor' | 'trunc';

export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'hole' }
  | { readonly type: 'unary'; readonly operator: '-' | '!'; readonly operand: Expression }
  | { readonly type: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'conditional'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly type: 'math'; readonly function: MathFunction; readonly arguments: readonly Expression[] }
  | { readonly type: 'call'; readonly name: string; readonly arguments: readonly Expression[] };

export type AssignmentOperator = '=' | '+=' | '-=' | '*=';

export type Statement =
  | { readonly type: 'declare'; readonly kind: 'let' | 'const'; readonly name: string; readonly value: Expression }
  | { readonly type: 'assign'; readonly operator: AssignmentOperator; readonly name: string; readonly value: Expression }
  | { readonly type: 'update'; readonly operator: '++' | '--'; readonly name: string }
  | { readonly type: 'if'; readonly test: Expression; readonly yes: Statement; readonly no: Statement | null }
  | { readonly type: 'while'; readonly test: Expression; readonly body: Statement }
  | {
      readonly type: 'for';
      readonly start: Statement | null;
      readonly test: Expression | null;
      readonly step: Statement | null;
      readonly body: Statement;
    }
  | { readonly type: 'block'; readonly body: readonly Statement[] }
  | { readonly type: 'return'; readonly value: Expression }
  | { readonly type: 'print'; readonly value: Expression }
  | FunctionDefinition;

export interface FunctionDefinition {
  readonly type: 'function';
  readonly style: 'arrow' | 'declaration';
  readonly name: string;
  readonly parameters: readonly string[];
  /** An arrow function may have an expression for a body; it then stands here as the value of its only return. */
  readonly body: readonly Statement[];
  readonly concise: boolean;
}

export interface Program {
  readonly body: readonly Statement[];
}

/** Why a source text was refused or its run was ended. */
export type ProblemKind = 'unexpected-character' | 'unexpected-token' | 'unsupported' | 'name' | 'type' | 'range' | 'steps' | 'depth' | 'hole';

/** The one error the interpreter throws: its kind for programs, its message as a sentence for people. */
export class InterpreterError extends Error {
  readonly kind: ProblemKind;
  /** Offset in the source, where one is known. */
  readonly offset: number | null;

  constructor(kind: ProblemKind, message: string, offset: number | null = null) {
    super(message);
    this.name = 'InterpreterError';
    this.kind = kind;
    this.offset = offset;
  }
}
