/** Long computations that can be stopped. */
import { setImmediate as nextTurn } from 'node:timers/promises';

const LONGEST_TURN_MS = 100;

/** All that a long computation gives, with the event loop let in between, so that Ctrl+C is heard. */
export async function stoppable<T>(items: Iterable<T>, signal: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  let letIn = performance.now();
  for (const item of items) {
    all.push(item);
    if (performance.now() - letIn < LONGEST_TURN_MS) continue;
    await nextTurn();
    signal.throwIfAborted();
    letIn = performance.now();
  }
  return all;
}
