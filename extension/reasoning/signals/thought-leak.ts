/**
 * Leak of thoughts into the answer: sentences of the answer that begin as thoughts do. ThinkDial (arXiv 2508.18773) punishes such words
 * in training, because cutting thoughts short can move them into the answer. A word anywhere would be too many ("actually" is ordinary in
 * an explanation), so only the beginnings of sentences count, outside code.
 */

const OPENINGS = /^(?:wait|hmm+|hold on|let me (?:think|check|verify|see|re-?\w+)|actually, (?:no|wait|let)|alternatively|on second thought)\b/i;
/** Fenced and inline code, which is no wording. */
const CODE = /(`{3,}|~{3,})[\s\S]*?(?:\1|$)|`[^`\n]*`/g;

export interface LeakReading {
  /** Sentences that begin as thoughts do. */
  readonly leaks: number;
  readonly sentences: number;
}

export function leaksOf(answer: string): LeakReading {
  const sentences = answer
    .replace(CODE, ' ')
    .split(/(?<=[.!?…])\s+|\n+/)
    .map((sentence) => sentence.replace(/^[\s*_#>\-\d.)]+/, '').trim())
    .filter((sentence) => sentence !== '');
  return { leaks: sentences.filter((sentence) => OPENINGS.test(sentence)).length, sentences: sentences.length };
}
