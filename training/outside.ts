/**
 * Questions outside the model's world, which it learns to turn down: selections of real source code (this repository's own), questions in
 * prose, and programs of its world made wrong: numbers that are not whole, text, loops without an end.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import type { Problem } from '../extension/evaluation/world/problem.ts';
import type { Random } from '../extension/evaluation/world/random.ts';

export interface OutsideQuestion {
  readonly question: string;
  readonly code?: string;
  readonly languageId?: string;
}

const FOLDERS = ['extension', 'webview', 'training', 'test', 'docs', 'scripts'];
const LANGUAGES: Readonly<Record<string, string>> = { '.ts': 'typescript', '.mjs': 'javascript', '.py': 'python', '.css': 'css', '.md': 'markdown', '.json': 'json' };
const QUESTIONS = [
  'Explain this code', 'What does this do?', 'Fix the bug.', 'Complete the code.', 'What does this print?', 'Refactor this', 'Write tests for this', 'Document this',
  'Complete the function so that the examples hold.', 'Why is this slow?', 'Is this correct?', 'Add comments', 'Find the mistake', 'What is the output?', 'Translate this to Python',
];
const SUBJECTS = ['a list', 'a date', 'the tests', 'my server', 'a button', 'this class', 'a database', 'a string', 'the weather', 'a regular expression', 'a promise', 'CSS', 'git', 'an array'];
const VERBS = ['How do I sort', 'Explain', 'Write', 'What is', 'Why does this break:', 'Tell me about', 'Give me an example of', 'Can you fix', 'Summarise', 'How do I test'];

interface Source {
  readonly lines: readonly string[];
  readonly languageId: string;
}

/** Whether a path, from the repository on, is something that was made or installed there. */
function isMade(path: string): boolean {
  const folders = path.split(sep);
  return folders.some((name) => ['node_modules', 'dist', '__pycache__'].includes(name) || name.startsWith('.')) || (folders[0] === 'training' && folders[1] === 'runs');
}

/** All text files of the repository's folders, in a fixed order. */
export function readSources(root: string): Source[] {
  return FOLDERS.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort().map((name) => join(folder, name)))
    .filter((path) => LANGUAGES[extname(path)] !== undefined && !isMade(path))
    .map((path) => ({ lines: readFileSync(join(root, path), 'utf8').split('\n'), languageId: LANGUAGES[extname(path)] ?? '' }))
    .filter(({ lines }) => lines.length > 8);
}

export function drawOutside(random: Random, sources: readonly Source[], problem: Problem): OutsideQuestion {
  const kind = random.integer(1, 10);
  if (kind <= 6) {
    return selection(random, sources);
  }
  if (kind <= 8) {
    return { question: `${random.pick(VERBS)} ${random.pick(SUBJECTS)}${random.pick(['?', '', '.', ' please'])}` };
  }
  return { question: problem.question, code: spoiled(random, problem.code), languageId: problem.languageId };
}

function selection(random: Random, sources: readonly Source[]): OutsideQuestion {
  const { lines, languageId } = random.pick(sources);
  const length = random.integer(1, 14);
  const start = random.integer(0, Math.max(0, lines.length - length));
  const code = lines.slice(start, start + length).map((line) => line.slice(0, 120)).join('\n');
  const chosen = code.trim() === '' ? lines.slice(0, 8).join('\n') : code;
  return random.chance(0.15) ? { question: chosen } : { question: random.pick(QUESTIONS), code: chosen, languageId: random.chance(0.7) ? languageId : random.pick(['javascript', 'typescript']) };
}

/** A program of the world with one thing the world does not have. */
function spoiled(random: Random, code: string): string {
  const body = code.split('\n').filter((line) => !line.startsWith('//')).join('\n');
  const comments = code.split('\n').filter((line) => line.startsWith('//')).map((line) => `${line}\n`).join('');
  const numbers = [...body.matchAll(/\d+/g)];
  const at = numbers.length === 0 ? null : random.pick(numbers);
  const replaced = (text: string): string => (at === null ? `${body}\nconst z = ${text};` : body.slice(0, at.index) + text + body.slice(at.index + at[0].length));
  switch (random.integer(1, 5)) {
    case 1:
      return comments + replaced(`${random.integer(0, 9)}.${random.integer(1, 9)}`);
    case 2:
      return comments + replaced(random.pick(["'a'", '"hello"', "'7'", '`x`', '"abc"', "''"]));
    case 3:
      return comments + replaced(random.pick(['Math.random()', '[1, 2]', 'null', 'undefined', '{}', 'x.length', '1 / 3', 'Date.now()', 'true']));
    case 4:
      return body.includes('for (') ? comments + body.replace(/i <=? \w+; i\+\+/, random.pick(['i >= 0; i++', 'true; i++', 'i < 5; i--', ';i++'])) : `${comments}while (true) {\n  ${body.split('\n')[0] ?? ''}\n}`;
    default:
      return `${comments}let k = 0;\nwhile (${random.pick(['k < 5', 'true', 'k >= 0', '1'])}) {\n  ${random.pick(['', 'k--;', 'k = 0;'])}\n}\n${body}`;
  }
}
