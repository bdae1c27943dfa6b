/** Keys pressed while a run is live, in a terminal. */
import type { ReadStream } from 'node:tty';
import type { SteerCommand } from '../trace/events.ts';

/** Tokens that one press of `k` adds. */
export const KEEP_THINKING_STEP = 64;

/** What a key means, or null. `\u0003` is Ctrl+C, which raw mode hands over as a key. */
export function commandOfKey(key: string): SteerCommand | null {
  switch (key) {
    case 'a':
      return { kind: 'answer-now' };
    case 'k':
      return { kind: 'keep-thinking', tokens: KEEP_THINKING_STEP };
    case 'r':
      return { kind: 'release' };
    case 's':
    case '\u0003':
      return { kind: 'stop' };
    default:
      return null;
  }
}

export const keysLine = `a answer now · k keep thinking (${KEEP_THINKING_STEP} more) · r release · s stop`;

/** Listen until the function returned is called; the terminal is then as it was. */
export function listenToKeys(input: ReadStream, onCommand: (command: SteerCommand) => void): () => void {
  const onData = (data: Buffer | string): void => {
    for (const key of data.toString()) {
      const command = commandOfKey(key);
      if (command) onCommand(command);
    }
  };
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  return () => {
    input.off('data', onData);
    input.setRawMode(false);
    input.pause();
  };
}
