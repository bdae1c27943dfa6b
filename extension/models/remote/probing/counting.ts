/** The question every server is tried with: whether a begun count is gone on with tells a continuation from a fresh start. */

export const QUESTION = { role: 'user', content: 'Count from one to ten in words, separated by single spaces. Write nothing else.' } as const;
/** A question that makes a model think. */
export const THINKER = { role: 'user', content: 'Which is larger, 9.11 or 9.9? Before you answer, think in at least ten sentences about how decimal places work.' } as const;
export const BEGUN = 'one two three';
export const THOUGHT = 'I only have to count.';
/** Tokens of a begun count that is gone on with. */
export const CONTINUED = 8;
export const GOES_ON = /^[\s,.*]*four\b/i;
