/** Problems of the skill "fill the hole so that the examples hold". */
import { withExamples } from './functions.ts';
import { drawLoopHole } from './loops.ts';
import { drawNeeds, staysTame } from './needs.ts';
import type { Level, SearchProblem } from './problem.ts';
import { askQuestion } from './questions.ts';
import type { Random } from './random.ts';

const LOOPS: Readonly<Record<Level, number>> = { 1: 0, 2: 0, 3: 0.5, 4: 0.5 };

/** One draw; null where it does not make a sound problem. */
export function drawComplete(random: Random, level: Level): SearchProblem | null {
  const drawn = random.chance(LOOPS[level]) ? drawLoopHole(random, level) : drawNeeds(random, level);
  if (drawn === null) {
    return null;
  }
  const { signature, answer, examples, hidden, work } = drawn;
  const truth = { answer, source: drawn.code.replace('___', answer) };
  if (!staysTame(truth.source, signature.name, examples.map((example) => example.arguments))) {
    return null;
  }
  const shown = withExamples(random, examples, drawn.code);
  return { skill: 'complete', level, question: askQuestion(random, 'complete', signature.name), ...shown, answer, truth, examples, hidden, work };
}
