/** Streaming markdown: parsed anew as it grows, but only blocks that changed are rebuilt, so a selection and the scroll stay put. */
import MarkdownIt, { type Env, type Token } from 'markdown-it';
import { el } from '../dom.ts';
import type { OnCode } from './code-actions.ts';
import { toElements } from './elements.ts';

const parser = new MarkdownIt({ html: false, linkify: false, typographer: false });

interface Block {
  readonly key: string;
  readonly tokens: readonly Token[];
}

/** Top-level blocks with the source they came from, which is what tells whether one has changed. */
function blocksOf(text: string): Block[] {
  const lines = text.split('\n');
  const env: Env = {};
  const tokens = parser.parse(text, env);
  const references = env.references === undefined ? '' : JSON.stringify(env.references);
  const blocks: Block[] = [];
  let start = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.level !== 0 || token.nesting === 1) continue;
    const [from, to] = tokens[start]?.map ?? [0, lines.length];
    blocks.push({ key: `${tokens[start]?.type}\n${lines.slice(from, to).join('\n')}\n${references}`, tokens: tokens.slice(start, index + 1) });
    start = index + 1;
  }
  return blocks;
}

export interface Markdown {
  readonly element: HTMLElement;
  /** Show the text. While more is to come (`final` false) a slow parse may skip a few frames; the final one never does. */
  write(text: string, final: boolean): void;
}

export function createMarkdown(element: HTMLElement, onCode?: OnCode): Markdown {
  let shown = '';
  let keys: string[] = [];
  let nextParse = 0;
  let retry = 0;

  const render = (text: string): void => {
    const began = performance.now();
    shown = text;
    const blocks = blocksOf(text);
    let same = 0;
    while (same < keys.length && keys[same] === blocks[same]?.key) same += 1;
    while (element.children.length > same) element.lastElementChild?.remove();
    for (const block of blocks.slice(same)) {
      const holder = el('div', { class: 'md-block' });
      toElements(block.tokens, holder, onCode);
      element.append(holder);
    }
    keys = blocks.map(({ key }) => key);
    const now = performance.now();
    // Parsing a long answer takes longer than a frame: spend at most a quarter of the time on it.
    nextParse = now + (now - began) * 3;
  };

  return {
    element,
    write: (text, final) => {
      if (text === shown) return;
      clearTimeout(retry);
      if (final || text.length < shown.length || performance.now() >= nextParse) render(text);
      else retry = window.setTimeout(() => render(text), nextParse - performance.now());
    },
  };
}
