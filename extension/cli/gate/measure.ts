/** Runs what is still missing of a model's measurement. */
import { endedJobs, firstJobs, sampledJobs, type Job } from '../../evaluation/gate/modes.ts';
import type { GateProblem } from '../../evaluation/gate/problems.ts';
import { Results } from '../../evaluation/gate/results.ts';
import type { Engines } from './engines.ts';
import type { CheckedFolder } from './folder.ts';
import type { Progress } from '../progress.ts';
import type { ResultsFile } from './results-file.ts';

export interface MeasureParts {
  readonly problems: readonly GateProblem[];
  readonly engines: Engines;
  readonly file: ResultsFile;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Everything about a model that may be shipped. */
export async function measure(folder: CheckedFolder, parts: MeasureParts): Promise<Results> {
  const { problems } = parts;
  const results = new Results(folder.fingerprint, parts.file.found);
  const thoughts = (problem: GateProblem): number => results.thoughts(problem);
  await runMissing('thinking to its own end, and not at all', firstJobs(problems), folder, results, parts);
  await runMissing('samples', sampledJobs(problems, thoughts), folder, results, parts);
  await runMissing('ended by force', endedJobs(problems, thoughts), folder, results, parts);
  return results;
}

/** What a control is there for: forced ends, and the natural lengths they are shares of. */
export async function measureControl(folder: CheckedFolder, parts: MeasureParts): Promise<Results> {
  const { problems } = parts;
  const results = new Results(folder.fingerprint, parts.file.found);
  const high = firstJobs(problems).filter(({ mode }) => mode.kind === 'natural' && mode.effort === 'high');
  await runMissing('thinking to its own end', high, folder, results, parts);
  await runMissing('ended by force', endedJobs(problems, (problem) => results.thoughts(problem)), folder, results, parts);
  return results;
}

async function runMissing(what: string, jobs: readonly Job[], folder: CheckedFolder, results: Results, { engines, file, progress, signal }: MeasureParts): Promise<void> {
  const missing = jobs.filter(({ problem, mode }) => results.find(problem, mode) === undefined);
  if (missing.length === 0) return;
  progress.begin(`${folder.ref.name}, ${what}`, missing.length);
  try {
    await engines.run(
      folder,
      missing,
      (result) => {
        file.add(result);
        results.add(result);
        progress.add(result);
      },
      signal,
    );
  } finally {
    progress.end();
  }
}
