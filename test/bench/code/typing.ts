/**
 * A typing session in virtual time: requests per 100 keystrokes and what is served from memory or a request under way, beside a plain debounce
 * of 300 ms. The keystrokes are drawn from a seed (log-normal gaps, pauses between words, lines and thoughts, some corrections), not recorded
 * from a person. The model knows how the file goes on, in three of four places.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { completionIn } from '../../../extension/assist/ghost/gate.ts';
import { GhostWriter } from '../../../extension/assist/ghost/ghost-writer.ts';
import { createRandom } from '../../../extension/evaluation/world/random.ts';
import { VirtualTime } from '../../unit/assist/ghost/virtual-time.ts';

/** The file that is typed: one of ours, so that anyone has it. */
const FILE = join(import.meta.dirname, '..', '..', '..', 'extension', 'evaluation', 'interpreter', 'repair.ts');
const CHARACTERS = 1500;
const FIRST_TOKEN_MS = 120;
const TOKEN_MS = 12;
const DEBOUNCE_MS = 300;

interface Key {
  readonly at: number;
  readonly text: string;
}

export async function measureTyping(): Promise<string> {
  const file = readFileSync(FILE, 'utf8').slice(0, CHARACTERS);
  const keys = session(file);
  const { counts, most, idle } = await replay(file, keys);
  const plain = keys.filter((key, index) => (keys[index + 1]?.at ?? Infinity) - key.at >= DEBOUNCE_MS).length;
  const per100 = (requests: number): string => ((100 * requests) / keys.length).toFixed(1);
  return [
    `typing session of ${keys.length} keystrokes in ${(keys.at(-1)!.at / 1000).toFixed(0)} s (drawn from a seed), model of ${FIRST_TOKEN_MS} ms + ${TOKEN_MS} ms a token:`,
    `  requests per 100 keystrokes: ${per100(counts.requests)}; plain debounce of ${DEBOUNCE_MS} ms: ${per100(plain)}`,
    `  served from memory: ${per100(counts.cached)} per 100 keystrokes; from a request under way: ${per100(counts.joined)}`,
    `  share of what was served that needed no request of its own: ${((100 * (counts.cached + counts.joined)) / (counts.cached + counts.joined + counts.requests)).toFixed(1)} %`,
    `  requests in flight at once, most: ${most}; requests begun in ten minutes after the last keystroke: ${idle}`,
  ].join('\n');
}

function session(file: string): Key[] {
  const random = createRandom(11);
  const keys: Key[] = [];
  let [at, text] = [0, ''];
  const press = (next: string, pause: number): void => {
    at += pause;
    text = next;
    keys.push({ at, text });
  };
  // The median gap is 150 ms; a normal deviate as the sum of twelve uniform ones.
  const gap = (): number => 150 * Math.exp(0.45 * (Array.from({ length: 12 }, () => random.integer(0, 999) / 1000).reduce((sum, one) => sum + one, 0) - 6));
  for (const character of file) {
    const thought = character === '\n' ? 900 : /\W/.test(text.slice(-1)) && random.chance(0.2) ? 500 : random.chance(0.02) ? 2500 : 0;
    if (random.chance(0.03)) {
      press(`${text}q`, gap());
      press(text, gap() * 2);
    }
    press(text + character, gap() + thought);
  }
  return keys;
}

async function replay(file: string, keys: readonly Key[]): Promise<{ counts: GhostWriter['counts']; most: number; idle: number }> {
  const time = new VirtualTime();
  let [running, most] = [0, 0];
  const never = new AbortController().signal;
  const writer = new GhostWriter({
    where: 'local',
    now: () => time.now,
    wait: (milliseconds, signal) => time.wait(milliseconds, signal),
    threshold: () => null,
    log: () => undefined,
    write: async ({ prefix, suffix }, extent, _least, reply, signal) => {
      most = Math.max(most, (running += 1));
      const knows = file.startsWith(prefix) && prefix.length % 4 !== 0;
      const all = knows ? file.slice(prefix.length) : 'something else;\n';
      try {
        await time.wait(FIRST_TOKEN_MS, signal);
        for (let length = 4; length < all.length + 4; length += 4) {
          await time.wait(TOKEN_MS, signal);
          reply.grows(all.slice(0, length));
          const text = completionIn(all.slice(0, length), { prefix, suffix, extent, inWords: false }, length >= all.length);
          if (text !== null) reply.decided(text);
        }
      } catch {
        await time.wait(5, never);
      } finally {
        running -= 1;
      }
    },
  });
  let stop = new AbortController();
  for (const { at, text } of keys) {
    await time.pass(at);
    stop.abort();
    stop = new AbortController();
    void writer.complete({ prefix: text, suffix: '', snippets: () => [], languageId: 'typescript', asked: false }, stop.signal);
  }
  await time.pass(time.now + 60_000);
  const before = writer.counts.requests;
  await time.pass(time.now + 600_000);
  return { counts: { ...writer.counts }, most, idle: writer.counts.requests - before };
}
