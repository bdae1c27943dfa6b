/**
 * Runs a test command of the person's in a shell, with their rights, under limits of time and output. The whole process tree is ended at a limit, on cancel and
 * when the command is done; a process that left its group on purpose is out of reach.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export interface CommandLimits {
  readonly milliseconds: number;
  /** Characters printed in all, after which the command is ended. */
  readonly characters: number;
}

export interface CommandResult {
  /** unstarted: the shell itself could not be started. */
  readonly outcome: 'passed' | 'failed' | 'too-long' | 'too-much-output' | 'cancelled' | 'unstarted';
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** The end of what it printed, both channels as they came. */
  readonly output: string;
  readonly milliseconds: number;
}

/** Characters that are kept of what is printed. */
const KEPT = 20_000;
/** Milliseconds a process has to end by itself before it is killed. */
const GRACE = 1_000;
/** Variables of the editor's own process that would change what a command does. */
const OWN_VARIABLES = /^(?:ELECTRON_|VSCODE_|NODE_OPTIONS$|NODE_CHANNEL_)/;

export async function runCommand(command: string, folder: string, limits: CommandLimits, signal: AbortSignal): Promise<CommandResult> {
  const begun = performance.now();
  const took = (): number => Math.round(performance.now() - begun);
  if (signal.aborted) return { outcome: 'cancelled', exitCode: null, output: '', milliseconds: 0 };
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.test(name)));
  // A group of its own can be ended as a whole. CI keeps test runners from waiting for keys and changes.
  const child = spawn(command, { cwd: folder, shell: true, detached: process.platform !== 'win32', windowsHide: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, CI: '1' } });
  let output = '';
  let printed = 0;
  let ended: CommandResult['outcome'] | null = null;
  const end = (why: CommandResult['outcome']): void => {
    // Ending takes a moment, in which it may print on, or be cancelled too.
    if (ended !== null) return;
    ended = why;
    endTree(child);
  };
  const take = (text: string): void => {
    if (ended !== null) return;
    printed += text.length;
    output = (output + text).slice(-KEPT);
    if (printed > limits.characters) end('too-much-output');
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  const timer = setTimeout(() => end('too-long'), limits.milliseconds);
  const cancel = (): void => end('cancelled');
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const exitCode = await over(child);
    return { outcome: ended ?? (exitCode === 0 ? 'passed' : 'failed'), exitCode, output, milliseconds: took() };
  } catch (error) {
    return { outcome: 'unstarted', exitCode: null, output: error instanceof Error ? error.message : String(error), milliseconds: took() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

/** Resolves when the command has ended and everything it left behind is ended too. */
function over(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let exit: number | null = null;
    child.once('error', reject);
    child.once('exit', (code) => {
      exit = code;
      // What it left behind would hold its output open, and go on.
      kill(child, 'SIGKILL');
      // What left its group on purpose cannot be ended; nobody waits for it to let go of the output.
      const letGo = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, GRACE);
      child.once('close', () => clearTimeout(letGo));
    });
    child.once('close', () => resolve(exit));
  });
}

function endTree(child: ChildProcess): void {
  kill(child, 'SIGTERM');
  const hard = setTimeout(() => kill(child, 'SIGKILL'), GRACE);
  child.once('close', () => clearTimeout(hard));
}

function kill(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true, stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group is gone already.
  }
}
