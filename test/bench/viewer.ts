/**
 * Smoothness of the trace viewer in a real browser: 20,000 tokens streamed to it live, and replayed from a recorded run; each once with
 * plain thoughts and once with everything measured, the charts open and the text shaded.
 */
import { pathToFileURL } from 'node:url';
import { longRun } from '../webview/support/events.ts';
import type { RunEvent } from '../../extension/trace/events.ts';
import { longSignalRun } from '../webview/support/signal-events.ts';
import { livePanel, panelState, snapshot } from '../webview/support/messages.ts';
import { openStage, until, type Stage, type Viewer } from '../webview/support/viewer.ts';
import { meetsGoal, type Bench, type BenchRow } from './row.ts';

const total = 20_000;
/** 2,000 tokens a second, in batches of 16 ms: faster than any model we know. */
const perBatch = 32;
const everyMs = 16;

interface Smoothness {
  /** The longest of the tasks over 50 ms, which are those the browser reports; 0 when there was none. */
  readonly longestTask: number;
  readonly framesPerSecond: number;
  /** The same by the processor's clock, which other work on the machine does not stretch. */
  readonly longestTaskCpu: number;
  readonly cpuPerFrame: number;
}

/** Watch frames and long tasks from here on. */
const watch = `{
  window.frames_ = [];
  window.tasks_ = [];
  window.observer_ = new PerformanceObserver((list) => window.tasks_.push(...list.getEntries().map(({ duration }) => duration)));
  window.observer_.observe({ type: 'longtask' });
  let last = performance.now();
  const frame = (now) => { window.frames_.push(now - last); last = now; window.watching_ = requestAnimationFrame(frame); };
  window.watching_ = requestAnimationFrame(frame);
}`;

const read = `{
  cancelAnimationFrame(window.watching_);
  window.tasks_.push(...window.observer_.takeRecords().map(({ duration }) => duration));
  window.observer_.disconnect();
  const sorted = window.frames_.toSorted((a, b) => a - b);
  ({ longestTask: Math.max(0, ...window.tasks_), framesPerSecond: 1000 / sorted[Math.floor(sorted.length / 2)], frames: sorted.length });
}`;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ph: string;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Processor milliseconds of each task of the page's main thread, which is the busiest of the renderers' main threads. */
function mainThreadTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const key = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const mains = new Map(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map((event) => [key(event), [] as number[]]));
  for (const event of traceEvents) if (event.name.endsWith('RunTask') && event.ph === 'X') mains.get(key(event))?.push((event.tdur ?? 0) / 1000);
  const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);
  return [...mains.values()].sort((one, other) => sum(other) - sum(one))[0] ?? [];
}

async function measured({ page }: Viewer, work: () => Promise<void>): Promise<Smoothness> {
  const browser = page.context().browser();
  await page.evaluate(watch);
  await browser?.startTracing(page, { categories: ['toplevel'] });
  await work();
  const tasks = mainThreadTasks((await browser?.stopTracing()) ?? Buffer.from('{"traceEvents":[]}'));
  const seen: { longestTask: number; framesPerSecond: number; frames: number } = await page.evaluate(read);
  return { ...seen, longestTaskCpu: Math.max(0, ...tasks), cpuPerFrame: tasks.reduce((sum, one) => sum + one, 0) / seen.frames };
}

/** A run to watch, and what the person has switched on. */
interface Watched {
  /** Of the panel, in pixels. */
  readonly height: number;
  readonly events: readonly RunEvent[];
  prepare(viewer: Viewer): Promise<void>;
}

const plain: Watched = { height: 900, events: longRun(total, perBatch, everyMs), prepare: () => Promise.resolve() };

/** Shading, two more charts, and a panel so high that charts and thoughts are in sight together. */
const measuredRun: Watched = {
  height: 1800,
  events: longSignalRun(total, perBatch, everyMs),
  prepare: async ({ page, send }) => {
    await send(snapshot(longSignalRun(64, perBatch, everyMs, 'before'), panelState()));
    await page.getByLabel('Shading of the thoughts').selectOption('surprise');
    await page.locator('.more-signals summary').click();
    for (const title of ['Entropy at the token', 'Group confidence']) await page.locator('.check', { hasText: title }).click();
    await page.locator('.more-signals summary').click();
  },
};

async function live(stage: Stage, { height, events, prepare }: Watched): Promise<Smoothness> {
  const viewer = await stage.open({ width: 400, height });
  const run = 'run-long';
  await prepare(viewer);
  await viewer.send(snapshot([], livePanel(run, { budgets: { thinking: total, solution: 64, thinkingSet: true, solutionSet: false, note: '' } })));
  // The page posts to itself, by the clock of the run: what is measured is the viewer, not the way into the browser.
  await viewer.page.evaluate((all) => void ((globalThis as unknown as { recorded: unknown }).recorded = all), events);
  const post = `new Promise((done) => {
    const began = performance.now();
    let next = 0;
    const send = () => {
      const now = performance.now() - began;
      const due = [];
      while (next < recorded.length && recorded[next].at <= now) due.push(recorded[next++]);
      if (due.length > 0) window.postMessage({ type: 'events', run: '${run}', events: due }, '*');
      if (next < recorded.length) setTimeout(send, ${everyMs}); else done(null);
    };
    send();
  })`;
  const smoothness = await measured(viewer, async () => {
    await viewer.page.evaluate(post);
    await until(viewer.page, 'document.querySelector(".markdown").textContent === "Done."');
  });
  await viewer.close();
  return smoothness;
}

async function replay(stage: Stage, { height, events, prepare }: Watched): Promise<Smoothness> {
  const viewer = await stage.open({ width: 400, height });
  await prepare(viewer);
  await viewer.send(snapshot(events, panelState(), { recorded: true }));
  const smoothness = await measured(viewer, async () => {
    await viewer.page.locator('vscode-button[aria-label=Play]').click();
    await until(viewer.page, `document.querySelector('.replay-slider').value !== '${events.length}'`);
    await until(viewer.page, `document.querySelector('.replay-slider').value === '${events.length}'`);
  });
  await viewer.close();
  return smoothness;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

function rows(name: string, { longestTask, framesPerSecond, longestTaskCpu, cpuPerFrame }: Smoothness): BenchRow[] {
  return [
    { name: `viewer, ${name}: longest task`, value: tenth(longestTask), unit: 'ms', goal: { atMost: 50 }, note: 'by the wall clock; 0 = none over 50 ms' },
    { name: `viewer, ${name}: median frames`, value: tenth(framesPerSecond), unit: 'fps', goal: { atLeast: 50 } },
    { name: `viewer, ${name}: longest task`, value: tenth(longestTaskCpu), unit: 'ms', goal: { atMost: 50 }, note: 'processor time' },
    { name: `viewer, ${name}: work per frame`, value: tenth(cpuPerFrame), unit: 'ms', goal: { atMost: 16 }, note: 'processor time' },
  ];
}

export const bench: Bench = async () => {
  const stage = await openStage();
  try {
    const all: BenchRow[] = [];
    for (const [name, watched] of Object.entries({ '20,000 tokens': plain, '20,000 tokens with signals': measuredRun })) {
      all.push(...rows(`${name} live`, await live(stage, watched)), ...rows(`${name} replayed`, await replay(stage, watched)));
    }
    return all;
  } finally {
    await stage.close();
  }
};

export async function measureViewer(): Promise<(BenchRow & { readonly ok: boolean })[]> {
  return (await bench()).map((row) => ({ ...row, ok: meetsGoal(row) }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, value, unit, note, ok } of await measureViewer()) console.log(`${ok ? 'ok  ' : 'MISS'} ${name}: ${value} ${unit}${note === undefined ? '' : ` (${note})`}`);
}
