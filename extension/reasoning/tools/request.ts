/**
 * How a model asks for tools: a fenced block in its answer, with one JSON object a line. Plain text works over every route to a server, prompts of our own
 * included, and is seen by the budgets token by token; the `tool_calls` of chat interfaces are neither.
 */
import * as v from 'valibot';

/** What the block is called. */
const FENCE = 'tool';

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
const line = v.pipe(v.number(), v.integer(), v.minValue(1));

export const toolRequestSchema = v.variant('tool', [
  /** Lines are counted from 1, both included. */
  v.object({ tool: v.literal('read_file'), path, from: v.optional(line), to: v.optional(line) }),
  /** `path`: only in this file or folder. */
  v.object({ tool: v.literal('search'), text: v.pipe(v.string(), v.minLength(1), v.maxLength(500)), path: v.optional(path) }),
  v.object({ tool: v.literal('diagnostics'), path: v.optional(path) }),
  v.object({ tool: v.literal('run_tests') }),
]);
export type ToolRequest = v.InferOutput<typeof toolRequestSchema>;

export interface Asked {
  /** As the model wrote it. */
  readonly text: string;
  /** Null: it cannot be read, and `problem` says why. */
  readonly request: ToolRequest | null;
  readonly problem: string;
}

export interface ToolBlock {
  /** What the answer says before the block. */
  readonly before: string;
  /** The answer up to the end of the block. */
  readonly upTo: string;
  readonly asked: readonly Asked[];
}

const opening = new RegExp(`^[ \\t]*\`\`\`${FENCE}[ \\t]*$`, 'm');
const closing = /^[ \t]*```[ \t]*$/m;

/** Whether the answer holds a whole block: what a model writes after it would be made up. */
export function asksForTools(answer: string): boolean {
  const begun = split(answer);
  return begun !== null && closing.test(begun.inside);
}

/** The first block of an answer; null where there is none. A block that was not closed counts. */
export function findToolBlock(answer: string): ToolBlock | null {
  const begun = split(answer);
  if (!begun) return null;
  const end = closing.exec(begun.inside);
  const inside = end ? begun.inside.slice(0, end.index) : begun.inside;
  const length = begun.at + begun.opening.length + (end ? end.index + end[0].length : begun.inside.length);
  return { before: answer.slice(0, begun.at).trim(), upTo: answer.slice(0, length).trim(), asked: readRequests(inside) };
}

function split(answer: string): { readonly at: number; readonly opening: string; readonly inside: string } | null {
  const match = opening.exec(answer);
  return match ? { at: match.index, opening: match[0], inside: answer.slice(match.index + match[0].length) } : null;
}

/** An object over several lines is read as one, and so is a list of objects. */
function readRequests(inside: string): Asked[] {
  const text = inside.trim();
  if (text === '') return [{ text, request: null, problem: 'The block is empty.' }];
  const whole = parsed(text);
  if (whole !== undefined) return (Array.isArray(whole) ? whole : [whole]).map((value) => readRequest(Array.isArray(whole) ? JSON.stringify(value) : text, value));
  return text.split('\n').filter((each) => each.trim() !== '').map((each) => readRequest(each.trim(), parsed(each)));
}

function readRequest(text: string, value: unknown): Asked {
  if (value === undefined) return { text, request: null, problem: 'This is not a JSON object on a line of its own.' };
  const read = v.safeParse(toolRequestSchema, value);
  if (read.success) return { text, request: read.output, problem: '' };
  const [{ message, path: where }] = read.issues;
  return { text, request: null, problem: `${where ? `${where.map(({ key }) => String(key)).join('.')}: ` : ''}${message}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
