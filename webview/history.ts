/** Earlier runs: open one, delete one, go back to the live one. */
import type { RunSummary } from '../extension/trace/messages.ts';
import { button } from './controls.ts';
import { el, icon, listDrawer, newId, setAttr, setHidden, setText } from './dom.ts';
import { formatCount, formatTime, plural } from './format.ts';
import type { Post } from './host.ts';
import type { Part } from './scene.ts';
import { effortNames, outcomeNames } from './words.ts';

export interface History extends Part {
  readonly open: boolean;
  setOpen(open: boolean): void;
}

const outcomeIcons: Readonly<Record<NonNullable<RunSummary['outcome']> | 'running', string>> = {
  answered: 'pass',
  exhausted: 'warning',
  stopped: 'circle-slash',
  failed: 'error',
  running: 'loading',
};

export function createHistory(post: Post, onOpened: () => void): History {
  const headingId = newId('history');
  const list = el('ul', { class: 'history-list' });
  const none = el('p', { class: 'note', text: 'No earlier runs yet.' });
  const clear = button({ label: 'Delete All Traces', icon: 'clear-all', look: 'icon', onPress: () => post({ type: 'command', command: 'deleteAllTraces' }) });
  const element = el('section', { class: 'history', attrs: { 'aria-labelledby': headingId } }, el('div', { class: 'section-header' }, el('h2', { class: 'history-heading', text: 'History', attrs: { id: headingId } }), clear.element), none, list);
  let current = '';

  const build = (summary: RunSummary): HTMLElement => {
    const outcome = summary.outcome === null ? 'Running' : outcomeNames[summary.outcome];
    const tokens = `${formatCount(summary.thinkingTokens)} + ${formatCount(summary.solutionTokens)} tokens`;
    const open = el(
      'button',
      { class: 'history-open', attrs: { type: 'button', 'data-run': summary.run, title: `${outcome}\n${summary.model}\n${summary.question}` } },
      icon(outcomeIcons[summary.outcome ?? 'running']),
      el('span', { class: 'history-question', text: summary.question.replace(/\s+/g, ' ') }),
      el('span', { class: 'visually-hidden', text: `, ${outcome}, ` }),
      el('span', { class: 'history-detail', text: `${formatTime(summary.time, new Date())} · ${effortNames[summary.effort]} · ${tokens}` }),
    );
    open.addEventListener('click', () => {
      post({ type: 'openRun', run: summary.run });
      onOpened();
    });
    const remove = button({ label: `Delete run: ${summary.question.slice(0, 80)}`, icon: 'trash', look: 'icon', onPress: () => post({ type: 'deleteRun', run: summary.run }) });
    return el('li', { class: 'history-item' }, open, remove.element);
  };
  const draw = listDrawer(list, build);

  let isOpen = false;
  setHidden(element, true);
  return {
    element,
    get open() {
      return isOpen;
    },
    setOpen: (open) => {
      isOpen = open;
      setHidden(element, !open);
    },
    draw: ({ history, view }) => {
      if (!isOpen) return;
      draw(history);
      setHidden(none, history.length > 0);
      setHidden(clear.element, history.length === 0);
      current = view?.run ?? '';
      for (const open of list.querySelectorAll('.history-open')) setAttr(open, 'aria-current', open.getAttribute('data-run') === current ? 'true' : null);
    },
  };
}

/** Says that what is shown is not the live run, and leads back to it. */
export function createBackToLive(post: Post): Part {
  const words = el('span');
  const back = button({ label: 'Back to Live', look: 'secondary', onPress: () => post({ type: 'openRun', run: null }) });
  const element = el('div', { class: 'back-to-live' }, icon('history'), words, back.element);
  return {
    element,
    draw: ({ view, panel, history }) => {
      const recorded = view !== null && panel !== null && view.run !== panel.liveRun && (panel.liveRun !== null || history.some(({ run }) => run === view.run)) && view.outcome !== null;
      const live = panel?.liveRun != null;
      const isNewest = history[0]?.run === view?.run;
      setHidden(element, !recorded || (!live && isNewest));
      setText(words, view?.started ? `Run of ${formatTime(view.started.time, new Date())}, ${plural(view.lastSeq + 1, 'event', 'events')}` : 'An earlier run');
      back.setLabel(live ? 'Back to Live' : 'Back to Latest');
    },
  };
}
