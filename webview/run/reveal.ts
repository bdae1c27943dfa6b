/** Shows a token where it stands in the thoughts: marked, and scrolled to where it can be read. */
import type { Block } from './blocks.ts';

const CURSOR = 'reins-cursor';
/** Frames to wait for a block that was never laid out before. */
const PATIENCE = 4;

export interface Spot {
  readonly block: Block;
  /** Offsets in the block's own text. */
  readonly start: number;
  readonly end: number;
}

export interface Revealer {
  /** Null takes the mark away. `scroll`: bring it into sight within the scroller. */
  show(spot: Spot | null, scroll: boolean): void;
}

export function createRevealer(scroller: HTMLElement): Revealer {
  const highlight = 'highlights' in CSS ? new Highlight() : null;
  if (highlight) {
    highlight.priority = 1;
    CSS.highlights.set(CURSOR, highlight);
  }
  let frame = 0;
  const bringIntoSight = ({ block, start, end }: Spot, patience: number): void => {
    const range = new Range();
    range.setStart(block.node, Math.min(start, block.node.length));
    range.setEnd(block.node, Math.min(end, block.node.length));
    const box = scroller.getBoundingClientRect();
    const { top, bottom, height } = range.getBoundingClientRect();
    if (height === 0) {
      // Out of sight it has no lines yet: bring its block near, and look again when it has been laid out.
      scroller.scrollTop += block.element.getBoundingClientRect().top - box.top;
      if (patience > 0) frame = requestAnimationFrame(() => bringIntoSight({ block, start, end }, patience - 1));
      return;
    }
    if (top >= box.top && bottom <= box.bottom) return;
    scroller.scrollTop += top - box.top - (scroller.clientHeight - height) / 2;
    // What lies above was laid out only now and may have another height than was thought.
    if (patience > 0) frame = requestAnimationFrame(() => bringIntoSight({ block, start, end }, patience - 1));
  };
  return {
    show: (spot, scroll) => {
      cancelAnimationFrame(frame);
      highlight?.clear();
      if (!spot) return;
      highlight?.add(new StaticRange({ startContainer: spot.block.node, startOffset: spot.start, endContainer: spot.block.node, endOffset: Math.min(spot.end, spot.block.node.length) }));
      if (scroll) bringIntoSight(spot, PATIENCE);
    },
  };
}
