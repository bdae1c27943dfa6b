/** The one polite live region. It speaks when the state changes: never per token, never for what a replay passes through. */
import type { RunView } from '../extension/trace/view.ts';
import { el, setText } from './dom.ts';
import type { Part, Scene } from './scene.ts';
import { outcomeSentences, phaseNames, transitionSentence } from './words.ts';

export interface Announcer extends Part {
  say(text: string): void;
}

function stateSentence(view: RunView): string {
  if (view.outcome !== null) return outcomeSentences[view.outcome];
  if (view.held) return 'Held. Release it to go on.';
  if (view.queue > 0) return `Waiting in the queue, ${view.queue} before this run.`;
  const last = view.transitions.at(-1);
  return last ? `${phaseNames[view.phase]}. ${transitionSentence(last)}` : '';
}

export function createAnnouncer(): Announcer {
  const element = el('div', { class: 'visually-hidden', attrs: { role: 'status', 'aria-live': 'polite' } });
  let run = '';
  let spoken = '';
  const say = (text: string): void => setText(element, text);
  return {
    element,
    say,
    draw: ({ view, live }: Scene) => {
      if (!view) return;
      const sentence = stateSentence(view);
      const changed = sentence !== spoken && sentence !== '';
      // A run opened from the history has no state change to tell; one that just ended is no longer live but is the run last spoken of.
      const speak = changed && (live || (run === view.run && view.outcome !== null));
      if (live) run = view.run;
      if (changed) spoken = sentence;
      if (speak) say(sentence);
    },
  };
}
