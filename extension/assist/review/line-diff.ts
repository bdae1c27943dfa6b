/**
 * The difference between two texts as hunks of lines: Myers' greedy algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986),
 * after what is the same at both ends has been set aside.
 */

/** Lines of the first text, from `start`, that give way to others. One of the two lists may be empty, never both. */
export interface Hunk {
  readonly start: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Texts that differ in more lines than this are one hunk: no one could review them line by line. */
const MOST_DIFFERENCES = 1500;

export function splitLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

export function diffLines(before: readonly string[], after: readonly string[]): Hunk[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  if (a.length === 0 && b.length === 0) return [];
  const pairs = a.length === 0 || b.length === 0 ? [] : commonLines(a, b);
  return between(pairs ?? [], a, b, head);
}

/** The text with the hunks carried out. They must be of this very text and in order. */
export function applyHunks(before: readonly string[], hunks: readonly Hunk[]): string[] {
  const after: string[] = [];
  let at = 0;
  for (const { start, removed, added } of hunks) {
    after.push(...before.slice(at, start), ...added);
    at = start + removed.length;
  }
  return [...after, ...before.slice(at)];
}

type Pair = readonly [number, number];

/** A longest common subsequence as pairs of line numbers, or null where the texts differ too much. */
function commonLines(a: readonly string[], b: readonly string[]): Pair[] | null {
  const offset = MOST_DIFFERENCES + 1;
  let furthest = new Int32Array(2 * offset + 1);
  const history: Int32Array[] = [];
  for (let d = 0; d <= Math.min(MOST_DIFFERENCES, a.length + b.length); d += 1) {
    history.push(furthest.slice(offset - d - 1, offset + d + 2));
    const next = furthest.slice();
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && furthest[offset + k - 1]! < furthest[offset + k + 1]!);
      let x = down ? furthest[offset + k + 1]! : furthest[offset + k - 1]! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next[offset + k] = x;
      if (x >= a.length && x - k >= b.length) return traced(history, a.length, b.length);
    }
    furthest = next;
  }
  return null;
}

/** Back from the end along the furthest points: every diagonal step is a line both have. */
function traced(history: readonly Int32Array[], rows: number, columns: number): Pair[] {
  const pairs: Pair[] = [];
  let [x, y] = [rows, columns];
  for (let d = history.length - 1; d >= 0; d -= 1) {
    const furthest = (k: number): number => history[d]![k + d + 1]!;
    const k = x - y;
    const down = k === -d || (k !== d && furthest(k - 1) < furthest(k + 1));
    const from = down ? k + 1 : k - 1;
    const [startX, startY] = d === 0 ? [0, 0] : [furthest(from), furthest(from) - from];
    const [afterX, afterY] = d === 0 ? [0, 0] : down ? [startX, startY + 1] : [startX + 1, startY];
    while (x > afterX && y > afterY) pairs.push([--x, --y]);
    [x, y] = [startX, startY];
  }
  return pairs.reverse();
}

/** The hunks are what lies between the lines both have. */
function between(pairs: readonly Pair[], a: readonly string[], b: readonly string[], head: number): Hunk[] {
  const hunks: Hunk[] = [];
  let [x, y] = [0, 0];
  for (const [i, j] of [...pairs, [a.length, b.length] as const]) {
    if (i > x || j > y) hunks.push({ start: head + x, removed: a.slice(x, i), added: b.slice(y, j) });
    [x, y] = [i + 1, j + 1];
  }
  return hunks;
}
