/** Things people ask about that the bundled model knows nothing of: real code from pinned dependencies, and programs of other kinds. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './models.ts';

export interface Asked {
  readonly question: string;
  readonly languageId: 'javascript' | 'typescript';
  readonly code: string;
}

/** Sources of packages that the lock file pins, by folder and ending. */
const SOURCES = [
  { folder: 'mocha/lib', ending: '.js', languageId: 'javascript' },
  { folder: 'openai/src', ending: '.ts', languageId: 'typescript' },
  { folder: 'valibot/dist', ending: '.mjs', languageId: 'javascript' },
] as const;
const QUESTIONS = ['Explain this', 'Fix this', 'Complete this function', 'What does this print?', 'Write a test for this'];
const LINES = [1, 2, 3, 5, 8, 13, 21, 34];
/** So that a selection and its answer fit the context: the bundled tokenizer takes up to a token a character for what it has never seen. */
const MOST_CHARACTERS = 1000;

/** The same selections on every machine: files and lines are chosen by number. */
export function realSelections(count: number): Asked[] {
  const files = SOURCES.map(({ folder, ending, languageId }) => ({ languageId, paths: filesUnder(join(root, 'node_modules', folder), ending) }));
  return Array.from({ length: count }, (_, index) => {
    const { paths, languageId } = files[index % files.length]!;
    const lines = readFileSync(paths[(index * 61) % paths.length]!, 'utf8').split('\n');
    const size = LINES[index % LINES.length]!;
    const from = lines.findIndex((line, at) => at >= (index * 137) % lines.length && /\w/.test(line));
    const code = lines.slice(Math.max(0, from), Math.max(0, from) + size).join('\n').slice(0, MOST_CHARACTERS);
    return { question: QUESTIONS[index % QUESTIONS.length]!, languageId, code };
  });
}

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending)).sort().map((name) => join(folder, name));
}

const javascript = (question: string, code: string): Asked => ({ question, languageId: 'javascript', code });

/** JavaScript, and not about integers. */
export const otherValues: readonly Asked[] = [
  javascript('Complete f', '// f(1) = 0.5\n// f(3) = 1.5\nconst f = (x) => ___;'),
  javascript('Complete greet', '// greet("Ada") = "Hello Ada"\nconst greet = (name) => ___;'),
  javascript('What does this print?', 'console.log(0.1 + 0.2);'),
  javascript('What does this print?', 'console.log("a" + 1 + 2);'),
  javascript('What does this print?', 'console.log([1, 2, 3].map((x) => x * 2).join());'),
  javascript('What does this print?', 'const user = { name: "Ada", age: 36 };\nconsole.log(user.name);'),
  javascript('Fix f', '// f("ab") = "ba"\nconst f = (s) => [...s].join("");'),
  javascript('What does this print?', 'console.log(typeof null, NaN === NaN, 2n ** 70n);'),
  javascript('Fix f', 'async function f(url) {\n  const reply = fetch(url);\n  return reply.json();\n}'),
  javascript('Complete the class', 'class Stack {\n  #items = [];\n  push(item) {\n    ___\n  }\n}'),
];

/** Programs that never end, or never return. */
export const endless: readonly Asked[] = [
  javascript('What does this print?', 'while (true) {}\nconsole.log(1);'),
  javascript('What does this print?', 'for (let i = 0; i < 10; i--) {\n  console.log(i);\n}'),
  javascript('What does this print?', 'let a = 1;\nwhile (a > 0) {\n  a += 1;\n}\nconsole.log(a);'),
  javascript('What does this print?', 'for (;;) {\n}\nconsole.log(2);'),
  javascript('Complete f', '// f(1) = 2\n// f(2) = 3\nfunction f(x) {\n  while (x > 0) {\n    x += 1;\n  }\n  return ___;\n}'),
  javascript('Fix f', '// f(1) = 2\n// f(2) = 3\nfunction f(x) {\n  for (let i = 0; i < 3; i--) {\n    x += 1;\n  }\n  return x;\n}'),
  javascript('Fix f', '// f(3) = 6\n// f(4) = 24\nfunction f(n) {\n  return n * f(n);\n}'),
  javascript('Complete f', '// f(2) = 4\n// f(3) = 9\nconst f = (x) => f(___);'),
];
