/** Names and their values, block by block, with JavaScript's rules for let and const. */
import type { FunctionDefinition } from './syntax.ts';
import { InterpreterError } from './syntax.ts';

export type Value = number | boolean;

type Binding =
  | { readonly kind: 'let' | 'const'; value: Value }
  | { readonly kind: 'function'; readonly definition: FunctionDefinition }
  /** Declared further down in this block: until then the name means nothing, not even what it means outside. */
  | { readonly kind: 'later' };

export class Scope {
  readonly #bindings = new Map<string, Binding>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null) {
    this.#outer = outer;
  }

  /** Says that this block will declare the name. */
  reserve(name: string): void {
    if (!this.#bindings.has(name)) {
      this.#bindings.set(name, { kind: 'later' });
    }
  }

  declare(name: string, kind: 'let' | 'const', value: Value): void {
    this.#refuseSecond(name);
    this.#bindings.set(name, { kind, value });
  }

  define(definition: FunctionDefinition): void {
    this.#refuseSecond(definition.name);
    this.#bindings.set(definition.name, { kind: 'function', definition });
  }

  value(name: string): Value {
    const binding = this.#find(name);
    if (binding.kind === 'function') {
      throw new InterpreterError('type', `"${name}" is a function and was used as a number.`);
    }
    return binding.value;
  }

  function(name: string): FunctionDefinition {
    const binding = this.#find(name);
    if (binding.kind !== 'function') {
      throw new InterpreterError('type', `"${name}" is not a function.`);
    }
    return binding.definition;
  }

  assign(name: string, value: Value): void {
    const binding = this.#find(name);
    if (binding.kind !== 'let') {
      throw new InterpreterError('type', `"${name}" is constant and cannot be assigned.`);
    }
    binding.value = value;
  }

  #find(name: string): Exclude<Binding, { kind: 'later' }> {
    const own = this.#bindings.get(name);
    if (own?.kind === 'later') {
      throw new InterpreterError('name', `"${name}" is used before it is declared.`);
    }
    if (own !== undefined) {
      return own;
    }
    if (this.#outer === null) {
      throw new InterpreterError('name', `"${name}" is not defined.`);
    }
    return this.#outer.#find(name);
  }

  #refuseSecond(name: string): void {
    const kind = this.#bindings.get(name)?.kind;
    if (kind !== undefined && kind !== 'later') {
      throw new InterpreterError('name', `"${name}" is declared twice.`);
    }
  }
}
