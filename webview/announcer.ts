/** The one polite live region. It speaks when the state changes: never per token, never for what a replay passes through. */
import type { RunView } from '../extension/trace/view.ts';
import { el, setText } from './dom.ts';
import type { Part, Scene } from './scene.ts';
import { outcomeSentences, phaseNames, transitionSentence } from './words.ts';

export interface Announcer extends Part {
  say(text: string): void;
}

function stateSentence(view: RunView): string {
  if (view.outcome !== null) return view.error ? `${outcomeSentences[view.outcome]} ${view.error.message}` : outcomeSentences[view.outcome];
  if (view.held) return 'Held. Release it to go on.';
  if (view.queue > 0) return `Waiting in the queue, ${view.queue} before this run.`;
  const last = view.transitions.at(-1);
  return last ? `${phaseNames[view.phase]}. ${transitionSentence(last)}` : '';
}

export function createAnnouncer(): Announcer {
  const element = el('div', { class: 'visually-hidden', attrs: { role: 'status', 'aria-live': 'polite' } });
  let run = '';
  let spoken = '';
  /** The run shown came to be under our eyes. One opened from the history has nothing new to tell. */
  let witnessed = false;
  let known: ReadonlySet<string> | null = null;
  const say = (text: string): void => setText(element, text);
  return {
    element,
    say,
    draw: ({ view, live, history, panel, replaying }: Scene) => {
      if (!panel) return;
      // A run that failed at once was never drawn live, but nobody has heard of it before either.
      const isNew = view !== null && known !== null && !known.has(view.run);
      known = new Set([...(known ?? []), ...history.map((each) => each.run), ...(view ? [view.run] : [])]);
      if (!view) return;
      if (run !== view.run) {
        run = view.run;
        witnessed = isNew;
        spoken = '';
        say('');
      }
      witnessed ||= live;
      const sentence = stateSentence(view);
      if (!witnessed || replaying || sentence === spoken || sentence === '') return;
      spoken = sentence;
      say(sentence);
    },
  };
}
