/** Drive the heart over a scripted model and collect what it emits. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../extension/reasoning/context.ts';
import { RunControl } from '../../extension/reasoning/control.ts';
import type { RunSettings } from '../../extension/reasoning/plan.ts';
import { runSampled } from '../../extension/reasoning/strategies/samples.ts';
import type { ToolBox } from '../../extension/reasoning/tools/port.ts';
import type { Outcome, RunEvent, RunEventOf, UnstampedEvent } from '../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { ScriptedModel, type Script } from './scripted-model.ts';

export interface ScriptedRun {
  readonly outcome: Outcome;
  readonly events: readonly RunEvent[];
  readonly view: RunView;
  readonly model: ScriptedModel;
  of<T extends RunEvent['type']>(type: T): RunEventOf<T>[];
}

/** Time that passes only as the test says. */
export class FakeClock implements Clock {
  time = 0;
  readonly #sleepers: { until: number; wake: () => void }[] = [];

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push({ until: this.time + milliseconds, wake: resolve });
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async advance(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    for (const sleeper of this.#sleepers) if (sleeper.until <= this.time) sleeper.wake();
    await nextTurn();
  }
}

/** Time that passes by sleeping, and in no other way. */
export class SleepingClock extends FakeClock {
  override sleep(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    return Promise.resolve();
  }
}

export interface ScriptedRunOptions {
  readonly script: Script;
  readonly settings?: Partial<RunSettings>;
  readonly clock?: FakeClock;
  /** Called with each event as it comes; may post commands. */
  readonly onEvent?: (event: RunEvent, control: RunControl, model: ScriptedModel) => void;
  readonly signal?: AbortSignal;
  readonly tools?: ToolBox;
}

export async function runScripted(options: ScriptedRunOptions): Promise<ScriptedRun> {
  const model = new ScriptedModel(options.script);
  const control = new RunControl(options.signal ?? new AbortController().signal);
  const clock = options.clock ?? new FakeClock();
  const events: RunEvent[] = [];
  const emit = (event: UnstampedEvent): void => {
    const stamped = { ...event, run: 'r', seq: events.length, at: clock.now() } as RunEvent;
    events.push(stamped);
    options.onEvent?.(stamped, control, model);
  };
  const settings: RunSettings = { run: 'r', question: 'What?', effort: 'high', seed: 1, ...options.settings };
  const outcome = await runSampled({ settings, model, control, clock, startedAt: '2026-01-01T00:00:00.000Z', tools: options.tools, emit });
  return {
    outcome,
    events,
    model,
    view: foldEvents(emptyView('r'), events),
    of: (type) => events.filter((event): event is RunEventOf<typeof type> => event.type === type) as never,
  };
}

export const words = (count: number, word = 'thought'): string[] => Array.from({ length: count }, (_, index) => `${word}${index} `);
