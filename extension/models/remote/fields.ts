/** Fields of a request by their path. Pure. */
import type { Field } from './capability-record.ts';
import type { Body } from './endpoint.ts';

type Tree = { [name: string]: unknown };

/** The body with each value at its path; what lies beside it stays. */
export function withFields(body: Body, fields: readonly Field[]): Body {
  return fields.reduce<Tree>((tree, { path, value }) => put(tree, path.split('.'), value), { ...body });
}

function put(tree: Tree, [name, ...rest]: readonly string[], value: unknown): Tree {
  if (name === undefined) return tree;
  if (rest.length === 0) return { ...tree, [name]: value };
  const inner = tree[name];
  return { ...tree, [name]: put(isTree(inner) ? inner : {}, rest, value) };
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The top-level name of a path: what a server names when it refuses a field. */
export function topOf(path: string): string {
  return path.split('.')[0] ?? path;
}
