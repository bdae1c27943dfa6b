/** The ways a problem is asked. Its first wording is the one the product itself uses. */
import type { Random } from './random.ts';
import type { Skill } from './problem.ts';

const WORDINGS: Readonly<Record<Skill, readonly string[]>> = {
  predict: ['What does this print?', 'What does this program print?', 'What is the output?', 'Predict the output.'],
  complete: ['Complete {name}', 'Complete the function so that the examples hold.', 'Fill in the hole.', 'Complete the code.', 'What belongs in the hole?'],
  repair: ['Fix {name}', 'Fix the bug so that the examples hold.', 'Fix the bug.', 'Repair the function.', 'One line is wrong. Correct it.'],
};

export function askQuestion(random: Random, skill: Skill, name: string): string {
  const [first = '', ...others] = WORDINGS[skill];
  return (random.chance(0.4) ? first : random.pick(others)).replace('{name}', name);
}
