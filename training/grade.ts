/**
 * Judges answers with the task world's own interpreter and prints a table: node training/grade.ts training/runs/held-out.jsonl training/runs/answers.jsonl
 *
 * Several answer files may follow one problem file; each gives a column. The share right is counted on hidden inputs.
 */
import { readFileSync } from 'node:fs';
import { gradeAnswer } from '../extension/evaluation/world/grade.ts';
import { EFFORTS, LEVELS, SKILLS } from '../extension/evaluation/world/problem.ts';
import type { Effort, Problem } from '../extension/evaluation/world/problem.ts';

interface Row {
  readonly problem: Problem;
  readonly effort: Effort;
}

interface Answer {
  readonly answer: string;
  readonly thinkingTokens: number;
  readonly ended: boolean;
}

function readLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as T);
}

function cell(rows: readonly Row[], answers: readonly Answer[], chosen: (row: Row) => boolean): string {
  const indices = rows.flatMap((row, index) => (chosen(row) ? [index] : []));
  let right = 0;
  let tokens = 0;
  for (const index of indices) {
    const row = rows[index];
    const answer = answers[index];
    if (row !== undefined && answer !== undefined) {
      right += Number(gradeAnswer(row.problem, answer.answer).right);
      tokens += answer.thinkingTokens;
    }
  }
  return `${(right / indices.length).toFixed(2)} (${(tokens / indices.length).toFixed(0)})`;
}

function main(): void {
  const [problems, ...files] = process.argv.slice(2);
  if (problems === undefined || files.length === 0) {
    throw new Error('usage: grade.ts problems.jsonl answers.jsonl …');
  }
  const rows = readLines<Row>(problems);
  for (const file of files) {
    const answers = readLines<Answer>(file);
    const unended = answers.filter((answer) => !answer.ended).length;
    console.log(`${file}: share right (mean thinking tokens); ${unended} of ${answers.length} never ended their thinking\n`);
    console.log(`| skill | level | ${EFFORTS.join(' | ')} |\n|---|---|${EFFORTS.map(() => '---|').join('')}`);
    for (const skill of SKILLS) {
      for (const level of LEVELS) {
        const cells = EFFORTS.map((effort) => cell(rows, answers, (row) => row.effort === effort && row.problem.skill === skill && row.problem.level === level));
        console.log(`| ${skill} | ${level} | ${cells.join(' | ')} |`);
      }
    }
    console.log(`| all | | ${EFFORTS.map((effort) => cell(rows, answers, (row) => row.effort === effort)).join(' | ')} |\n`);
  }
}

main();
