/** The question every server is tried with: whether a begun count is gone on with tells a continuation from a fresh start. */

export const QUESTION = { role: 'user', content: 'Count from one to ten in words, separated by single spaces. Write nothing else.' } as const;
export const BEGUN = 'one two three';
export const THOUGHT = 'I only have to count.';
/** Tokens of a begun count that is gone on with. */
export const CONTINUED = 8;
export const GOES_ON = /^[\s,.*]*four\b/i;
