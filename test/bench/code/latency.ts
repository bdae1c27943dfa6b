/** Milliseconds from the end of the pause to ghost text on the bundled model, loaded and new to every function. */
import { performance } from 'node:perf_hooks';
import { drawProblem } from '../../../extension/evaluation/world/draw.ts';
import { createRandom } from '../../../extension/evaluation/world/random.ts';
import { median } from '../row.ts';
import { startBundled } from './bundled.ts';

const FUNCTIONS = 24;

export async function measureLatency(): Promise<string> {
  const bundled = startBundled();
  const random = createRandom(7);
  const never = new AbortController().signal;
  const took: { readonly ms: number; readonly shown: boolean }[] = [];
  try {
    await bundled.suggester.suggest({ skill: 'complete', name: 'f', source: '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;' }, never);
    for (let index = 0; index < FUNCTIONS; index += 1) {
      const { code } = drawProblem(random, 'complete', 1, 'calibration');
      const begun = performance.now();
      const text = await bundled.suggester.suggest({ skill: 'complete', name: 'f', source: code }, never);
      took.push({ ms: performance.now() - begun, shown: text !== null });
    }
    const shown = took.filter((one) => one.shown).map(({ ms }) => ms);
    return [
      `ghost text on the bundled model, ${FUNCTIONS} functions of level 1, after the pause:`,
      `  p50 where something was shown: ${shown.length === 0 ? 'nothing was shown' : `${median(shown).toFixed(0)} ms`} (${shown.length} of ${FUNCTIONS}; aim 150 ms)`,
      `  p50 of all: ${median(took.map(({ ms }) => ms)).toFixed(0)} ms`,
      `  requests in flight at once, most: ${bundled.flights.most}`,
    ].join('\n');
  } finally {
    await bundled.dispose();
  }
}
