/** What the gate lets through: of completions shown, the share that is right on hidden inputs too; and how many functions get one. */
import { wilson } from '../../../extension/evaluation/metrics/wilson.ts';
import { drawProblem } from '../../../extension/evaluation/world/draw.ts';
import { gradeAnswer } from '../../../extension/evaluation/world/grade.ts';
import { createRandom } from '../../../extension/evaluation/world/random.ts';
import { startBundled } from './bundled.ts';

export async function measureGate(split: 'calibration' | 'held-out', count: number, seed: number): Promise<string> {
  const bundled = startBundled();
  const never = new AbortController().signal;
  const lines = [`gate of ghost text on the bundled model, ${count} ${split} functions a level, seed ${seed}:`];
  let [shown, right, all] = [0, 0, 0];
  try {
    for (const level of [1, 2] as const) {
      const random = createRandom(seed * 10 + level);
      let [levelShown, levelRight] = [0, 0];
      for (let index = 0; index < count; index += 1) {
        const problem = drawProblem(random, 'complete', level, split);
        const text = await bundled.suggester.suggest({ skill: 'complete', name: 'f', source: problem.code }, never);
        if (text === null) continue;
        levelShown += 1;
        if (gradeAnswer(problem, text).right) levelRight += 1;
      }
      lines.push(`  level ${level}: shown ${levelShown} of ${count}, right ${levelRight} of ${levelShown}`);
      shown += levelShown;
      right += levelRight;
      all += count;
    }
  } finally {
    await bundled.dispose();
  }
  const share = (part: number, whole: number): string => (whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} % (95 % interval ${intervalText(part, whole)})`);
  return [...lines, `  right of shown: ${share(right, shown)}; aim at least 98 %`, `  coverage: ${share(shown, all)}; aim at least 50 %`].join('\n');
}

function intervalText(part: number, whole: number): string {
  const { low, high } = wilson(part, whole);
  return `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`;
}
