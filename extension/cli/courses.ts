/** Courses for the commands that learn from them: recorded by engine processes, kept in a file as they come, never made twice. */
import { join } from 'node:path';
import type { Course } from '../evaluation/exits/record.ts';
import { drawProblems, type SetProblem } from '../evaluation/problems.ts';
import { LEVELS } from '../evaluation/world/problem.ts';
import type { Split } from '../evaluation/world/split.ts';
import type { ModelCard } from '../reasoning/port.ts';
import type { CoursesFile } from '../runs/courses-file.ts';
import { surveyProblem } from '../runs/survey.ts';
import { EnginePool } from './engine-pool.ts';
import type { CheckedFolder } from './gate/folder.ts';
import type { Progress } from './progress.ts';
import { stoppable } from './stoppable.ts';

export interface CourseParts {
  readonly folder: CheckedFolder;
  readonly problems: readonly SetProblem[];
  readonly file: CoursesFile;
  readonly pool: EnginePool;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** One process runs one problem at a time, exactly as a person's run is. */
export function coursePool(root: string, count: number | undefined): EnginePool {
  return new EnginePool({ entry: join(root, 'extension', 'engine', 'main.ts'), wave: 1, count });
}

/** About `count` problems, as many of each level and skill. */
export function drawnProblems(seed: number, count: number, split: Split, signal: AbortSignal): Promise<SetProblem[]> {
  return stoppable(drawProblems(seed, Math.ceil(count / LEVELS.length), split), signal);
}

/** A course of every problem, in their order; those in the file are taken from there. */
export async function gatherCourses({ folder, problems, file, pool, progress, signal }: CourseParts): Promise<Course[]> {
  const { ref, fingerprint } = folder;
  const known = new Map(file.found.filter(({ model }) => model === fingerprint).map((course) => [course.problem, course]));
  // The hardest are the longest: begun last, one of them would keep a single process busy at the end.
  const missing = problems.filter(({ id }) => !known.has(id)).sort((a, b) => b.problem.level - a.problem.level);
  if (missing.length > 0) {
    progress.begin(`${ref.name}, surveying`, missing.length);
    try {
      await pool.run(
        ref,
        missing,
        async (client, problem, contextLength, either) => {
          const course = await surveyProblem(client, ref, fingerprint, problem, contextLength, either);
          if (!course) return;
          file.add(course);
          known.set(problem.id, course);
          progress.add(course);
        },
        signal,
      );
    } finally {
      progress.end();
    }
  }
  return problems.flatMap(({ id }) => known.get(id) ?? []);
}

export function describe(folder: CheckedFolder, pool: EnginePool, signal: AbortSignal): Promise<ModelCard> {
  return pool.first.describe(folder.ref, signal);
}

/** Where a new measurement of a kind is kept. */
export function newCoursesFile(root: string, what: string, folder: CheckedFolder, seed: number): string {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-');
  return join(root, 'artifacts', what, `${folder.ref.name}-${folder.fingerprint.slice(0, 8)}-seed${seed}-${stamp}.jsonl`);
}
