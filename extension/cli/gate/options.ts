/** The options of `npm run model:check`: parsed, checked, and refused in sentences. */
import { parseArgs } from 'node:util';
import { ReasoningError } from '../../reasoning/errors.ts';

export interface CheckOptions {
  /** A model folder, or the name of a bundled one; undefined: the bundled model. */
  readonly folder: string | undefined;
  /** A second folder for which the same is measured and counted. */
  readonly compare: string | undefined;
  /** A model trained on whole thoughts only, to hold forced ends against. */
  readonly control: string | undefined;
  /** Problems of each level. */
  readonly problems: number;
  readonly seed: number;
  /** Where results are kept; undefined: a new file in `artifacts`. */
  readonly resume: string | undefined;
  readonly writeCard: boolean;
  /** Engine processes; undefined: one for each processor core, at most four. */
  readonly engines: number | undefined;
}

export const PROBLEMS = 300;
export const QUICK_PROBLEMS = 30;
export const SEED = 900;

const known = {
  folder: { type: 'string' },
  compare: { type: 'string' },
  control: { type: 'string' },
  problems: { type: 'string' },
  seed: { type: 'string' },
  resume: { type: 'string' },
  'write-card': { type: 'boolean' },
  quick: { type: 'boolean' },
  engines: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The options, or 'help'. Throws a `bad-request` with the sentence to print. */
export function parseCheckOptions(argv: readonly string[]): CheckOptions | 'help' {
  const values = parse(argv);
  if (values.help) return 'help';
  if (values.quick && values['write-card']) throw bad('--write-card needs the whole measurement: leave --quick out.');
  return {
    folder: filled('folder', values.folder),
    compare: filled('compare', values.compare),
    control: filled('control', values.control),
    problems: whole('problems', values.problems, 3) ?? (values.quick ? QUICK_PROBLEMS : PROBLEMS),
    seed: whole('seed', values.seed, 0) ?? SEED,
    resume: filled('resume', values.resume),
    writeCard: values['write-card'] === true,
    engines: whole('engines', values.engines, 1),
  };
}

function parse(argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof known }>>['values'] {
  try {
    return parseArgs({ args: [...argv], options: known }).values;
  } catch (error) {
    throw bad(`${error instanceof Error ? error.message : String(error)} See --help.`);
  }
}

function whole(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,6}$/.test(value) ? Number(value) : NaN;
  if (!(number >= least)) throw bad(`--${name} needs a whole number, ${least} or more, not "${value}".`);
  return number;
}

function filled(name: string, value: string | undefined): string | undefined {
  if (value === '') throw bad(`--${name} needs a value. See --help.`);
  return value;
}

function bad(sentence: string): ReasoningError {
  return new ReasoningError('bad-request', sentence);
}
