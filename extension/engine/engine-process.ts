/** One engine process: started, spoken to, watched, and ended. Restarting is the client's business. */
import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate as immediate } from 'node:timers/promises';
import * as v from 'valibot';
import { CancellationTokenSource, ConnectionError, createMessageConnection, ErrorCodes, IPCMessageReader, IPCMessageWriter, ResponseError, type MessageConnection } from 'vscode-jsonrpc/node';
import { ReasoningError } from '../reasoning/errors.ts';
import type { RunEvent } from '../trace/events.ts';
import { CANCELLED, check, errorDataSchema, eventsNotification, PROTOCOL, REASONING_ERROR, requests } from './contract.ts';
import { reasonOf, type ExitStatus } from './exit-status.ts';
import { Heartbeat } from './heartbeat.ts';
import { said } from '../trace/said.ts';

export interface EngineProcessOptions {
  /** The engine's entry file. */
  readonly entry: string;
  /** A Node to run it with; absent: the host's own. */
  readonly execPath?: string | undefined;
  readonly startMs: number;
  readonly heartbeatMs: number;
  /** Beats of silence before the process counts as hung. */
  readonly heartbeatLimit: () => number;
  readonly log: (line: string) => void;
  readonly onEvents: (run: string, events: readonly RunEvent[]) => void;
}

/** How long a process that was asked to end may take before it is killed. */
const GRACE_MS = 3000;
const LAST_LINES = 2000;

type Requests = typeof requests;

export class EngineProcess {
  /** Settles when the process is gone. Never rejects. */
  readonly exited: Promise<ExitStatus>;
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #heartbeat: Heartbeat;
  #killedBecause: string | undefined;
  #lastHeard = 0;
  #eventsArrived = 0;
  #eventsHandled = 0;

  private constructor(options: EngineProcessOptions) {
    this.#child = fork(options.entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // The host's own flags (debugging, inspection) are not for this process. A bundle needs none; the source needs type stripping.
      execArgv: extname(options.entry) === '.ts' ? ['--disable-warning=ExperimentalWarning'] : [],
      env: environment(),
      ...(options.execPath ? { execPath: options.execPath } : {}),
    });
    const lastLines = this.#readOutput(options.log);
    this.exited = this.#watchExit(lastLines, options.log);
    this.#connection = createMessageConnection(new IPCMessageReader(this.#child), new IPCMessageWriter(this.#child));
    this.#connection.onError(([error]) => options.log(`engine channel: ${error.message}`));
    this.#connection.onNotification(eventsNotification.method, (data: unknown) => this.#receive(data, options));
    this.#connection.listen();
    this.#child.on('message', (message) => {
      if (isEvents(message)) this.#eventsArrived += 1;
      this.#lastHeard = performance.now();
      this.#heartbeat.heard();
    });
    this.#heartbeat = new Heartbeat({
      intervalMs: options.heartbeatMs,
      limit: options.heartbeatLimit,
      ping: () => this.ping(),
      onSilence: (milliseconds) => this.kill(`it did not answer for ${Math.round(milliseconds / 1000)} seconds and was ended`),
    });
    void this.exited.then(() => {
      this.#heartbeat.stop();
      this.#connection.dispose();
    });
  }

  /** Start a process and wait until it speaks. Throws `engine-unavailable` with what it said instead. */
  static async start(options: EngineProcessOptions): Promise<EngineProcess> {
    const engine = new EngineProcess(options);
    const timer = setTimeout(() => engine.kill(`it did not start within ${Math.round(options.startMs / 1000)} seconds`), options.startMs);
    const failed = engine.exited.then((status) => {
      throw new ReasoningError('engine-unavailable', said('The engine for local models could not start: {0}.', reasonOf(status)), { cause: status.lastLines });
    });
    try {
      const hello = await Promise.race([engine.request('hello', {}, new AbortController().signal), failed]);
      if (hello.protocol !== PROTOCOL) throw new ReasoningError('engine-unavailable', said('The engine is of another version than the extension. Reload the window.'));
      return engine;
    } catch (error) {
      engine.kill('it could not be used');
      // The channel closes a moment before the exit status arrives, and the status says more.
      if (ReasoningError.is(error, 'engine-crashed')) return await failed;
      throw error;
    } finally {
      clearTimeout(timer);
      failed.catch(() => undefined);
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** `performance.now()` of the last message from the process. */
  get lastHeard(): number {
    return this.#lastHeard;
  }

  /** Ask, and check the answer. An abort is passed on; the answer is still waited for. Rejects with a `ReasoningError` or an AbortError. */
  async request<K extends keyof Requests>(name: K, params: v.InferInput<Requests[K]['params']>, signal: AbortSignal): Promise<v.InferOutput<Requests[K]['result']>> {
    const { method, result } = requests[name];
    const source = new CancellationTokenSource();
    const cancel = (): void => source.cancel();
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return check(result, await this.#connection.sendRequest(method, params, source.token), method) as v.InferOutput<Requests[K]['result']>;
    } catch (error) {
      throw translate(error);
    } finally {
      signal.removeEventListener('abort', cancel);
      source.dispose();
    }
  }

  ping(): void {
    this.#connection.sendRequest(requests.ping.method, {}).catch(() => undefined);
  }

  kill(because: string): void {
    this.#killedBecause ??= because;
    this.#child.kill('SIGKILL');
  }

  /** Let it end by itself, then make it. */
  async stop(): Promise<void> {
    this.#killedBecause ??= 'it was no longer needed';
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.exited;
    clearTimeout(timer);
  }

  /** Resolves when the process is gone and everything it had said is handled: its last messages are read after its exit is known. */
  async #watchExit(lastLines: () => string, log: (line: string) => void): Promise<ExitStatus> {
    const child = this.#child;
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.on('error', (error) => {
        log(`engine: ${error.message}`);
        if (child.pid !== undefined) return;
        this.#killedBecause = `it could not be started (${error.message})`;
        resolve({ code: null, signal: null });
      });
    });
    const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
    const status = await ended;
    if (child.connected) await disconnected;
    while (this.#eventsHandled < this.#eventsArrived) await immediate();
    return { ...status, killedBecause: this.#killedBecause, lastLines: lastLines() };
  }

  #receive(data: unknown, options: EngineProcessOptions): void {
    this.#eventsHandled += 1;
    try {
      const { run, events } = check(eventsNotification.params, data, eventsNotification.method);
      options.onEvents(run, events);
    } catch (error) {
      options.log(`engine events: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Native code and Node print what they like: it goes to the log, line by line. Returns a reader of the last lines on stderr. */
  #readOutput(log: (line: string) => void): () => string {
    let last = '';
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (piece: string) => {
        if (stream === this.#child.stderr) last = (last + piece).slice(-LAST_LINES);
        const lines = (rest + piece).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) log(`engine: ${line}`);
      });
    }
    return () => last;
  }
}

function isEvents(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'method' in message && message.method === eventsNotification.method;
}

function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  // Inside the editor the host's own Node is the editor's binary, told to behave as Node.
  return process.versions['electron'] === undefined ? env : { ...env, ELECTRON_RUN_AS_NODE: '1' };
}

function translate(error: unknown): Error {
  if (error instanceof ResponseError) {
    if (error.code === CANCELLED) return new DOMException('Stopped.', 'AbortError');
    const data = v.safeParse(errorDataSchema, error.data);
    if (error.code === REASONING_ERROR && data.success) return new ReasoningError(data.output.reason, error.message);
    return new ReasoningError(CLOSED.has(error.code) ? 'engine-crashed' : 'internal', error.message, { cause: error });
  }
  if (error instanceof ConnectionError) return new ReasoningError('engine-crashed', said('The engine stopped.'), { cause: error });
  return ReasoningError.from(error);
}

/** Codes of requests that lost their channel. */
const CLOSED: ReadonlySet<number> = new Set([ErrorCodes.MessageWriteError, ErrorCodes.PendingResponseRejected, ErrorCodes.ConnectionInactive]);
