/** The `model:check` command from its arguments to its exit code. Everything it touches comes from outside, so that it can be tested. */
import { join, resolve } from 'node:path';
import { rivalOf } from '../../evaluation/world/ambiguity.ts';
import { bars, type Bar, type Measured } from '../../evaluation/gate/bars.ts';
import { drawGateProblems, type GateProblem } from '../../evaluation/gate/problems.ts';
import { passed, report } from '../../evaluation/gate/report.ts';
import type { Results } from '../../evaluation/gate/results.ts';
import { LEVELS } from '../../evaluation/world/problem.ts';
import { isCancellation, ReasoningError } from '../../reasoning/errors.ts';
import { exitCodeOfError, exitCodes } from '../exit-codes.ts';
import { stoppable } from '../stoppable.ts';
import { writeCard } from './card.ts';
import { Engines } from './engines.ts';
import { checkedFolder, type CheckedFolder } from './folder.ts';
import { help } from './help.ts';
import { measure, measureControl, type MeasureParts } from './measure.ts';
import { parseCheckOptions, type CheckOptions } from './options.ts';
import { Progress } from '../progress.ts';
import { openResults } from './results-file.ts';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface CheckWorld {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Where relative paths begin. */
  readonly folder: string;
  /** The repository. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/** Run the command. Returns the exit code; never throws. */
export async function checkCommand(argv: readonly string[], world: CheckWorld): Promise<number> {
  try {
    const options = parseCheckOptions(argv);
    if (options === 'help') {
      world.stdout.write(help);
      return 0;
    }
    return await check(options, world);
  } catch (error) {
    const failure = ReasoningError.from(error);
    world.stderr.write(`${failure.message}\n`);
    return exitCodeOfError(failure.reason);
  }
}

async function check(options: CheckOptions, world: CheckWorld): Promise<number> {
  const begin = performance.now();
  const find = (asked: string | undefined): Promise<CheckedFolder> => checkedFolder(asked, world.root, world.folder, world.signal);
  const folder = await find(options.folder);
  const other = options.compare === undefined ? null : await find(options.compare);
  const control = options.control === undefined ? null : await find(options.control);
  const file = openResults(options.resume === undefined ? newFile(world.root, folder, options) : resolve(world.folder, options.resume));
  const engines = new Engines(join(world.root, 'extension', 'engine', 'together.ts'), options.engines);
  try {
    world.stderr.write(`Drawing ${options.problems} problems of each of ${LEVELS.length} levels; results go to ${file.path}\n`);
    const problems = await stoppable(drawGateProblems(options.seed, options.problems), world.signal);
    const parts: MeasureParts = { problems, engines, file, progress: new Progress(world.stderr), signal: world.signal };
    const ofControl = control ? await measureControl(control, parts) : null;
    const ambiguity = await ambiguityOf(problems, world.signal);
    const judge = async (checked: CheckedFolder): Promise<Judged> => judged(checked, await measure(checked, parts), problems, ofControl, ambiguity);
    const own = await judge(folder);
    const found = [own, ...(other ? [await judge(other)] : [])];
    const minutes = `${((performance.now() - begin) / 60_000).toFixed(1)} minutes`;
    for (const one of found) world.stdout.write(`\n# ${one.folder.ref.name}\n\n${one.text}\n`);
    world.stdout.write(`\nTook ${minutes} with ${engines.count} engine ${engines.count === 1 ? 'process' : 'processes'}.\n`);
    if (options.writeCard) await writeCard(folder.ref.folder, cardText(own, options, control));
    return verdict(found, world);
  } catch (error) {
    if (!world.signal.aborted || !isCancellation(error)) throw error;
    world.stderr.write(`Stopped. What was measured is kept; go on with --resume ${file.path}\n`);
    return exitCodes.interrupted;
  } finally {
    await engines.dispose();
  }
}

interface Judged {
  readonly folder: CheckedFolder;
  readonly found: readonly Bar[];
  readonly text: string;
}

function judged(folder: CheckedFolder, results: Results, problems: readonly GateProblem[], control: Results | null, ambiguity: Measured['ambiguity']): Judged {
  const measured: Measured = { problems, results, control, ambiguity };
  const found = bars(measured);
  return { folder, found, text: report(measured, found) };
}

/** With one folder: whether every bar holds. With two: whether the first may take the second's place. */
function verdict([own, other]: readonly Judged[], world: CheckWorld): number {
  if (!own) return exitCodes.failed;
  if (!other) return passed(own.found) === own.found.length ? 0 : exitCodes.failed;
  const [mine, theirs] = [passed(own.found), passed(other.found)];
  const names = [own.folder.ref.name, other.folder.ref.name] as const;
  const sentence = mine > theirs ? `${names[0]} passes more bars and may replace ${names[1]}.` : mine === theirs ? `Both pass the same number of bars: ${names[0]} may replace ${names[1]}, and need not.` : `${names[0]} passes fewer bars and must not replace ${names[1]}.`;
  world.stdout.write(`\n${names[0]}: ${mine} of ${own.found.length}. ${names[1]}: ${theirs} of ${other.found.length}. ${sentence}\n`);
  return mine >= theirs ? 0 : exitCodes.failed;
}

async function ambiguityOf(problems: readonly GateProblem[], signal: AbortSignal): Promise<Measured['ambiguity']> {
  const looked = await stoppable(lookedAt(problems), signal);
  return new Map(
    LEVELS.map((level) => {
      const own = looked.filter((problem) => problem.level === level);
      return [level, { ambiguous: own.filter(({ ambiguous }) => ambiguous).length, looked: own.length }];
    }),
  );
}

function* lookedAt(problems: readonly GateProblem[]): Generator<{ level: number; ambiguous: boolean }> {
  for (const { problem } of problems) if (problem.skill !== 'predict') yield { level: problem.level, ambiguous: rivalOf(problem) !== null };
}

/** With what decides the figures, and without where things lay on the machine that made them. */
function cardText({ folder, text }: Judged, { problems, seed }: CheckOptions, control: CheckedFolder | null): string {
  const command = `npm run model:check -- --problems ${problems} --seed ${seed}${control ? ` --control ${control.ref.name}` : ''}`;
  return `Printed by \`${command}\` (fingerprint of the folder: ${folder.fingerprint}).\n\n${text}`;
}

function newFile(root: string, folder: CheckedFolder, { seed }: CheckOptions): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-');
  return join(root, 'artifacts', 'model-check', `${folder.ref.name}-${folder.fingerprint.slice(0, 8)}-seed${seed}-${stamp}.jsonl`);
}
