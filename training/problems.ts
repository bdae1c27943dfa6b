/**
 * Prints problems of the task world as JSON Lines, without thinking: node training/problems.ts --seed 1 --count 100 --split train
 *
 * Each line holds the chat messages and the problem itself, which the judge wants back, without the work that leads to its answer, which makes
 * up most of its text and which judging does not need. `--skills` and `--levels` choose among them
 * (`--skills complete,repair --levels 2,3`); both are drawn evenly. A share of `--outside` are questions outside the world, whose answer is the refusal.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawProblem } from '../extension/evaluation/world/draw.ts';
import { LEVELS, SKILLS } from '../extension/evaluation/world/problem.ts';
import { createRandom } from '../extension/evaluation/world/random.ts';
import { REFUSAL } from '../extension/evaluation/world/refusal.ts';
import { SPLITS } from '../extension/evaluation/world/split.ts';
import { composeUserMessage } from '../extension/reasoning/prompt.ts';
import { drawOutside, readSources } from './outside.ts';

/** The members of `known` named in a comma-separated list; all of them where nothing is named. */
function chosen<T extends string | number>(option: string, text: string | undefined, known: readonly T[]): readonly T[] {
  if (text === undefined) {
    return known;
  }
  return text.split(',').map((name) => {
    const found = known.find((one) => String(one) === name.trim());
    if (found === undefined) {
      throw new Error(`${option} is one or more of ${known.join(', ')}, with commas between`);
    }
    return found;
  });
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '10' },
    split: { type: 'string', default: 'train' },
    skills: { type: 'string' },
    levels: { type: 'string' },
    outside: { type: 'string', default: '0' },
  },
});
const split = SPLITS.find((known) => known === values.split);
if (split === undefined) {
  throw new Error(`--split is one of ${SPLITS.join(', ')}`);
}
const skills = chosen('--skills', values.skills, SKILLS);
const levels = chosen('--levels', values.levels, LEVELS);
const random = createRandom(Number(values.seed));
const outside = Number(values.outside);
const sources = outside > 0 ? readSources(join(import.meta.dirname, '..')) : [];
for (let made = 0; made < Number(values.count); made++) {
  const problem = drawProblem(random, random.pick(skills), random.pick(levels), split);
  const refused = outside > 0 && random.chance(outside);
  const asked = refused ? drawOutside(random, sources, problem) : problem;
  const judged = refused ? { skill: 'outside', answer: REFUSAL } : { ...problem, work: undefined };
  const messages = [{ role: 'user', content: composeUserMessage(asked) }];
  if (!process.stdout.write(`${JSON.stringify({ messages, problem: judged })}\n`)) {
    await once(process.stdout, 'drain');
  }
}
