// Child processes: run one to its end, or keep one running and be sure that it ends with us.
import { spawn } from 'node:child_process';

const windows = process.platform === 'win32';
const alive = new Set();

/**
 * Runs a program to its end and returns its exit code and output. With `show` the program writes to our terminal itself and nothing is
 * collected; without it the caller decides what of the output is worth printing. Never throws for a non-zero exit code.
 */
export function run(command, args, { cwd, env = process.env, show = false, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'], shell: windows && /\.(cmd|bat)$/i.test(command) });
    alive.add(child);
    let output = '';
    let timedOut = false;
    const giveUp = (signal) => () => {
      timedOut = true;
      child.kill(signal);
    };
    const timers = timeoutMs ? [setTimeout(giveUp('SIGTERM'), timeoutMs), setTimeout(giveUp('SIGKILL'), timeoutMs + 15_000)] : [];
    const collect = (chunk) => { output += chunk; };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const finish = () => {
      timers.forEach(clearTimeout);
      alive.delete(child);
    };
    child.on('error', (error) => { finish(); reject(error); });
    child.on('close', (code, signal) => { finish(); resolve({ code: code ?? 1, signal, output, timedOut }); });
  });
}

/** Starts a long-running program in a process group of its own, so that its grandchildren can be ended with it. */
export function keep(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: !windows });
  child.inGroup = !windows;
  alive.add(child);
  child.on('close', () => alive.delete(child));
  return child;
}

function signalTree(child, signal) {
  try {
    if (child.inGroup) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // Already gone, which is what we want.
  }
}

/** Ends a program started with `keep`: politely, then after five seconds for good. */
export async function end(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = new Promise((resolve) => child.once('close', resolve));
    signalTree(child, 'SIGTERM');
    const timer = setTimeout(() => signalTree(child, 'SIGKILL'), 5000);
    await closed;
    clearTimeout(timer);
  }
  // Grandchildren may outlive the group's leader for a moment; nothing of ours may stay behind.
  if (child.inGroup) signalTree(child, 'SIGKILL');
  alive.delete(child);
}

// Whatever way this process ends, nothing it started survives it.
process.on('exit', () => alive.forEach((child) => signalTree(child, 'SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}
