/**
 * Where hunks belong in a text that has changed since they were made. A hunk has a place only while the lines it replaces stand as they
 * were; otherwise it is left out, so that nothing somebody has written meanwhile is ever overwritten.
 */
import { diffLines, type Hunk } from './line-diff.ts';

export type Placed =
  | { readonly kind: 'here'; readonly hunk: Hunk }
  /** The same change has been made already. */
  | { readonly kind: 'done' }
  /** The lines it is about have been changed in another way. */
  | { readonly kind: 'changed' };

/** One entry for each hunk of `base`, in order; those that have a place are hunks of `current`. */
export function placeHunks(base: readonly string[], hunks: readonly Hunk[], current: readonly string[]): Placed[] {
  const changes = diffLines(base, current);
  return hunks.map((hunk) => {
    if (changes.some((change) => isSame(change, hunk))) return { kind: 'done' };
    if (changes.some((change) => meets(change, hunk))) return { kind: 'changed' };
    const shift = changes.filter((change) => endOf(change) <= hunk.start).reduce((sum, { added, removed }) => sum + added.length - removed.length, 0);
    return { kind: 'here', hunk: { ...hunk, start: hunk.start + shift } };
  });
}

function endOf({ start, removed }: Hunk): number {
  return start + removed.length;
}

function isSame(change: Hunk, hunk: Hunk): boolean {
  return change.start === hunk.start && sameLines(change.removed, hunk.removed) && sameLines(change.added, hunk.added);
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

/** Whether a change touches the lines of a hunk. Lines put in at its edge do not, unless the hunk itself only puts lines in there. */
function meets(change: Hunk, hunk: Hunk): boolean {
  const [start, end] = [hunk.start, endOf(hunk)];
  if (start === end) return change.start <= start && start <= endOf(change) && (change.removed.length === 0 || (change.start < start && start < endOf(change)));
  if (change.removed.length === 0) return start < change.start && change.start < end;
  return change.start < end && start < endOf(change);
}
