/** SHA-256 of a model's files: the name under which calibrations and traces know it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const known = new Map<string, string>();

/**
 * Hex SHA-256 of the files. One file: its plain hash. Several: the hash of their hashes, in order.
 * A file of unchanged size and modification time is hashed once per process.
 */
export async function hashFiles(paths: readonly string[], signal: AbortSignal): Promise<string> {
  const hashes: string[] = [];
  for (const path of paths) hashes.push(await hashFile(path, signal));
  if (hashes.length === 1) return hashes[0]!;
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const key = `${path}\n${size}\n${mtimeMs}`;
  const before = known.get(key);
  if (before) return before;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, signal })) hash.update(chunk as Buffer);
  const hex = hash.digest('hex');
  known.set(key, hex);
  return hex;
}
