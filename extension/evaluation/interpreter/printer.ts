/** Writes syntax trees as source text, as a formatter would: the inverse of the parser. */
import { PRECEDENCE } from './expressions.ts';
import type { Expression, FunctionDefinition, Program, Statement } from './syntax.ts';

export function printProgram(program: Program): string {
  return program.body.map((statement) => printStatement(statement, '')).join('\n');
}

export function printExpression(expression: Expression): string {
  switch (expression.type) {
    case 'number':
    case 'boolean':
      return String(expression.value);
    case 'name':
      return expression.name;
    case 'hole':
      return '___';
    case 'unary': {
      const inner = printExpression(expression.operand);
      const nested = ['binary', 'conditional', 'unary'].includes(expression.operand.type);
      return `${expression.operator}${nested ? `(${inner})` : inner}`;
    }
    case 'binary': {
      const own = PRECEDENCE[expression.operator];
      const left = wrap(expression.left, own);
      return `${left} ${expression.operator} ${wrap(expression.right, own + 1)}`;
    }
    case 'conditional':
      return `${wrap(expression.test, 1)} ? ${printExpression(expression.yes)} : ${printExpression(expression.no)}`;
    case 'math':
      return `Math.${expression.function}(${expression.arguments.map(printExpression).join(', ')})`;
    case 'call':
      return `${expression.name}(${expression.arguments.map(printExpression).join(', ')})`;
  }
}

/** Parentheses where the inner operator binds more loosely than its place needs. */
function wrap(inner: Expression, needed: number): string {
  const strength = inner.type === 'binary' ? PRECEDENCE[inner.operator] : inner.type === 'conditional' ? 0 : 9;
  const text = printExpression(inner);
  return strength < needed ? `(${text})` : text;
}

export function printStatement(statement: Statement, indent: string): string {
  switch (statement.type) {
    case 'if': {
      const no = statement.no === null ? '' : ` else ${body(statement.no, indent)}`;
      return `${indent}if (${printExpression(statement.test)}) ${body(statement.yes, indent)}${no}`;
    }
    case 'while':
      return `${indent}while (${printExpression(statement.test)}) ${body(statement.body, indent)}`;
    case 'for': {
      const start = statement.start === null ? '' : clause(statement.start);
      const test = statement.test === null ? '' : ` ${printExpression(statement.test)}`;
      const step = statement.step === null ? '' : ` ${clause(statement.step)}`;
      return `${indent}for (${start};${test};${step}) ${body(statement.body, indent)}`;
    }
    case 'block':
      return `${indent}${body(statement, indent)}`;
    case 'function':
      return `${indent}${printFunction(statement, indent)}`;
    case 'declare':
    case 'assign':
    case 'update':
    case 'return':
    case 'print':
      return `${indent}${clause(statement)};`;
  }
}

/** A statement without its semicolon, as it stands in the head of a `for` or on a line of its own. */
function clause(statement: Statement): string {
  switch (statement.type) {
    case 'declare':
      return `${statement.kind} ${statement.name} = ${printExpression(statement.value)}`;
    case 'assign':
      return `${statement.name} ${statement.operator} ${printExpression(statement.value)}`;
    case 'update':
      return `${statement.name}${statement.operator}`;
    case 'return':
      return `return ${printExpression(statement.value)}`;
    case 'print':
      return `console.log(${printExpression(statement.value)})`;
    case 'if':
    case 'while':
    case 'for':
    case 'block':
    case 'function':
      return printStatement(statement, '');
  }
}

/** The body of a control statement, always in braces: a lone statement is printed as a block of one. */
function body(statement: Statement, indent: string): string {
  const statements = statement.type === 'block' ? statement.body : [statement];
  return braces(statements, indent);
}

function braces(statements: readonly Statement[], indent: string): string {
  const lines = statements.map((inner) => printStatement(inner, `${indent}  `));
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function printFunction(definition: FunctionDefinition, indent: string): string {
  const parameters = definition.parameters.join(', ');
  if (definition.style === 'declaration') {
    return `function ${definition.name}(${parameters}) ${braces(definition.body, indent)}`;
  }
  const [first] = definition.body;
  const concise = definition.concise && first?.type === 'return';
  return `const ${definition.name} = (${parameters}) => ${concise ? printExpression(first.value) : braces(definition.body, indent)};`;
}
