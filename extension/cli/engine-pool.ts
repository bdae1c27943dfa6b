/** Several engine processes that share work on one model. Each takes a wave of items at a time, in the order given. */
import { availableParallelism } from 'node:os';
import { EngineClient } from '../engine/client.ts';
import type { ModelRef } from '../runs/service.ts';

const MOST_ENGINES = 4;

export interface PoolOptions {
  /** The engine's entry file. */
  readonly entry: string;
  /** Items at a time in one process. */
  readonly wave: number;
  /** Processes; absent: one for each processor core, at most four. They start with the first run. */
  readonly count?: number | undefined;
}

export class EnginePool {
  readonly #wave: number;
  readonly #clients: readonly EngineClient[];

  constructor({ entry, wave, count = Math.min(MOST_ENGINES, availableParallelism()) }: PoolOptions) {
    this.#wave = wave;
    this.#clients = Array.from({ length: count }, () => new EngineClient({ entry }));
  }

  get count(): number {
    return this.#clients.length;
  }

  /** The first process, for what only one has to answer. */
  get first(): EngineClient {
    return this.#clients[0]!;
  }

  /** Do the work on every item. Rejects with the first failure, or with an AbortError when the signal fires. */
  async run<T>(model: ModelRef, items: readonly T[], work: (client: EngineClient, item: T, contextLength: number, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    const waiting = [...items];
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const serve = async (client: EngineClient): Promise<void> => {
      const { contextLength } = await client.describe(model, either);
      while (waiting.length > 0 && !either.aborted) {
        await Promise.all(waiting.splice(0, this.#wave).map((item) => work(client, item, contextLength, either)));
      }
    };
    try {
      await Promise.all(
        this.#clients.map((client) =>
          serve(client).catch((error: unknown) => {
            failed.abort();
            throw error;
          }),
        ),
      );
    } finally {
      failed.abort();
    }
    signal.throwIfAborted();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.dispose()));
  }
}
