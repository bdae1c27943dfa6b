/** Scrolling of the page itself: a new run comes into view, and the end of a growing answer stays in view while the person has it there. */
import type { Scene } from './scene.ts';

/** Left free above a run that was brought into view, in pixels. */
const gap = 8;

export interface PageScroll {
  /** Draw, and keep in view what was in view. */
  around(scene: Scene, draw: () => void): void;
}

export interface PageParts {
  readonly run: HTMLElement;
  /** Shown instead of the run where there are two. */
  readonly compare: HTMLElement;
  /** Where the answer grows. */
  readonly answer: HTMLElement;
}

export function createPageScroll(scroller: HTMLElement, { run, compare, answer }: PageParts): PageScroll {
  let shown: string | null = null;
  const hiddenBelow = (): number => answer.getBoundingClientRect().bottom - scroller.getBoundingClientRect().bottom;
  return {
    around: (scene, draw) => {
      const { view, other, live } = scene;
      const growing = other === null && view !== null && view.phase === 'solving' && (live || scene.replaying);
      const wasInView = growing && hiddenBelow() <= 0;
      draw();
      if (wasInView) scroller.scrollTop += Math.max(0, hiddenBelow());
      const current = view ? `${view.run} ${other?.run ?? ''}` : null;
      if (current === shown) return;
      shown = current;
      // Two runs were put side by side to be looked at; of one that is recorded the person sees first what was asked.
      const part = other ? compare : run;
      scroller.scrollTop = live || other ? part.offsetTop - scroller.offsetTop - gap : 0;
    },
  };
}
