/** A trial answer from a reply of its own: read to its limit or to what it was to show, then hung up. */
import type { Probe, ProbeOptions } from '../../reasoning/port.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { Piece } from './transcript.ts';

/** `injected`: tokens of ours before it. A chunk that goes beyond the limit is left out. */
export async function tryAnswer(reader: ReplyReader, injected: number, { limit, stopAt }: ProbeOptions, signal: AbortSignal): Promise<Probe> {
  const pieces: Piece[] = [];
  let [generated, text, ended, closed] = [0, '', false, false];
  const over = (): boolean => ended || generated >= limit || stopAt?.some((stop) => text.includes(stop)) === true;
  try {
    read: while (!over()) {
      for (const piece of await reader.next(signal)) {
        if (piece.mark === 'end') ended = true;
        if (piece.mark === 'end' || piece.mark === 'cut' || generated + piece.count > limit || over()) break read;
        if (piece.mark === 'thinking-end') closed = true;
        text += piece.text;
        generated += piece.count;
        pieces.push(piece);
      }
    }
  } finally {
    reader.abort();
  }
  return { text, injected, generated, ended, closed, ...figuresOf(pieces.filter(({ count }) => count > 0)) };
}

/** A look at what would come first, without having it: a server generates that one token all the same. */
export async function lookAhead(reader: ReplyReader, injected: number, signal: AbortSignal): Promise<Probe> {
  try {
    for (;;) {
      for (const { count, mark, leastEntropy } of await reader.next(signal)) {
        if (count === 0 && mark !== 'end' && mark !== 'cut') continue;
        return { text: '', injected, generated: count, ended: mark === 'end', ...(leastEntropy === undefined ? {} : { entropy: leastEntropy }) };
      }
    }
  } finally {
    reader.abort();
  }
}

/** Only where every token has its figure: the lists go by token. */
function figuresOf(pieces: readonly Piece[]): Pick<Probe, 'logprobs' | 'lengths'> {
  const logprobs = pieces.flatMap(({ count, logprob }) => (count === 1 && logprob !== undefined ? [logprob] : []));
  return logprobs.length === pieces.length && pieces.length > 0 ? { logprobs, lengths: pieces.map(({ text }) => text.length) } : {};
}
