/**
 * What Reins costs over a server, beside the bare `openai` stream of the same reply in the same process: time per chunk, tokens beyond a budget, tokens
 * sent after a stop, and the delay of the event loop while many runs go on. The server is scripted and in a thread of its own.
 */
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import OpenAI from 'openai';
import { RemoteModel } from '../../extension/models/remote/remote-model.ts';
import { forgetServers } from '../../extension/models/remote/server-memory.ts';
import { RemoteRunService } from '../../extension/runs/remote-service.ts';
import type { RunRequest } from '../../extension/runs/service.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { median, type BenchRow } from './row.ts';

const MODEL = 'scripted-reasoner';
const THINKING = 600;
const ANSWER = 200;
const ROUNDS = 7;
const TOGETHER = 32;
const BUDGET = 64;
/** Between tokens where the point is what happens at a moment, not how fast it goes. */
const SLOW_MS = 2;
const RESOLUTION_MS = 5;
const never = new AbortController().signal;

export async function bench(): Promise<BenchRow[]> {
  const fast = await Served.start(0);
  const slow = await Served.start(SLOW_MS);
  try {
    const bare: number[] = [];
    const ours: number[] = [];
    await fast.run({});
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await fast.bare());
      ours.push(await fast.timed());
    }
    const capped = await slow.run({ budgets: { thinking: BUDGET, solution: 20 } });
    const wasted = await slow.stopped();
    const one = await loopDelay(() => slow.run({}));
    const many = await loopDelay(() => Promise.all(Array.from({ length: TOGETHER }, () => slow.run({}))));
    const perChunk = (total: number): number => total / (THINKING + ANSWER);
    return [
      { name: 'time per chunk added to the bare openai stream', value: (median(ours) - median(bare)) / (THINKING + ANSWER), unit: 'ms', goal: { atMost: 1 }, note: `median of ${ROUNDS} rounds of ${THINKING + ANSWER} chunks` },
      { name: 'time per chunk, over the bare openai stream', value: median(ours) / median(bare), unit: 'x', note: `${perChunk(median(ours)).toFixed(3)} ms against ${perChunk(median(bare)).toFixed(3)} ms, median of ${ROUNDS} rounds, events and budgets kept` },
      { name: 'thinking tokens used beyond the budget', value: Math.max(0, capped.usage.thinking - BUDGET), unit: 'tokens', goal: { atMost: 0 }, note: `budget of ${BUDGET}, and ${capped.usage.discarded} tokens came that were not used` },
      { name: 'tokens the server sent after Stop', value: wasted, unit: 'tokens', note: `at one token in ${SLOW_MS} ms` },
      { name: `event loop delay p99, ${TOGETHER} runs over one`, value: many / Math.max(one, 0.1), unit: 'x', note: `${many.toFixed(1)} ms against ${one.toFixed(1)} ms; four go at a time` },
    ];
  } finally {
    await Promise.all([fast.close(), slow.close()]);
    forgetServers();
  }
}

class Served {
  readonly #worker: Worker;
  readonly #baseUrl: string;
  readonly #service: RemoteRunService;
  #runs = 0;

  static async start(delayMs: number): Promise<Served> {
    const worker = new Worker(new URL('processes/scripted-server.ts', import.meta.url), { workerData: { thinking: THINKING, answer: ANSWER, delayMs } });
    const [{ baseUrl }] = (await once(worker, 'message')) as [{ baseUrl: string }];
    return new Served(worker, baseUrl);
  }

  private constructor(worker: Worker, baseUrl: string) {
    this.#worker = worker;
    this.#baseUrl = baseUrl;
    this.#service = new RemoteRunService({ openModel: (ref, _key, signal) => RemoteModel.connect({ ref, apiKey: () => Promise.resolve(undefined) }, signal), keyOf: () => Promise.resolve(undefined), offline: () => false });
  }

  /** Milliseconds of a whole reply, read by the package alone. */
  async bare(): Promise<number> {
    const client = new OpenAI({ baseURL: this.#baseUrl, apiKey: 'none', maxRetries: 0 });
    const from = performance.now();
    const stream = await client.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'What is it?' }], stream: true, stream_options: { include_usage: true } });
    let chunks = 0;
    for await (const chunk of stream) chunks += chunk.choices.length;
    if (chunks < THINKING + ANSWER) throw new Error(`The bare stream came with ${chunks} chunks.`);
    return performance.now() - from;
  }

  async timed(): Promise<number> {
    const from = performance.now();
    const { usage } = await this.run({});
    if (usage.thinking + usage.solution < THINKING + ANSWER) throw new Error(`The run came with ${usage.thinking + usage.solution} tokens.`);
    return performance.now() - from;
  }

  async run(change: Partial<RunRequest>, onView: (view: RunView) => void = () => {}): Promise<RunView> {
    const request = this.#request(change);
    let view = emptyView(request.run);
    await this.#service.run(request, (events) => onView((view = foldEvents(view, events))), never);
    return view;
  }

  /** Tokens that came to be sent between Stop and the server seeing it. */
  async stopped(): Promise<number> {
    const request = this.#request({});
    let view = emptyView(request.run);
    let told: Promise<boolean> | undefined;
    let had = 0;
    await this.#service.run(request, (events) => {
      view = foldEvents(view, events);
      if (view.usage.thinking < 100 || told) return;
      had = view.usage.thinking;
      told = this.#service.steer(request.run, { kind: 'stop' });
    }, never);
    for (;;) {
      this.#worker.postMessage('how much');
      const [{ sent, aborted }] = (await once(this.#worker, 'message')) as [{ sent: number; aborted: boolean }];
      if (aborted) return sent - had;
      await delay(20);
    }
  }

  async close(): Promise<void> {
    await this.#service.dispose();
    await this.#worker.terminate();
  }

  #request(change: Partial<RunRequest>): RunRequest {
    this.#runs += 1;
    const model = { kind: 'remote', id: `${this.#baseUrl}#${MODEL}`, name: 'Scripted', baseUrl: this.#baseUrl, model: MODEL } as const;
    return { run: `bench-${this.#runs}`, model, priority: 'person', question: 'What is it?', effort: 'high', exits: 'off', budgets: { thinking: THINKING * 2, solution: ANSWER * 2 }, ...change };
  }
}

/** 99th percentile of the delay in ms, beyond the timer's own resolution. */
async function loopDelay(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await work();
  histogram.disable();
  return Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS);
}
