/** A calibration in words and tables, with a reliability diagram in text. */
import { specWords } from '../../reasoning/exits/spec.ts';
import { signalLabel } from '../../trace/signals.ts';
import type { ReliabilityBin } from '../metrics/calibration.ts';
import { percent, signed, table, tokens } from '../wording.ts';
import type { Calibrated } from './calibrate.ts';
import type { Fit } from './fit.ts';
import { TOLERANCES, type Chosen, type Setting } from './presets.ts';

/** Bars of a reliability diagram, in characters. */
const WIDTH = 40;

export function calibrationReport(found: Calibrated): string {
  const { calibration, whole, fits } = found;
  const best = bestFit(fits);
  return [
    `${calibration.tasks} tasks of ${calibration.world}, ${calibration.labels} places with a known answer. Thinking to the end ${percent(whole.right)} are right, with ${tokens(whole.tokens)} tokens on average.`,
    `From a signal to the chance that the answer now would be right. All figures are from problems the curve was not fitted on; lower is better. Where a signal is no better than always stating the share of right answers there is no curve, and its figures stay raw:\n\n${fitTable(fits)}`,
    ...(best ? [`Reliability of ${signalLabel(best[0])}: | is the chance that was stated, # the share that was right.\n\n${diagram(best[1].bins)}`] : []),
    ...(['cautious', 'eager'] as const).map((setting) => presetWords(setting, found.presets[setting])),
    `For an average budget, the policy with the most right answers:\n\n${targetTable(found)}`,
  ].join('\n\n');
}

function fitTable(fits: Calibrated['fits']): string {
  const rows = [...fits].sort(([, a], [, b]) => a.brier - b.brier).map(([name, { method, brier, baseBrier, calibrationError, map, labels }]) => [signalLabel(name), method, brier.toFixed(4), baseBrier.toFixed(4), calibrationError.toFixed(3), String(labels), map ? 'yes' : 'no']);
  return table(['signal', 'curve', 'Brier', 'Brier of the base rate', 'calibration error', 'places', 'given'], rows);
}

function bestFit(fits: Calibrated['fits']): readonly [Parameters<typeof signalLabel>[0], Fit] | null {
  return [...fits].filter(([, { map }]) => map).sort(([, a], [, b]) => a.brier - b.brier)[0] ?? null;
}

/** One line a bin of stated chances. */
export function diagram(bins: readonly ReliabilityBin[]): string {
  return bins
    .filter(({ count }) => count > 0)
    .map(({ from, to, count, stated, right }) => {
      const bar: string[] = Array.from({ length: WIDTH + 1 }, (_, column) => (column < Math.round((right ?? 0) * WIDTH) ? '#' : ' '));
      bar[Math.round((stated ?? 0) * WIDTH)] = '|';
      return `${`${Math.round(from * 100)} to ${Math.round(to * 100)} %`.padEnd(12)} ${bar.join('')} ${percent(right ?? NaN).padStart(7)} of ${count}`;
    })
    .join('\n');
}

function presetWords(setting: Setting, chosen: Chosen | null): string {
  const asked = `${setting} (at most ${percent(TOLERANCES[setting])} fewer right)`;
  if (!chosen) return `${asked}: no policy saves enough within that, so only trial answers decide, as on a model without a calibration.`;
  const elsewhere = chosen.elsewhere ? ` Chosen on one half of the tasks and measured on the other: ${signed(-chosen.elsewhere.lost)} points, ${percent(chosen.elsewhere.saved)} fewer tokens.` : '';
  return `${asked}: stop when ${specWords(chosen.spec)}. On these tasks ${signed(-chosen.lost)} points, ${percent(chosen.saved)} fewer tokens.${elsewhere}`;
}

function targetTable({ targets, whole }: Calibrated): string {
  const rows = [...targets].sort((a, b) => b.tokens - a.tokens).map(({ tokens: asked, found }) => (found ? [tokens(asked), percent(asked / whole.tokens), specWords(found.spec), tokens(found.outcome.tokens), percent(found.outcome.right)] : [tokens(asked), percent(asked / whole.tokens), 'no policy is so cheap', '', '']));
  return table(['tokens', 'of the whole', 'stop when', 'taken', 'right'], rows);
}
