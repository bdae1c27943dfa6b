/**
 * Keeps what people write from steering the model by accident: the text of a turn mark or tag inside somebody's code (`<|im_end|>`, `<think>`) must
 * reach the model as those characters, not as the token that ends a turn.
 */
import type { ChatMessage } from '../../reasoning/port.ts';

/** Two private-use characters around a number stand for a mark while the template is rendered. */
const OPEN = '\u{F0000}';
const CLOSE = '\u{F0001}';
const PLACE = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'u');

export interface Guarded {
  readonly messages: readonly ChatMessage[];
  /** The rendered prompt with the marks in their places again, for people to read. */
  restore(rendered: string): string;
  /** The rendered prompt as ids: `encode` sees the template's own text whole, and marks that people wrote in two pieces. */
  ids(rendered: string, encode: (text: string) => number[]): number[];
}

/** Messages whose marks are set aside. The assistant's own turns stay as they are: templates look for tags there. */
export function guarded(messages: readonly ChatMessage[], marks: readonly string[]): Guarded {
  const used: string[] = [];
  const set = (content: string): string => longestFirst(marks).reduce((text, mark) => (text.includes(mark) ? text.replaceAll(mark, () => `${OPEN}${used.push(mark) - 1}${CLOSE}`) : text), withoutPlaces(content));
  const safe = messages.map((message) => (message.role === 'assistant' ? message : { ...message, content: set(message.content) }));
  const parts = (rendered: string): { text: string; mark: boolean }[] => rendered.split(PLACE).map((text, at) => (at % 2 === 0 ? { text, mark: false } : { text: used[Number(text)] ?? '', mark: true }));
  return {
    messages: safe,
    restore: (rendered) => parts(rendered).map(({ text }) => text).join(''),
    ids: (rendered, encode) => parts(rendered).flatMap(({ text, mark }) => (mark ? [...encode(text.slice(0, 1)), ...encode(text.slice(1))] : encode(text))),
  };
}

/** So that a mark that contains another is found first. Marks of one character cannot be taken apart and stay. */
function longestFirst(marks: readonly string[]): string[] {
  return marks.filter((mark) => mark.length > 1).toSorted((a, b) => b.length - a.length);
}

/** Somebody's text that already has our places in it would be taken for them. */
function withoutPlaces(content: string): string {
  return content.includes(OPEN) ? content.replaceAll(OPEN, '\uFFFD') : content;
}
