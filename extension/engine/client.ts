/**
 * The host's side of the engine: a run service that starts the engine process when it is first needed, watches it, starts it anew after a
 * crash, and lets it go when it has been idle. A crash costs the live runs, each of which ends properly, and nothing else.
 */
import { performance } from 'node:perf_hooks';
import { isCancellation, ReasoningError } from '../reasoning/errors.ts';
import type { ModelCard } from '../reasoning/port.ts';
import type { ReadAnswer, ReadRequest, ThoughtReader } from '../runs/reading/reader.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from '../runs/service.ts';
import type { Outcome, SteerCommand } from '../trace/events.ts';
import type { Vitals } from './contract.ts';
import { EngineProcess } from './engine-process.ts';
import { describeExit, reasonOf } from './exit-status.ts';
import { LiveRun } from './live-run.ts';
import { said } from '../trace/said.ts';

export interface EngineClientOptions {
  /** The engine's entry file; see `findEngineEntry`. */
  readonly entry: string;
  /** Path of a Node to run the engine with; absent or empty: the host's own. */
  readonly execPath?: string | undefined;
  /** Hears every line the engine process prints, and what the client does. */
  readonly log?: ((line: string) => void) | undefined;
  /** Milliseconds without work until the engine is stopped and its memory given back. 0: never. Default 10 minutes. */
  readonly idleMs?: number | undefined;
  /** Milliseconds an engine has to start. Default 60 s. */
  readonly startMs?: number | undefined;
  /** Milliseconds between heartbeats, and how many may be missed: while it decodes, and while it loads. Default 5 s, 24, 120. */
  readonly heartbeat?: { readonly intervalMs: number; readonly limit: number; readonly loadingLimit: number } | undefined;
  /** Milliseconds a silent engine has to react to Stop before it is killed. Default 8 s. */
  readonly stopMs?: number | undefined;
}

const MINUTE = 60_000;

export class EngineClient implements RunService, ThoughtReader {
  readonly #options: EngineClientOptions;
  readonly #live = new Map<string, LiveRun>();
  #starting: Promise<EngineProcess> | undefined;
  #engine: EngineProcess | undefined;
  /** Requests in flight; descriptions and readings among them may be loading a model. */
  #busy = 0;
  #mayLoad = 0;
  #idle: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: EngineClientOptions) {
    this.#options = options;
  }

  /** Process id of the engine while it runs. */
  get pid(): number | undefined {
    return this.#engine?.pid;
  }

  /** Processor time and memory of the engine; undefined while it does not run. */
  async vitals(): Promise<Vitals | undefined> {
    return this.#engine?.request('ping', {}, new AbortController().signal);
  }

  async describe(model: ModelRef, signal: AbortSignal): Promise<ModelCard> {
    return this.#loadingPerhaps((engine) => engine.request('describe', { model }, signal), signal);
  }

  async read(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer> {
    return this.#loadingPerhaps((engine) => engine.request('read', request, signal), signal);
  }

  async run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    if (this.#live.has(request.run)) throw new ReasoningError('bad-request', said('There is already a run {0}.', request.run));
    const live = new LiveRun(request.run, this.#guarded(onEvents));
    this.#live.set(request.run, live);
    return this.#working(async () => {
      try {
        const engine = await unlessAborted(this.#ready(), signal);
        const release = this.#stopOrKill(engine, live, signal);
        try {
          const outcome = await this.#untilGone(engine, engine.request('run', request, signal));
          return live.outcome ?? (outcome === 'stopped' ? live.end() : live.end(new ReasoningError('internal', 'The engine ended the run without saying why.')));
        } finally {
          release();
        }
      } catch (error) {
        return live.end(isCancellation(error) || signal.aborted ? undefined : ReasoningError.from(error));
      } finally {
        this.#live.delete(request.run);
      }
    });
  }

  async steer(run: string, command: SteerCommand): Promise<boolean> {
    if (!this.#live.has(run) || !this.#engine) return false;
    try {
      return await this.#engine.request('steer', { run, command }, new AbortController().signal);
    } catch (error) {
      // A crash is told by the run itself.
      if (ReasoningError.is(error, 'engine-crashed')) return false;
      throw error;
    }
  }

  /** Stop the engine and give its memory back; the next request starts it anew. Live runs end. */
  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const starting = this.#starting;
    this.#forget();
    const engine = await starting?.catch(() => undefined);
    await engine?.stop();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const live of this.#live.values()) live.end();
    await this.stop();
  }

  /** The one engine, started once however many ask. */
  #ready(): Promise<EngineProcess> {
    if (this.#disposed) return Promise.reject(new ReasoningError('engine-unavailable', said('Reins is shutting down.')));
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<EngineProcess> {
    const { entry, execPath, startMs = MINUTE, heartbeat = { intervalMs: 5000, limit: 24, loadingLimit: 120 } } = this.#options;
    try {
      const engine = await EngineProcess.start({
        entry,
        execPath: execPath || undefined,
        startMs,
        heartbeatMs: heartbeat.intervalMs,
        heartbeatLimit: () => (this.#loading() ? heartbeat.loadingLimit : heartbeat.limit),
        log: (line) => this.#log(line),
        onEvents: (run, events) => this.#live.get(run)?.receive(events),
      });
      this.#engine = engine;
      this.#log(`engine: started as process ${engine.pid}`);
      void engine.exited.then((status) => {
        if (this.#engine === engine) this.#forget();
        this.#log(`engine: process ${engine.pid} is gone: ${reasonOf(status)}`);
      });
      return engine;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#engine = undefined;
    this.#starting = undefined;
  }

  /** Loading blocks the engine for as long as the disk takes. */
  #loading(): boolean {
    return this.#mayLoad > 0 || [...this.#live.values()].some((live) => !live.started);
  }

  /** An answer, or why the engine went away before it came. */
  async #untilGone<T>(engine: EngineProcess, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!ReasoningError.is(error, 'engine-crashed')) throw error;
      throw new ReasoningError('engine-crashed', describeExit(await engine.exited), { cause: error });
    }
  }

  /** After an abort: an engine that says nothing at all any more is killed. One that still speaks is on its way. */
  #stopOrKill(engine: EngineProcess, live: LiveRun, signal: AbortSignal): () => void {
    let timer: NodeJS.Timeout | undefined;
    const { stopMs = 8000 } = this.#options;
    const watch = (): void => {
      const asked = performance.now();
      engine.ping();
      timer = setTimeout(() => {
        if (engine.lastHeard >= asked) return watch();
        this.#log(`engine: silent after Stop of ${live.run}`);
        engine.kill('it did not react to Stop and was ended');
      }, stopMs);
    };
    signal.addEventListener('abort', watch, { once: true });
    if (signal.aborted) watch();
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', watch);
    };
  }

  async #loadingPerhaps<T>(ask: (engine: EngineProcess) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#working(async () => {
      this.#mayLoad += 1;
      try {
        const engine = await unlessAborted(this.#ready(), signal);
        return await unlessAborted(this.#untilGone(engine, ask(engine)), signal);
      } finally {
        this.#mayLoad -= 1;
      }
    });
  }

  async #working<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#restIfIdle();
    }
  }

  #restIfIdle(): void {
    const { idleMs = 10 * MINUTE } = this.#options;
    if (this.#busy > 0 || idleMs <= 0 || this.#disposed) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#busy === 0) void this.stop();
    }, idleMs);
    this.#idle.unref();
  }

  /** A listener's mistake must not take the channel down. */
  #guarded(listener: EventListener): EventListener {
    return (events) => {
      try {
        listener(events);
      } catch (error) {
        this.#log(`a listener failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    };
  }

  #log(line: string): void {
    this.#options.log?.(line);
  }
}

/** Stop waiting when the signal fires; the work itself goes on. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  signal.throwIfAborted();
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new DOMException('Stopped.', 'AbortError'));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
  }
}
