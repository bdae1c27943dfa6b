// One lock file for work that must not run twice at once: a second start waits for the first instead of tripping over it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Advice, say } from './report.mjs';

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0; // Released while we looked.
  }
}

/** Runs `work` while holding `file`. A lock left behind by a process that no longer exists is taken over. */
export async function withLock(file, purpose, work, { timeoutMs = 20 * 60_000 } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const started = Date.now();
  let told = false;
  while (!take(file)) {
    const owner = ownerOf(file);
    if (owner && !isAlive(owner)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told && owner) say(`  waiting for process ${owner}, which is ${purpose} …`);
    told = true;
    if (Date.now() - started > timeoutMs) {
      throw new Advice(`Another process (${owner}) has been ${purpose} for a long time. End it, or delete ${file} if it is not running, and try again.`);
    }
    await sleep(500);
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}
