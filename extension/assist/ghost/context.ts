/**
 * What a model sees beside the text around the cursor: pieces of files that are open or were just edited, those first that share the most words
 * with the code at hand. Everything within one budget, stated in UTF-16 units.
 */

export interface Snippet {
  readonly path: string;
  readonly text: string;
}

export interface OtherFile {
  readonly path: string;
  readonly text: string;
  /** Lines edited lately, counted from 0, the newest first. */
  readonly edited?: readonly number[];
}

export interface GhostContext {
  readonly prefix: string;
  readonly suffix: string;
  /** The most alike last, nearest to the code: that is where models look first. */
  readonly snippets: readonly Snippet[];
}

/** Shares of the budget. What the prefix leaves goes to the suffix, and what both leave to the snippets. */
const SHARE_PREFIX = 0.5;
const SHARE_SUFFIX = 0.2;
const SNIPPET_LINES = 24;
const MOST_SNIPPETS = 4;
/** Less than this share of words in common says nothing. */
const LEAST_ALIKE = 0.1;
/** Files larger than this are not looked through at a keystroke. */
const LARGEST_FILE = 200_000;
/** Edits lately made are likelier to matter than text that merely looks alike. */
const EDITED_BONUS = 0.2;

export function gatherContext(before: string, after: string, files: readonly OtherFile[], budget: number): GhostContext {
  const prefix = lastWholeLines(before, Math.floor(budget * SHARE_PREFIX));
  const suffix = firstWholeLines(after, Math.floor(budget * SHARE_SUFFIX));
  const near = wordsOf(prefix.slice(-1500) + suffix.slice(0, 500));
  const pieces = files.filter(({ text }) => text.length <= LARGEST_FILE && !text.includes('\0')).flatMap((file) => piecesOf(file, near));
  const chosen: Snippet[] = [];
  let left = budget - prefix.length - suffix.length;
  for (const { path, text } of pieces.toSorted((a, b) => b.alike - a.alike)) {
    if (chosen.length === MOST_SNIPPETS) break;
    if (text.length > left) continue;
    chosen.push({ path, text });
    left -= text.length;
  }
  return { prefix, suffix, snippets: chosen.reverse() };
}

interface Piece extends Snippet {
  readonly alike: number;
}

/** The best piece of a file by likeness, and the piece around its newest edit. */
function piecesOf({ path, text, edited = [] }: OtherFile, near: ReadonlySet<string>): Piece[] {
  const lines = text.split(/\r?\n/);
  const pieceAt = (start: number, bonus: number): Piece => {
    const piece = lines.slice(start, start + SNIPPET_LINES).join('\n');
    return { path, text: piece, alike: jaccard(wordsOf(piece), near) + bonus };
  };
  const starts = Array.from({ length: Math.max(1, Math.ceil((lines.length - SNIPPET_LINES / 2) / (SNIPPET_LINES / 2))) }, (_, index) => (index * SNIPPET_LINES) / 2);
  const best = starts.map((start) => pieceAt(start, 0)).reduce((a, b) => (b.alike > a.alike ? b : a));
  const [newest] = edited;
  const touched = newest === undefined ? [] : [pieceAt(Math.max(0, newest - SNIPPET_LINES / 2), EDITED_BONUS)];
  return [best, ...touched].filter(({ alike, text: piece }) => alike >= LEAST_ALIKE && piece.trim() !== '').slice(-1);
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/[A-Za-z_$][\w$]{2,}/g) ?? []);
}

/** Words in both over words in either. */
function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let both = 0;
  for (const word of a) if (b.has(word)) both += 1;
  return both / (a.size + b.size - both);
}

/** The beginning moves on in steps of this share of the room: what was found for a beginning of this place is still known a keystroke later. */
const STEPS = 8;

/** The end of a text from a line start on; a single longer line is cut where it must be, never inside a character. */
function lastWholeLines(text: string, room: number): string {
  if (text.length <= room) return text;
  const step = Math.max(1, Math.floor(room / STEPS));
  const cut = text.slice(Math.ceil((text.length - room) / step) * step);
  const line = cut.indexOf('\n');
  return line >= 0 && line < cut.length - 1 ? cut.slice(line + 1) : cut.replace(/^[\uDC00-\uDFFF]/, '');
}

function firstWholeLines(text: string, room: number): string {
  if (text.length <= room) return text;
  const cut = text.slice(0, room);
  const line = cut.lastIndexOf('\n');
  return line > 0 ? cut.slice(0, line) : cut.replace(/[\uD800-\uDBFF]$/, '');
}
