// What the scripts say to the person who runs them: one line a step, with seconds, and errors that say what to do.

/** An error whose message is written for the person at the terminal: printed as it is, without a stack. */
export class Advice extends Error {
  name = 'Advice';
}

/** Something this machine lacks, as part of a sentence: what needs it is skipped, visibly. */
export class Unavailable extends Error {
  name = 'Unavailable';
}

export const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

export const megabytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

export const say = (line) => process.stdout.write(`${line}\n`);

/** Runs one step and prints its name before it and its time after it. The step may return a short note to print. */
export async function step(title, work) {
  const started = Date.now();
  say(`▸ ${title}`);
  const result = await work();
  say(`  ${typeof result === 'string' ? `${result}, ` : ''}${seconds(started)}`);
  return result;
}

/** Ends a script: an Advice is printed as a sentence, anything else with its stack, because then it is our bug. */
export function endWith(error) {
  if (error instanceof Advice) process.stderr.write(`\n✗ ${error.message}\n`);
  else process.stderr.write(`\n✗ ${error?.stack ?? error}\n`);
  process.exit(1);
}

/** The last lines of a long output: what went wrong is nearly always there. */
export const tail = (text, lines = 15) => text.trimEnd().split('\n').slice(-lines).join('\n');
