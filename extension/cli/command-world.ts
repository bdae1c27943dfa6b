/** What a command touches, from outside, so that it can be tested; and what all commands do with a failure. */
import { isCancellation, ReasoningError } from '../reasoning/errors.ts';
import { exitCodeOfError, exitCodes } from './exit-codes.ts';

export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface CommandWorld {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Where relative paths begin. */
  readonly folder: string;
  /** The repository. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/** Run the command. Returns the exit code; never throws. */
export async function command(world: CommandWorld, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (world.signal.aborted && isCancellation(error)) {
      world.stderr.write('Stopped.\n');
      return exitCodes.interrupted;
    }
    const failure = ReasoningError.from(error);
    world.stderr.write(`${failure.message}\n`);
    return exitCodeOfError(failure.reason);
  }
}

/** What was recorded survives a stop: say how to go on with it. */
export async function kept<T>(world: CommandWorld, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (world.signal.aborted && isCancellation(error)) world.stderr.write(`What was recorded is kept; go on with --resume ${path}\n`);
    throw error;
  }
}
