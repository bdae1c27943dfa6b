/** How fast a model on this machine was in one run, read from the run's events, in the terms in which a server's speed is measured. */
import type { SpeedSample } from '../models/remote/speed.ts';
import type { RunEvent } from '../trace/events.ts';

/** Null where nothing came, or where a person held the run or stepped in: then the time is not the model's. */
export function speedSampleOf(events: readonly RunEvent[]): SpeedSample | null {
  const started = events.find((event) => event.type === 'started');
  const generated = events.filter((event) => event.type === 'tokens' && event.source === 'model' && event.count > 0);
  const [first, last] = [generated[0], generated.at(-1)];
  if (!started || !first || !last || events.some(({ type }) => type === 'hold' || type === 'steer')) return null;
  const tokens = generated.reduce((sum, event) => sum + (event.type === 'tokens' ? event.count : 0), 0);
  // Tokens come in batches of 16 ms, so a first one at once still took a moment.
  return { prompt: started.prompt.tokens, firstMs: Math.max(1, first.at - started.at), tokens, restMs: last.at - first.at };
}
