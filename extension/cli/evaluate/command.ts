/** The `evaluate` command from its arguments to its exit code. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { evaluate, type Evaluated, type PolicyResult } from '../../evaluation/exits/evaluate.ts';
import { exitsPlot } from '../../evaluation/exits/plot.ts';
import { exitsReport } from '../../evaluation/exits/report.ts';
import { readCalibration, readCalibrationFile } from '../../models/local/calibration-file.ts';
import { checkedCalibration, type Calibration } from '../../reasoning/calibration.ts';
import type { ModelCard } from '../../reasoning/port.ts';
import { command, kept, type CommandWorld } from '../command-world.ts';
import { coursePool, describe, drawnProblems, gatherCourses, newCoursesFile } from '../courses.ts';
import { openCourses } from '../../runs/courses-file.ts';
import { checkedFolder, type CheckedFolder } from '../gate/folder.ts';
import { Progress } from '../progress.ts';
import { withSection } from '../sections.ts';
import { help, parseEvaluateOptions, type EvaluateOptions } from './options.ts';
import { evaluateSampling } from './sampling.ts';

/** Run the command. Returns the exit code; never throws. */
export function evaluateCommand(argv: readonly string[], world: CommandWorld): Promise<number> {
  return command(world, async () => {
    const options = parseEvaluateOptions(argv);
    if (options !== 'help') return options.what === 'exits' ? evaluateExits(options, world) : evaluateSampling(options, world);
    world.stdout.write(help);
    return 0;
  });
}

async function evaluateExits(options: EvaluateOptions, world: CommandWorld): Promise<number> {
  const { signal, root, stderr } = world;
  const begun = performance.now();
  const folder = await checkedFolder(options.folder, root, world.folder, signal);
  const file = openCourses(options.resume === undefined ? newCoursesFile(root, 'evaluation', folder, options.seed) : resolve(world.folder, options.resume));
  const pool = coursePool(root, options.engines);
  try {
    return await kept(world, file.path, async () => {
      const card = await describe(folder, pool, signal);
      const calibration = await calibrationFor(card, folder, options, world);
      stderr.write(`Drawing ${options.problems} held-out problems; recorded courses go to ${file.path}\n`);
      const problems = await drawnProblems(options.seed, options.problems, 'held-out', signal);
      const courses = await gatherCourses({ folder, problems, file, pool, progress: new Progress(stderr), signal });
      stderr.write('Replaying policies over the recorded courses\n');
      const found = await evaluate(courses, card, calibration);
      const text = `${exitsReport(found)}\n\n${calibration ? `Thresholds of the calibrated policies: made from ${calibration.tasks ?? calibration.labels} calibration tasks, none of which is among these.` : 'This model has no calibration, so cautious and eager go by trial answers only.'}`;
      const quick = options.quick ? `Quick: ${courses.length} problems. The intervals are wide; measure with ${'`npm run evaluate -- exits`'} before telling anybody.\n\n` : '';
      world.stdout.write(`\n# Early exits on ${folder.ref.name}\n\n${quick}${text}\n\nTook ${((performance.now() - begun) / 60_000).toFixed(1)} minutes with ${pool.count} engine ${pool.count === 1 ? 'process' : 'processes'}.\n`);
      await keep(found, text, { options, folder, path: file.path, world });
      return 0;
    });
  } finally {
    await pool.dispose();
  }
}

/** A calibration made for other weights is refused when the person named it, and passed over when it lies in the folder. */
async function calibrationFor(card: ModelCard, folder: CheckedFolder, options: EvaluateOptions, world: CommandWorld): Promise<Calibration | undefined> {
  if (options.calibration !== undefined) return checkedCalibration(await readCalibrationFile(resolve(world.folder, options.calibration)), card);
  const found = await readCalibration(folder.ref.folder);
  return found?.model === card.hash ? found : undefined;
}

interface KeepParts {
  readonly options: EvaluateOptions;
  readonly folder: CheckedFolder;
  readonly path: string;
  readonly world: CommandWorld;
}

async function keep(found: Evaluated, text: string, { options, folder, path, world }: KeepParts): Promise<void> {
  const beside = (ending: string): string => path.replace(/(\.jsonl)?$/, ending);
  const plot = exitsPlot(found, folder.ref.name);
  await writeFile(beside('.json'), `${JSON.stringify(figures(found, folder, options), null, 1)}\n`);
  await writeFile(beside('.svg'), plot);
  world.stdout.write(`Figures: ${beside('.json')}\nPlot: ${beside('.svg')}\n`);
  if (!options.write) return;
  const printed = `Printed by \`npm run evaluate -- exits --problems ${options.problems} --seed ${options.seed}\` (fingerprint of the folder: ${folder.fingerprint}).`;
  await writeFile(join(world.root, 'media', 'exits.svg'), plot);
  const page = join(world.root, 'docs', 'signals.md');
  await writeFile(page, withSection(await readFile(page, 'utf8'), 'evaluate', `${printed}\n\n![Right answers over mean tokens for plain cutting, for signals and for the presets](../media/exits.svg)\n\n${text}`));
  world.stdout.write(`Written: ${join(dirname(page), 'signals.md')} and media/exits.svg\n`);
}

/** Everything that was found but the single runs. */
function figures({ whole, policies, signals, cuts, courses }: Evaluated, folder: CheckedFolder, { problems, seed }: EvaluateOptions): unknown {
  const policy = ({ outcome, cut, ...rest }: PolicyResult): unknown => ({ ...rest, outcome: withoutPoints(outcome), cut: withoutPoints(cut) });
  return {
    format: 'reins-exits', version: 1, model: folder.ref.name, fingerprint: folder.fingerprint, problems, seed, courses,
    whole: withoutPoints(whole), policies: policies.map(policy), signals: signals.map(({ at, ...rest }) => ({ ...rest, at: at.map((one) => (one ? policy(one) : null)) })), cuts,
  };
}

function withoutPoints<T extends { readonly points: unknown }>({ points: _, ...rest }: T): Omit<T, 'points'> {
  return rest;
}
