/** The one polite live region. It speaks when the state changes: never per token, never for what a replay passes through. */
import type { RunView } from '../extension/trace/view.ts';
import { el, setText } from './dom.ts';
import type { Part, Scene } from './scene.ts';
import { effortNames, outcomeSentences, phaseNames, transitionSentence } from './words.ts';
import { retold, t } from './l10n.ts';

export interface Announcer extends Part {
  say(text: string): void;
}

function stateSentence(view: RunView): string {
  if (view.outcome !== null) return view.error ? `${outcomeSentences[view.outcome]} ${retold(view.error.message)}` : outcomeSentences[view.outcome];
  if (view.held) return t('Held. Release it to go on.');
  if (view.queue > 0) return t('Waiting in the queue, {0} before this run.', view.queue);
  const last = view.transitions.at(-1);
  return last ? `${phaseNames[view.phase]}. ${transitionSentence(last)}` : '';
}

export function createAnnouncer(): Announcer {
  const element = el('div', { class: 'visually-hidden', attrs: { role: 'status', 'aria-live': 'polite' } });
  let spoken = new Map<string, string>();
  /** Runs that came to be under our eyes. One opened from the history has nothing new to tell. */
  const witnessed = new Set<string>();
  let known: ReadonlySet<string> | null = null;
  const say = (text: string): void => setText(element, text);
  return {
    element,
    say,
    draw: ({ view, other, history, panel, replaying }: Scene) => {
      if (!panel) return;
      const shown = [view, other].filter((each) => each !== null);
      for (const run of witnessed) if (!shown.some((each) => each.run === run)) witnessed.delete(run);
      for (const { run, outcome } of shown) {
        // A run that failed at once was never drawn live, but nobody has heard of it before either.
        const isNew = known !== null && !known.has(run);
        if (isNew || (outcome === null && panel.liveRuns.includes(run))) witnessed.add(run);
      }
      known = new Set([...(known ?? []), ...history.map(({ run }) => run), ...shown.map(({ run }) => run)]);
      if (shown.length > 0 && !shown.some(({ run }) => spoken.has(run))) say('');
      spoken = new Map(shown.map(({ run }) => [run, spoken.get(run) ?? '']));
      const news = shown.flatMap((each) => {
        const sentence = stateSentence(each);
        if (!witnessed.has(each.run) || replaying || sentence === spoken.get(each.run) || sentence === '') return [];
        spoken.set(each.run, sentence);
        const effort = panel.lanes.find(({ run }) => run === each.run)?.effort;
        return [effort ? t('{0} effort: {1}', effortNames[effort], sentence) : sentence];
      });
      if (news.length > 0) say(news.join(' '));
    },
  };
}
