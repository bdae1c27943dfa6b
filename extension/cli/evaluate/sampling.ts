/** `evaluate sampling`: one line of thought, several that vote, and several of which the poor ones are dropped, on the same held-out problems. */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EngineClient } from '../../engine/client.ts';
import type { SetProblem } from '../../evaluation/problems.ts';
import { samplingReport } from '../../evaluation/sampling/report.ts';
import { sampledSchema, ways, type Sampled, type Way } from '../../evaluation/sampling/ways.ts';
import { gradeAnswer } from '../../evaluation/world/grade.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import { RecordsFile } from '../../runs/records-file.ts';
import { surveyRequest } from '../../runs/survey.ts';
import { emptyView, foldEvents } from '../../trace/fold.ts';
import type { RunEvent } from '../../trace/events.ts';
import { kept, type CommandWorld } from '../command-world.ts';
import { coursePool, drawnProblems, newCoursesFile } from '../courses.ts';
import { checkedFolder, type CheckedFolder } from '../gate/folder.ts';
import { Progress } from '../progress.ts';
import { withSection } from '../sections.ts';
import type { EvaluateOptions } from './options.ts';

interface Job {
  readonly problem: SetProblem;
  readonly way: Way;
}

export async function evaluateSampling(options: EvaluateOptions, world: CommandWorld): Promise<number> {
  const { signal, root, stderr } = world;
  const folder = await checkedFolder(options.folder, root, world.folder, signal);
  const path = options.resume === undefined ? newCoursesFile(root, 'sampling', folder, options.seed) : resolve(world.folder, options.resume);
  const file = RecordsFile.open(path, { format: 'reins-sampling', version: 1, schema: sampledSchema, words: 'results of this version of the evaluation' });
  const pool = coursePool(root, options.engines);
  try {
    return await kept(world, path, async () => {
      stderr.write(`Drawing ${options.problems} held-out problems; results go to ${path}\n`);
      const problems = await drawnProblems(options.seed, options.problems, 'held-out', signal);
      const known = new Map(file.found.filter(({ model, samples, way }) => model === folder.fingerprint && (way === 'one' || samples === options.samples)).map((one) => [keyOf(one.problem, one.way), one]));
      const jobs = problems.flatMap((problem) => ways.map((way): Job => ({ problem, way }))).filter(({ problem, way }) => !known.has(keyOf(problem.id, way.name)));
      const progress = new Progress(stderr);
      progress.begin(`${folder.ref.name}, several lines of thought`, jobs.length);
      await pool.run(
        folder.ref,
        jobs,
        async (client, job, contextLength, either) => {
          const result = await runJob(client, job, { folder, samples: options.samples, contextLength }, either);
          if (!result) return;
          file.add(result);
          known.set(keyOf(result.problem, result.way), result);
          progress.add(result);
        },
        signal,
      );
      progress.end();
      const wanted = new Set(problems.map(({ id }) => id));
      const text = samplingReport([...known.values()].filter(({ problem }) => wanted.has(problem)));
      world.stdout.write(`\n# Several lines of thought on ${folder.ref.name}\n\n${text}\n`);
      if (options.write) await writePage(root, `Printed by \`npm run evaluate -- sampling --problems ${options.problems} --seed ${options.seed} --samples ${options.samples}\`.\n\n${text}`);
      return 0;
    });
  } finally {
    await pool.dispose();
  }
}

async function runJob(client: EngineClient, { problem, way }: Job, { folder, samples, contextLength }: { folder: CheckedFolder; samples: number; contextLength: number }, signal: AbortSignal): Promise<Sampled | null> {
  const { survey: _, ...request } = surveyRequest(folder.ref, problem, contextLength);
  const events: RunEvent[] = [];
  const several = way.sampling === undefined ? {} : { samples, sampling: way.sampling };
  await client.run({ ...request, run: randomUUID(), exits: 'off', budgetEnd: 'cut', sampler: way.sampler, ...several }, (batch) => void events.push(...batch), signal);
  const run = events[0]?.run ?? request.run;
  const { outcome, error, answer, usage, decisions } = foldEvents(emptyView(run), events);
  if (outcome === 'stopped') return null;
  if (outcome === null || outcome === 'failed') throw new ReasoningError(error?.reason ?? 'internal', error?.message ?? 'A run came to no end.');
  const { thinking, solution, probes, discarded } = usage;
  return {
    model: folder.fingerprint, problem: problem.id, level: problem.problem.level, way: way.name, samples, answer, right: gradeAnswer(problem.problem, answer).right,
    thinking, solution, tokens: thinking + solution + probes + discarded, drops: decisions.filter(({ policy, evidence }) => policy === 'particle-filter' && evidence.length > 1).length,
  };
}

async function writePage(root: string, section: string): Promise<void> {
  const page = join(root, 'docs', 'sampling.md');
  await writeFile(page, withSection(await readFile(page, 'utf8'), 'evaluate sampling', section));
}

function keyOf(problem: string, way: string): string {
  return `${problem}/${way}`;
}
