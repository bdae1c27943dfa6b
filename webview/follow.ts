/** Keeps a growing, scrolling box at its end, but only while the person has it at its end. */

/** Within this many pixels counts as "at the end": fractions of pixels and half-shown lines are not a wish to read further up. */
const slack = 24;

export interface Follower {
  /** The content is kept at its end. */
  readonly pinned: boolean;
  /** Call after the content has grown. */
  follow(): void;
  /** Go to the end and stay there from now on. */
  pin(): void;
  /** Stop following until the person scrolls to the end. */
  unpin(): void;
}

export function createFollower(scroller: HTMLElement): Follower {
  let pinned = true;
  let top = 0;
  scroller.addEventListener(
    'scroll',
    () => {
      // Content growing under a fixed position is not scrolling: only a move upwards lets go.
      const atEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop <= slack;
      if (atEnd) pinned = true;
      else if (scroller.scrollTop < top - 1) pinned = false;
      top = scroller.scrollTop;
    },
    { passive: true },
  );
  const follow = (): void => {
    if (pinned) scroller.scrollTop = scroller.scrollHeight;
  };
  return {
    get pinned() {
      return pinned;
    },
    follow,
    pin: () => {
      pinned = true;
      follow();
    },
    unpin: () => {
      pinned = false;
    },
  };
}
