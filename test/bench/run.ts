/**
 * Runs every benchmark of this folder and prints one table: `npm run bench`, or `npm run bench -- ask-latency` for some of them.
 * A missed goal is only told; with --strict the exit code is 1 too.
 */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { meetsGoal, type Bench, type BenchRow } from './row.ts';

const notBenchmarks: ReadonlySet<string> = new Set(['run', 'row']);

async function main(args: readonly string[]): Promise<number> {
  const wanted = args.filter((argument) => !argument.startsWith('--'));
  const names = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.ts')).map((file) => basename(file, '.ts'));
  const chosen = names.filter((name) => !notBenchmarks.has(name) && (wanted.length === 0 || wanted.includes(name))).sort();
  const unknown = wanted.filter((name) => !chosen.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(', ')}.`);
    return 64;
  }

  const rows: BenchRow[] = [];
  let broken = 0;
  for (const name of chosen) {
    process.stderr.write(`${name} ...\n`);
    try {
      const { bench } = (await import(new URL(`${name}.ts`, import.meta.url).href)) as { bench?: Bench };
      if (bench) rows.push(...(await bench()));
    } catch (error) {
      broken += 1;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      // A failing bundle quotes itself; its last lines say what happened.
      console.error(`${name} could not be measured: ${text.slice(-2000)}`);
    }
  }
  console.log(table(rows));
  const missed = rows.filter((row) => !meetsGoal(row)).length;
  console.log(`${rows.length} measurements, ${missed} goals missed, ${broken} benchmarks broken`);
  return args.includes('--strict') && missed + broken > 0 ? 1 : 0;
}

function table(rows: readonly BenchRow[]): string {
  const header = ['measured', 'value', 'goal', 'of goal', '', 'note'];
  const lines = [header, ...rows.map((row) => [row.name, figure(row.value, row.unit), goalText(row), share(row), row.goal ? (meetsGoal(row) ? 'ok' : 'FAIL') : '', row.note ?? ''])];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}

function figure(value: number, unit: string): string {
  return `${Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${unit}`;
}

function goalText({ goal, unit }: BenchRow): string {
  if (!goal) return '';
  return 'atMost' in goal ? `at most ${figure(goal.atMost, unit)}` : `at least ${figure(goal.atLeast, unit)}`;
}

/** The measurement as a share of its goal; what counts is on which side of 1 it is. */
function share({ value, goal }: BenchRow): string {
  const bound = goal && ('atMost' in goal ? goal.atMost : goal.atLeast);
  return bound ? (value / bound).toFixed(2) : '';
}

// Not process.exit: the table may still be on its way into a pipe.
process.exitCode = await main(process.argv.slice(2));
