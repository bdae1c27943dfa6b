/**
 * Writes problems of the task world with their thinking as JSON Lines: node training/generate.ts --seed 1 --count 1000 --split train
 *
 * Each line holds the chat messages, the effort, the thinking with the ranges that carry no loss, and the answer. A share of the training rows are
 * questions outside the world with a refusal. With `--each N` it draws N problems of every skill and level instead, each at every effort, with
 * the problem itself beside them (for measuring). `--levels 4,3,2,1` sets how often each level comes.
 */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawProblem } from '../extension/evaluation/world/draw.ts';
import { EFFORTS, LEVELS, SKILLS } from '../extension/evaluation/world/problem.ts';
import type { Effort, Problem, Skill } from '../extension/evaluation/world/problem.ts';
import { createRandom } from '../extension/evaluation/world/random.ts';
import type { Random } from '../extension/evaluation/world/random.ts';
import { REFUSAL } from '../extension/evaluation/world/refusal.ts';
import type { Split } from '../extension/evaluation/world/split.ts';
import { SPLITS } from '../extension/evaluation/world/split.ts';
import { think } from '../extension/evaluation/world/thinking.ts';
import { composeUserMessage } from '../extension/reasoning/prompt.ts';
import { drawOutside, readSources } from './outside.ts';

type Shares<T> = readonly (readonly [T, number])[];

const SKILL_SHARES: Shares<Skill> = [['predict', 30], ['complete', 33], ['repair', 37]];
const EFFORT_SHARES: Shares<Effort> = [['low', 34], ['medium', 27], ['high', 39]];
const OUTSIDE = 0.05;

function row(random: Random, problem: Problem, effort: Effort): string {
  const { skill, level, question, code, languageId, answer } = problem;
  const { text, unlearned, slipped } = think(random, problem, effort);
  const messages = [{ role: 'user', content: composeUserMessage({ question, code, languageId }) }];
  return `${JSON.stringify({ messages, effort, thinking: text, unlearned, slipped, answer, skill, level })}\n`;
}

function* rows(random: Random, split: Split, levels: readonly number[], count: number): Generator<string> {
  const sources = readSources(join(import.meta.dirname, '..'));
  const shares = LEVELS.map((level) => [level, levels[level - 1] ?? 1] as const);
  for (let made = 0; made < count; made++) {
    const problem = drawProblem(random, random.weighted(SKILL_SHARES), random.weighted(shares), split);
    const effort = random.weighted(EFFORT_SHARES);
    if (random.chance(OUTSIDE)) {
      const messages = [{ role: 'user', content: composeUserMessage(drawOutside(random, sources, problem)) }];
      yield `${JSON.stringify({ messages, effort, thinking: '', unlearned: [], slipped: false, answer: REFUSAL, skill: 'outside', level: 0 })}\n`;
    } else {
      yield row(random, problem, effort);
    }
  }
}

function* measured(random: Random, split: Split, each: number): Generator<string> {
  for (const skill of SKILLS) {
    for (const level of LEVELS) {
      for (let made = 0; made < each; made++) {
        const problem = drawProblem(random, skill, level, split);
        for (const effort of EFFORTS) {
          yield `${JSON.stringify({ ...JSON.parse(row(random, problem, effort)), problem })}\n`;
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
      levels: { type: 'string', default: '1,1,1,1' },
      split: { type: 'string', default: 'train' },
      out: { type: 'string' },
    },
  });
  const split = SPLITS.find((known) => known === values.split);
  if (split === undefined) {
    throw new Error(`--split is one of ${SPLITS.join(', ')}`);
  }
  const random = createRandom(Number(values.seed));
  const out = values.out === undefined ? process.stdout : createWriteStream(values.out);
  const levels = values.levels.split(',').map(Number);
  const lines = values.each === undefined ? rows(random, split, levels, Number(values.count)) : measured(random, split, Number(values.each));
  for (const line of lines) {
    if (!out.write(line)) {
      await once(out, 'drain');
    }
  }
  if (values.out !== undefined) {
    out.end();
  }
}

await main();
