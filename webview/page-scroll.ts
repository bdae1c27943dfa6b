/** Scrolling of the page itself: a new run comes into view, and the end of a growing answer stays in view while the person has it there. */
import type { Scene } from './scene.ts';

/** Left free above a run that was brought into view, in pixels. */
const gap = 8;

export interface PageScroll {
  /** Draw, and keep in view what was in view. */
  around(scene: Scene, draw: () => void): void;
}

export function createPageScroll(scroller: HTMLElement, run: HTMLElement, answer: HTMLElement): PageScroll {
  let shown: string | null = null;
  const hiddenBelow = (): number => answer.getBoundingClientRect().bottom - scroller.getBoundingClientRect().bottom;
  return {
    around: (scene, draw) => {
      const { view, live } = scene;
      const growing = view !== null && view.phase === 'solving' && (live || scene.replaying);
      const wasInView = growing && hiddenBelow() <= 0;
      draw();
      if (wasInView) scroller.scrollTop += Math.max(0, hiddenBelow());
      const current = view?.run ?? null;
      if (current === shown) return;
      shown = current;
      scroller.scrollTop = live ? run.offsetTop - scroller.offsetTop - gap : 0;
    },
  };
}
