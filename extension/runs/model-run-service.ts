/** A run service around models in this process: loads them, queues the runs, drives each through the heart, and passes its events on. */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../reasoning/context.ts';
import { RunControl } from '../reasoning/control.ts';
import { isCancellation, ReasoningError } from '../reasoning/errors.ts';
import type { Model, ModelCard } from '../reasoning/port.ts';
import { runSampled } from '../reasoning/strategies/samples.ts';
import type { ToolBox } from '../reasoning/tools/port.ts';
import type { Outcome, SteerCommand } from '../trace/events.ts';
import { EventStream } from './event-stream.ts';
import { RunQueue } from './queue.ts';
import type { ReadAnswer, ReadRequest, ThoughtReader } from './reading/reader.ts';
import { ThoughtReadings } from './reading/readings.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from './service.ts';

export type LoadModel = (model: ModelRef, signal: AbortSignal) => Promise<Model>;

export interface ModelRunServiceOptions {
  readonly loadModel: LoadModel;
  /** Runs at a time. */
  readonly places: number;
  /** Models kept loaded; the one used longest ago goes first. */
  readonly keepLoaded: number;
  /** Carries out what models ask for; absent: there are no tools here. */
  readonly tools?: ToolBox;
}

export class ModelRunService implements RunService, ThoughtReader {
  readonly #options: ModelRunServiceOptions;
  readonly #queue: RunQueue;
  readonly #live = new Map<string, RunControl>();
  readonly #models = new Map<string, Promise<Model>>();
  readonly #readings = new ThoughtReadings();

  constructor(options: ModelRunServiceOptions) {
    this.#options = options;
    this.#queue = new RunQueue(options.places);
  }

  /** Runs waiting or running. */
  get busy(): number {
    return this.#queue.length;
  }

  async describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    return (await this.#model(model, signal)).card;
  }

  async run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    const control = new RunControl(signal);
    const begin = performance.now();
    const startedAt = new Date().toISOString();
    const clock: Clock = { now: () => Math.max(0, performance.now() - begin), sleep };
    const stream = new EventStream(request.run, onEvents, clock.now);
    this.#live.set(request.run, control);
    let leave: (() => void) | undefined;
    try {
      leave = await this.#queue.enter(request.priority, control.stop, (position) => stream.emit({ type: 'queue', position }));
      const model = await this.#model(request.model, control.stop);
      return await runSampled({ settings: request, model, control, clock, startedAt, tools: this.#options.tools, emit: (event) => stream.emit(event) });
    } catch (error) {
      return this.#failBeforeStart(stream, error, control, clock);
    } finally {
      stream.flush();
      leave?.();
      this.#live.delete(request.run);
    }
  }

  steer(run: string, command: SteerCommand): Promise<boolean> {
    const control = this.#live.get(run);
    control?.post(command);
    return Promise.resolve(control !== undefined);
  }

  /** Between runs: whoever waits for one comes first. */
  async read(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer> {
    const leave = await this.#queue.enter('background', signal, () => undefined);
    try {
      return await this.#readings.read(request, await this.#model(request.model, signal), signal);
    } finally {
      if (request.part === 'close') await this.#readings.close(request.reading);
      leave();
    }
  }

  async dispose(): Promise<void> {
    for (const control of this.#live.values()) control.post({ kind: 'stop' });
    await this.#readings.closeAll();
    const models = [...this.#models.values()];
    this.#models.clear();
    await Promise.allSettled(models.map(async (model) => (await model).dispose()));
  }

  /** Forget all loaded models (when idle). */
  async unload(): Promise<void> {
    if (this.busy > 0) return;
    const models = [...this.#models.values()];
    this.#models.clear();
    await Promise.allSettled(models.map(async (model) => (await model).dispose()));
  }

  /** Loads once however many ask; a failed load is forgotten, so that the next try is a real one. */
  async #model(ref: ModelRef, signal: AbortSignal): Promise<Model> {
    const key = JSON.stringify(ref);
    const loading = this.#models.get(key) ?? this.#options.loadModel(ref, new AbortController().signal);
    this.#models.delete(key);
    this.#models.set(key, loading);
    loading.catch(() => {
      if (this.#models.get(key) === loading) this.#models.delete(key);
    });
    const model = await abortable(loading, signal);
    await this.#evict();
    return model;
  }

  async #evict(): Promise<void> {
    while (this.#models.size > this.#options.keepLoaded && this.busy <= 1) {
      const oldest = this.#models.entries().next().value;
      if (!oldest) return;
      this.#models.delete(oldest[0]);
      await oldest[1].then((model) => model.dispose());
    }
  }

  #failBeforeStart(stream: EventStream, error: unknown, control: RunControl, clock: Clock): Outcome {
    const stopped = control.stop.aborted && isCancellation(error);
    if (!stopped) {
      const failure = ReasoningError.from(error);
      stream.emit({ type: 'error', reason: failure.reason, message: failure.message });
    }
    const outcome: Outcome = stopped ? 'stopped' : 'failed';
    const usage = { prompt: 0, thinking: 0, solution: 0, probes: 0, injected: 0, discarded: 0, estimated: false };
    stream.emit({ type: 'ended', outcome, usage, elapsedMs: clock.now() });
    return outcome;
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** Stop waiting when the signal fires; the work itself goes on for whoever else waits for it. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(new DOMException('Stopped.', 'AbortError'));
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
