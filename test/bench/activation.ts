/** What opening a window costs: loading and activating the built extension, against starting a bare Node. Needs `npm run build`. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { median, type BenchRow } from './row.ts';

const root = join(import.meta.dirname, '..', '..');
const RUNS = 7;
const timesSchema = v.object({ load: v.number(), activate: v.number() });
const exec = promisify(execFile);

export async function bench(): Promise<BenchRow[]> {
  if (!existsSync(join(root, 'dist', 'extension.cjs'))) throw new Error('dist/extension.cjs is not there. Run npm run build first.');
  const load: number[] = [];
  const activate: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { stdout } = await exec(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'processes', 'activation.ts')]);
    const times = v.parse(timesSchema, JSON.parse(stdout));
    load.push(times.load);
    activate.push(times.activate);
    const begin = performance.now();
    await exec(process.execPath, ['-e', '0']);
    bare.push(performance.now() - begin);
  }
  const total = median(load) + median(activate);
  const note = `load ${median(load).toFixed(1)} ms, activate ${median(activate).toFixed(1)} ms, vscode replaced by a stand-in`;
  return [
    { name: 'extension loaded and activated', value: total, unit: 'ms', note },
    { name: 'the same, against starting a bare Node', value: total / median(bare), unit: 'x', goal: { atMost: 2 } },
  ];
}
