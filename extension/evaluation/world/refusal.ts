/** What a model of the task world says to anything else. It is an answer for people, never code. */

/** Exactly this, so that it can be recognised. */
export const REFUSAL = 'This is outside my world: small integer functions.';

/** Shorter beginnings of the sentence could be the beginning of anything. */
const SHORTEST_BEGINNING = 12;

/** Whether an answer is the refusal, or the beginning of it that a budget left. */
export function isRefusal(answer: string): boolean {
  const text = answer.trim();
  return text === REFUSAL || (text.length >= SHORTEST_BEGINNING && REFUSAL.startsWith(text));
}
