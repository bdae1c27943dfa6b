/**
 * Long, growing text as a chain of blocks. The browser lays out only the blocks in sight (`content-visibility`), and a streamed piece
 * touches only the last one. Where a block ends depends on the text alone, never on how it arrived: what was drawn live and what is
 * drawn from a finished run are the same elements.
 */
import { el } from '../dom.ts';
import { firstAbove } from '../places.ts';

/** A block ends at the first line end past `soft` characters, or at the last space before `hard` when the line never ends. */
const soft = 1200;
const hard = 4800;

/** Length of the first block of the text, or 0 while it may still grow. */
export function blockEnd(text: string): number {
  const line = text.indexOf('\n', soft - 1);
  if (line !== -1 && line < hard) return line + 1;
  if (text.length < hard) return 0;
  const space = text.lastIndexOf(' ', hard - 1);
  if (space > soft) return space + 1;
  const splitsPair = /[\uD800-\uDBFF]/.test(text.charAt(hard - 1));
  return splitsPair ? hard - 1 : hard;
}

export interface Block {
  readonly element: HTMLElement;
  readonly node: Text;
  /** Where its text begins in the whole, in UTF-16 units. */
  readonly start: number;
}

export interface BlockText {
  readonly element: HTMLElement;
  readonly blocks: readonly Block[];
  write(text: string): void;
  /** The block that a place of the text is in; null past its end. */
  blockAt(offset: number): Block | null;
}

export function createBlockText(element: HTMLElement): BlockText {
  let drawn = '';
  let open: Text | null = null;
  let blocks: Block[] = [];

  const openBlock = (): Text => {
    const node = document.createTextNode('');
    const last = blocks.at(-1);
    const block = el('div', { class: 'block' }, node);
    blocks.push({ element: block, node, start: last ? last.start + last.node.length : 0 });
    element.append(block);
    open = node;
    return node;
  };
  const append = (piece: string): void => {
    let rest = piece;
    while (rest !== '') {
      const node = open ?? openBlock();
      const candidate = node.data + rest;
      const end = blockEnd(candidate);
      if (end === 0) {
        node.appendData(rest);
        return;
      }
      if (end >= node.length) node.appendData(candidate.slice(node.length, end));
      else node.deleteData(end, node.length - end);
      rest = candidate.slice(end);
      open = null;
    }
  };
  return {
    element,
    get blocks() {
      return blocks;
    },
    blockAt: (offset) => {
      const block = blocks[firstAbove(blocks.map(({ start }) => start), offset) - 1];
      return block && offset < block.start + block.node.length ? block : null;
    },
    write: (text) => {
      if (text === drawn) return;
      if (text.startsWith(drawn)) append(text.slice(drawn.length));
      else {
        element.replaceChildren();
        blocks = [];
        open = null;
        append(text);
      }
      drawn = text;
    },
  };
}
