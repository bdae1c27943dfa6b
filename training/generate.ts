/**
 * Writes problems of the task world with their thinking as JSON Lines: node training/generate.ts --seed 1 --count 1000 --split train
 *
 * Each line holds the chat messages, the effort, the thinking with the ranges that carry no loss, and the answer. With `--each N` it draws N
 * problems of every skill and level instead (for measuring), each at every effort asked for with `--efforts`.
 */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { drawProblem } from '../extension/evaluation/world/draw.ts';
import { EFFORTS, LEVELS, SKILLS } from '../extension/evaluation/world/problem.ts';
import type { Effort, Level, Problem, Skill } from '../extension/evaluation/world/problem.ts';
import { createRandom } from '../extension/evaluation/world/random.ts';
import type { Random } from '../extension/evaluation/world/random.ts';
import type { Split } from '../extension/evaluation/world/split.ts';
import type { SearchStyle } from '../extension/evaluation/world/thinking.ts';
import { SEARCH_STYLES, think } from '../extension/evaluation/world/thinking.ts';
import { composeUserMessage } from '../extension/reasoning/prompt.ts';

type Shares<T> = readonly (readonly [T, number])[];

const SKILL_SHARES: Shares<Skill> = [['predict', 33], ['complete', 32], ['repair', 35]];
const LEVEL_SHARES: Shares<Level> = [[1, 34], [2, 33], [3, 33]];
/** A way of searching that is new to the model comes more often in the part of training that brings it. */
const LINES_FIRST: Shares<Level> = [[1, 60], [2, 20], [3, 20]];
const PROPOSALS_FIRST: Shares<Level> = [[1, 30], [2, 35], [3, 35]];
const COMPLETING_FIRST: Shares<Skill> = [['predict', 22], ['complete', 50], ['repair', 28]];
const EFFORT_SHARES: Shares<Effort> = [['low', 22], ['medium', 33], ['high', 45]];

function row(random: Random, problem: Problem, effort: Effort, style: SearchStyle): string {
  const { skill, level, question, code, languageId, answer } = problem;
  const { text, unlearned, slipped } = think(random, problem, effort, style);
  const messages = [{ role: 'user', content: composeUserMessage({ question, code, languageId }) }];
  return `${JSON.stringify({ messages, effort, thinking: text, unlearned, slipped, answer, skill, level })}\n`;
}

function* rows(random: Random, split: Split, style: SearchStyle, count: number): Generator<string> {
  for (let made = 0; made < count; made++) {
    const skill = random.weighted(style === 'proposed' ? COMPLETING_FIRST : SKILL_SHARES);
    const levels = skill !== 'complete' ? LEVEL_SHARES : style === 'derived' ? LINES_FIRST : style === 'proposed' ? PROPOSALS_FIRST : LEVEL_SHARES;
    const problem = drawProblem(random, skill, random.weighted(levels), split);
    yield row(random, problem, random.weighted(EFFORT_SHARES), style);
  }
}

function* measured(random: Random, split: Split, each: number): Generator<string> {
  for (const skill of SKILLS) {
    for (const level of LEVELS) {
      for (let made = 0; made < each; made++) {
        const problem = drawProblem(random, skill, level, split);
        for (const effort of EFFORTS) {
          yield `${JSON.stringify({ ...JSON.parse(row(random, problem, effort, 'scattered')), problem })}\n`;
        }
      }
    }
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '10' },
      each: { type: 'string' },
      split: { type: 'string', default: 'train' },
      search: { type: 'string', default: 'scattered' },
      out: { type: 'string' },
    },
  });
  if (values.split !== 'train' && values.split !== 'held-out') {
    throw new Error('--split is train or held-out');
  }
  const style = SEARCH_STYLES.find((known) => known === values.search);
  if (style === undefined) {
    throw new Error(`--search is one of ${SEARCH_STYLES.join(', ')}`);
  }
  const random = createRandom(Number(values.seed));
  const out = values.out === undefined ? process.stdout : createWriteStream(values.out);
  const lines = values.each === undefined ? rows(random, values.split, style, Number(values.count)) : measured(random, values.split, Number(values.each));
  for (const line of lines) {
    if (!out.write(line)) {
      await once(out, 'drain');
    }
  }
  out.end();
}

await main();
