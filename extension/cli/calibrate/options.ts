/** The options of `npm run calibrate`. */
import { filled, parsed, whole } from '../option-values.ts';

export interface CalibrateCommandOptions {
  /** A model folder, or the name of a bundled one; undefined: the bundled model. */
  readonly folder: string | undefined;
  readonly problems: number;
  readonly seed: number;
  /** Mean tokens a run to solve for, beside the usual shares. */
  readonly target: number | undefined;
  readonly resume: string | undefined;
  /** Where the calibration is written; undefined: beside the records. */
  readonly out: string | undefined;
  /** Into the model's own folder, to be shipped with it. */
  readonly ship: boolean;
  readonly engines: number | undefined;
}

export const PROBLEMS = 240;
export const SEED = 1700;

const known = {
  folder: { type: 'string' },
  problems: { type: 'string' },
  seed: { type: 'string' },
  target: { type: 'string' },
  resume: { type: 'string' },
  out: { type: 'string' },
  ship: { type: 'boolean' },
  engines: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const help = `Learn what the signals of a model are worth: what chance of a right answer goes with them, and at which thresholds its thinking may end.

  npm run calibrate
  npm run calibrate -- --folder training/runs/new --ship

What is learned from
  --folder DIR     the model folder (default: the bundled model)
  --problems N     calibration problems of the built-in world, as many of each level and skill (default ${PROBLEMS}). Held-out ones are never used
  --seed N         which problems (default ${SEED})
  --target N       also find the policy with the most right answers that takes at most N tokens a run on average

How
  --engines N      engine processes at a time (default: one for each core, at most four)
  --resume FILE    keep the recorded courses in FILE, and go on from what is there already

Where it goes
  --out FILE       the calibration file (default: beside the recorded courses)
  --ship           write it into the model's folder, where every installation of the model finds it

A calibration counts for exactly the weights it was made with. Recorded courses are kept as they come; Ctrl+C loses none, and says how to go on.

Exit code
    0  calibrated
    1  it failed
   64  bad input, or nothing to learn from
  130  interrupted
`;

/** The options, or 'help'. Throws a `bad-request` with the sentence to print. */
export function parseCalibrateOptions(argv: readonly string[]): CalibrateCommandOptions | 'help' {
  const { values } = parsed(argv, known);
  if (values.help) return 'help';
  return {
    folder: filled('folder', values.folder),
    problems: whole('problems', values.problems, 12) ?? PROBLEMS,
    seed: whole('seed', values.seed, 0) ?? SEED,
    target: whole('target', values.target, 1),
    resume: filled('resume', values.resume),
    out: filled('out', values.out),
    ship: values.ship === true,
    engines: whole('engines', values.engines, 1),
  };
}
