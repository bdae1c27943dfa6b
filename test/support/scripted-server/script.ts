/** What the scripted model says: the default echo reasoner, and where in a script a partly written message stands. */
import type { ChatBody, Profile, Script, ScriptInput } from './types.ts';

const STEPS: Readonly<Record<string, number>> = { none: 0, minimal: 2, low: 4, medium: 8, high: 16 };
const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** Text in pieces of about the size of real tokens: words with their leading space. */
export function tokenize(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

/** Thinks in numbered steps (more at higher effort) and answers by repeating the question. Counts when asked to, like any model can. */
export function echoReasoner({ question, effort }: Pick<ScriptInput, 'question' | 'effort'>): Script {
  if (/count from one to ten/i.test(question)) {
    return { thinking: tokenize('\nThat is easy.\n'), answer: NUMBERS.map((word, index) => (index === 0 ? word : ` ${word}`)) };
  }
  const steps = STEPS[effort] ?? 8;
  const thoughts = Array.from({ length: steps }, (_, index) => `Step ${index + 1}: I look at it in way ${index + 1}.\n`).join('');
  const subject = question.split('\n')[0]?.trim() ?? '';
  return { thinking: tokenize(`\n${thoughts}`), answer: tokenize(`You asked: ${subject} My answer is ${subject.length}.`) };
}

/** The part of a script still to be said, and in which part it starts. */
export interface Rest {
  readonly thinking: readonly string[];
  readonly answer: readonly string[];
  /** The request stands inside the thoughts or after them; null when it starts afresh. */
  readonly inside: 'thinking' | 'answer' | null;
}

function consumed(tokens: readonly string[], text: string): number {
  let from = 0;
  let index = 0;
  for (; index < tokens.length; index += 1) {
    const token = tokens[index]!.trim();
    const at = text.indexOf(token, from);
    if (at < 0) break;
    from = at + token.length;
  }
  return index;
}

/** Where the script goes on for this request: from a partly written assistant message if the profile takes one. */
export function restOfScript(script: Script, body: ChatBody, profile: Profile): Rest {
  const last = body.messages?.at(-1);
  const thinks = profile.thoughts !== 'none' && !(profile.honoursThinkingOff && thinkingOff(body));
  const fresh: Rest = { thinking: thinks ? script.thinking : [], answer: script.answer, inside: null };
  if (last?.role !== 'assistant' || !continues(body, profile)) return fresh;
  const content = last.content ?? '';
  const separate = last.reasoning_content ?? last.reasoning;
  const closed = separate === undefined ? !content.includes('<think>') || content.includes('</think>') : body.continue_final_message !== 'reasoning_content';
  const thoughts = separate ?? content.split('</think>')[0]!.replace('<think>', '');
  const answer = separate === undefined ? (content.split('</think>')[1] ?? (closed ? content : '')) : content;
  if (!closed) return { thinking: script.thinking.slice(consumed(script.thinking, thoughts)), answer: script.answer, inside: 'thinking' };
  return { thinking: [], answer: script.answer.slice(consumed(script.answer, answer)), inside: 'answer' };
}

function continues(body: ChatBody, profile: Profile): boolean {
  if (profile.prefix === 'trailing') return true;
  const flagged = Boolean(body.continue_final_message) && body.add_generation_prompt === false;
  const separate = body.messages?.at(-1)?.reasoning_content !== undefined;
  return flagged && (profile.prefix === 'reasoning' ? separate : profile.prefix === 'flags');
}

export function thinkingOff(body: ChatBody): boolean {
  return body.reasoning_effort === 'none' || body.chat_template_kwargs?.enable_thinking === false;
}
