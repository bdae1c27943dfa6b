/** The options of `npm run evaluate`. */
import { bad, filled, parsed, whole } from '../option-values.ts';

export interface EvaluateOptions {
  readonly what: 'exits' | 'sampling';
  /** Lines of thought, where there are several. */
  readonly samples: number;
  readonly folder: string | undefined;
  readonly problems: number;
  readonly quick: boolean;
  readonly seed: number;
  readonly resume: string | undefined;
  /** A calibration of the person's own, instead of the one in the model's folder. */
  readonly calibration: string | undefined;
  /** Write the figures, the plot and the tables where the documentation shows them. */
  readonly write: boolean;
  readonly engines: number | undefined;
}

export const PROBLEMS = 504;
/** As many of each level and skill, and few enough for ten minutes on two cores. */
export const QUICK_PROBLEMS = 120;
const SAMPLES = 4;
export const SEED = 2600;

const known = {
  folder: { type: 'string' },
  problems: { type: 'string' },
  quick: { type: 'boolean' },
  seed: { type: 'string' },
  samples: { type: 'string' },
  resume: { type: 'string' },
  calibration: { type: 'string' },
  write: { type: 'boolean' },
  engines: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const help = `Measure whether it pays to end thinking early (exits): every exit policy against thinking to the end, and against plain cutting at the same average budget.
Or whether several lines of thought do (sampling): runs whose answers vote and a particle filter, against one line.

  npm run evaluate -- exits
  npm run evaluate -- exits --quick
  npm run evaluate -- sampling --problems 120

What is measured
  --folder DIR       the model folder (default: the bundled model)
  --problems N       held-out problems of the built-in world, as many of each level and skill (default ${PROBLEMS})
  --quick            ${QUICK_PROBLEMS} problems: for trying, not for telling anybody
  --seed N           which problems (default ${SEED})
  --samples N        of sampling: lines of thought (default ${SAMPLES})
  --calibration FILE of exits: the thresholds of cautious and eager (default: calibration.json in the model's folder, if there is one)

How
  --engines N        engine processes at a time (default: one for each core, at most four)
  --resume FILE      keep the recorded courses in FILE, and go on from what is there already

For exits, each problem is thought through once, with everything measured on the way. Policies are then replayed over the records: the same tokens as live.

Afterwards
  --write            write the tables into docs/signals.md or docs/sampling.md between their markers, and media/exits.svg

Figures of exits go to a JSON file beside the recorded courses, with the plot. Ctrl+C loses nothing, and says how to go on.

Exit code
    0  measured
    1  it failed
   64  bad input
  130  interrupted
`;

/** The options, or 'help'. Throws a `bad-request` with the sentence to print. */
export function parseEvaluateOptions(argv: readonly string[]): EvaluateOptions | 'help' {
  const { values, positionals } = parsed(argv, known, true);
  if (values.help) return 'help';
  const [what, ...more] = positionals;
  if (more.length > 0 || (what !== 'exits' && what !== 'sampling')) throw bad('Say what to evaluate: npm run evaluate -- exits, or sampling. See --help.');
  if (values.quick && values.write) throw bad('--write needs the whole measurement: leave --quick out.');
  return {
    what,
    samples: whole('samples', values.samples, 2) ?? SAMPLES,
    folder: filled('folder', values.folder),
    problems: whole('problems', values.problems, 12) ?? (values.quick ? QUICK_PROBLEMS : PROBLEMS),
    quick: values.quick === true,
    seed: whole('seed', values.seed, 0) ?? SEED,
    resume: filled('resume', values.resume),
    calibration: filled('calibration', values.calibration),
    write: values.write === true,
    engines: whole('engines', values.engines, 1),
  };
}
