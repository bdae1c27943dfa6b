/**
 * A model for servers that play a real one's wire format: it has a tokenizer, a chat template (ChatML with <think>) and a script, and goes on from any text
 * that stands in the assistant's turn. So a prompt in tokens, a prompt in text and a chat all meet the same model, as they do on a real server.
 */

export interface Message {
  readonly role: string;
  readonly content?: unknown;
  readonly reasoning_content?: string;
}

export interface ToyScript {
  readonly thinking: readonly string[];
  readonly answer: readonly string[];
  /** Also what it says to the questions that a server is tried with. */
  readonly always?: true;
}

export interface RenderOptions {
  readonly think?: boolean;
  /** The template writes the open tag itself. */
  readonly opens?: boolean;
}

const TAGS = ['<|im_start|>', '<|im_end|>', '<think>', '</think>', '<|channel|>'];
const SPLIT = new RegExp(`(${TAGS.map((tag) => tag.replace(/[|]/g, '\\|')).join('|')}|\\n+|\\s*[^\\s<]+|<|\\s+)`, 'g');
const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

export class ToyTokenizer {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];

  tokenize(text: string): number[] {
    return (text.match(SPLIT) ?? []).map((piece) => this.id(piece));
  }

  id(piece: string): number {
    const known = this.#ids.get(piece);
    if (known !== undefined) return known;
    this.#texts.push(piece);
    this.#ids.set(piece, this.#texts.length + 99);
    return this.#texts.length + 99;
  }

  text(id: number): string {
    return this.#texts[id - 100] ?? '�';
  }

  detokenize(ids: readonly number[]): string {
    return ids.map((id) => this.text(id)).join('');
  }
}

/** The prompt up to where the assistant's reply begins. */
export function render(messages: readonly Message[], { think = true, opens = false }: RenderOptions = {}): string {
  const turns = messages.map(({ role, content }) => `<|im_start|>${role}\n${String(content)}<|im_end|>\n`).join('');
  return `${turns}<|im_start|>assistant\n${think ? (opens ? '<think>\n' : '') : '<think>\n\n</think>\n\n'}`;
}

/** What the model would say to this question, token by token, unless the test says otherwise. */
export function scriptFor(question: string, own: (question: string) => ToyScript): ToyScript {
  const said = own(question);
  if (said.always) return said;
  if (/count from one to ten/i.test(question)) return { thinking: ['That', ' is', ' easy', '.', '\n'], answer: NUMBERS.map((word, index) => (index === 0 ? word : ` ${word}`)) };
  if (/9\.11/.test(question)) return { thinking: Array.from({ length: 60 }, (_, index) => ` digit${index}`), answer: ['9.9'] };
  return said;
}

/** The rest of the reply from where the prompt stands; tags are tokens of their own. */
export function* goOn(prompt: string, own: (question: string) => ToyScript): Generator<string> {
  const at = prompt.lastIndexOf('<|im_start|>assistant\n');
  const begun = prompt.slice(at + '<|im_start|>assistant\n'.length);
  const question = prompt.slice(0, at).split('<|im_start|>user\n').at(-1)?.split('<|im_end|>')[0] ?? '';
  const script = scriptFor(question, own);
  const closed = begun.lastIndexOf('</think>');
  if (closed >= 0 || (begun !== '' && !begun.includes('<think>'))) {
    yield* rest(script.answer, closed >= 0 ? begun.slice(closed + '</think>'.length) : begun);
    return;
  }
  if (!begun.includes('<think>')) yield* ['<think>', '\n'];
  yield* rest(script.thinking, begun);
  yield* ['</think>', '\n\n'];
  yield* script.answer;
}

function rest(tokens: readonly string[], text: string): readonly string[] {
  let from = 0;
  let index = 0;
  for (; index < tokens.length; index += 1) {
    const token = tokens[index]!.trim();
    const at = text.indexOf(token, from);
    // A word is only there if it is there whole: "t1" is not in "t12".
    if (at < 0 || /^\w/.test(text.slice(at + token.length))) break;
    from = at + token.length;
  }
  return tokens.slice(index);
}

/** Tokens told apart into thoughts and answer, as a server with a reasoning parser does; `end` marks the tag itself. */
export function* parsed(tokens: Iterable<string>, inThoughts: boolean): Generator<{ readonly part: 'thinking' | 'answer' | 'tag'; readonly text: string }> {
  let part: 'thinking' | 'answer' = inThoughts ? 'thinking' : 'answer';
  for (const text of tokens) {
    if (text === '<think>') part = 'thinking';
    else if (text === '</think>') part = 'answer';
    yield { part: text === '<think>' || text === '</think>' ? 'tag' : part, text };
  }
}
