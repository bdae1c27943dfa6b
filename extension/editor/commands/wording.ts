/** Questions in the words the bundled model knows best, where the code itself says what is missing. Any model understands them. */
import { checkAgainstExamples } from '../../evaluation/interpreter/check.ts';
import { findHole } from '../../evaluation/interpreter/hole.ts';
import { parseProgram } from '../../evaluation/interpreter/parser.ts';
import { said } from '../../trace/said.ts';
import type { Ask } from '../runs/requests.ts';

/** What one would ask about unfinished, faulty or printing code; null for code that leaves it open. Not translated: it is for the model. */
export function suggestedQuestion(code: string): string | null {
  const hole = findHole(code);
  if (hole) {
    const name = lastFunctionName(code.slice(0, hole.start));
    return name === null ? 'Fill in the hole.' : `Complete ${name}`;
  }
  if (!parses(code)) return null;
  const [first] = checkAgainstExamples(code).violated;
  if (first) return `Fix ${first.call.split('(')[0] ?? ''}`;
  return /\bconsole\.log\(/.test(code) ? 'What does this print?' : null;
}

/**
 * Whether a question is plainly none that the bundled model was made for: there is no code, the code is not of its small language, or no
 * word of the question asks for one of its skills. A cheap guess, good enough for a hint.
 */
export function isBeyondBundled(question: string, code: string | undefined): boolean {
  if (code === undefined || (suggestedQuestion(code) === null && !parses(code))) return true;
  return !/\b(?:fix|repair|correct|complet|fill|hole|print|output|log|predict|return|result|value|giv|what is)/i.test(question);
}

/** A question with code typed below it: the code goes to the model as code. Text that is not plainly code stays as it was written. */
export function withCodeApart(ask: Ask): Ask {
  if (ask.context) return ask;
  const [question = '', ...rest] = ask.question.trim().split('\n');
  const code = rest.join('\n').trim();
  if (code === '' || question.trim() === '' || !parses(code)) return ask;
  return { ...ask, question: question.trim().replace(/:$/, ''), context: { label: said('code in the question'), languageId: 'javascript', code } };
}

function lastFunctionName(text: string): string | null {
  return [...text.matchAll(/\b(?:const|let|function)\s+([A-Za-z_$][\w$]*)/g)].at(-1)?.[1] ?? null;
}

function parses(code: string): boolean {
  try {
    return parseProgram(code).body.length > 0;
  } catch {
    return false;
  }
}
