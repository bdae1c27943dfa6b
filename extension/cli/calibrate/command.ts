/** The `calibrate` command from its arguments to its exit code. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { calibrate } from '../../evaluation/calibration/calibrate.ts';
import { calibrationReport } from '../../evaluation/calibration/report.ts';
import { CALIBRATION_FILE } from '../../models/local/calibration-file.ts';
import { FEWEST_LABELS } from '../../reasoning/calibration.ts';
import { command, kept, type CommandWorld } from '../command-world.ts';
import { coursePool, describe, drawnProblems, gatherCourses, newCoursesFile } from '../courses.ts';
import { openCourses } from '../../runs/courses-file.ts';
import { checkedFolder } from '../gate/folder.ts';
import { Progress } from '../progress.ts';
import { help, parseCalibrateOptions, type CalibrateCommandOptions } from './options.ts';

/** Run the command. Returns the exit code; never throws. */
export function calibrateCommand(argv: readonly string[], world: CommandWorld): Promise<number> {
  return command(world, async () => {
    const options = parseCalibrateOptions(argv);
    if (options !== 'help') return calibrateFolder(options, world);
    world.stdout.write(help);
    return 0;
  });
}

async function calibrateFolder(options: CalibrateCommandOptions, world: CommandWorld): Promise<number> {
  const { signal, root, stderr } = world;
  const folder = await checkedFolder(options.folder, root, world.folder, signal);
  const file = openCourses(options.resume === undefined ? newCoursesFile(root, 'calibration', folder, options.seed) : resolve(world.folder, options.resume));
  const pool = coursePool(root, options.engines);
  try {
    return await kept(world, file.path, async () => {
      stderr.write(`Drawing ${options.problems} calibration problems; recorded courses go to ${file.path}\n`);
      const problems = await drawnProblems(options.seed, options.problems, 'calibration', signal);
      const card = await describe(folder, pool, signal);
      const courses = await gatherCourses({ folder, problems, file, pool, progress: new Progress(stderr), signal });
      const found = await calibrate(courses, { card, seed: options.seed, time: new Date().toISOString(), target: options.target, signal });
      const path = options.ship ? join(folder.ref.folder, CALIBRATION_FILE) : options.out === undefined ? file.path.replace(/(\.jsonl)?$/, '.calibration.json') : resolve(world.folder, options.out);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${JSON.stringify(found.calibration)}\n`);
      world.stdout.write(`\n# Calibration of ${folder.ref.name}\n\n${calibrationReport(found)}\n\nWritten to ${path}\n`);
      if (courses.length < FEWEST_LABELS) stderr.write(`These are too few tasks for chances to be shown: ${courses.length} of at least ${FEWEST_LABELS}. Thresholds count all the same.\n`);
      return 0;
    });
  } finally {
    await pool.dispose();
  }
}
