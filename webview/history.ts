/** Earlier runs: open one, put one beside the run shown, delete one, go back to the live one. */
import type { ControlState, RunSummary } from '../extension/trace/messages.ts';
import { button, type Button } from './controls.ts';
import { el, icon, listDrawer, newId, setAttr, setHidden, setText } from './dom.ts';
import { formatAsked, formatCount, formatTime } from './format.ts';
import type { Post } from './host.ts';
import type { Part, Scene } from './scene.ts';
import { effortNames, interruptedName, outcomeNames } from './words.ts';
import { t } from './l10n.ts';

export interface History extends Part {
  readonly open: boolean;
  setOpen(open: boolean): void;
}

type State = NonNullable<RunSummary['outcome']> | 'running' | 'interrupted';

const stateNames: Readonly<Record<State, string>> = { ...outcomeNames, running: t('Running'), interrupted: interruptedName };

const stateIcons: Readonly<Record<State, string>> = {
  answered: 'pass',
  exhausted: 'warning',
  stopped: 'circle-slash',
  failed: 'error',
  running: 'loading codicon-modifier-spin',
  interrupted: 'debug-disconnect',
};

interface Line {
  readonly summary: RunSummary;
  readonly state: State;
}

/** A recording without an end belongs to the run going on, or to one that was cut off. */
function stateOf({ run, outcome }: RunSummary, { panel, view }: Scene): State {
  if (outcome !== null) return outcome;
  if (panel?.liveRuns.includes(run) === true) return 'running';
  return (view?.run === run ? view.outcome : null) ?? 'interrupted';
}

function comparable(run: string, { view, other }: Scene): ControlState {
  if (!view) return { enabled: false, reason: 'Open a run first: this one is then shown beside it.' };
  return run === view.run || run === other?.run ? { enabled: false, reason: 'This run is shown already.' } : { enabled: true };
}

export function createHistory(post: Post, onOpened: () => void): History {
  const headingId = newId('history');
  const list = el('ul', { class: 'history-list' });
  const none = el('p', { class: 'note', text: t('No earlier runs yet.') });
  const clear = button({ label: t('Delete All Traces'), icon: 'clear-all', look: 'icon', onPress: () => post({ type: 'command', command: 'deleteAllTraces' }) });
  const element = el('section', { class: 'history', attrs: { 'aria-labelledby': headingId } }, el('div', { class: 'section-header' }, el('h2', { class: 'history-heading', text: t('History'), attrs: { id: headingId } }), clear.element), none, list);
  const compares = new Map<string, Button>();

  const build = ({ summary, state }: Line): HTMLElement => {
    const outcome = stateNames[state];
    const tokens = t('{0} thinking + {1} solution tokens', formatCount(summary.thinkingTokens), formatCount(summary.solutionTokens));
    const open = el(
      'button',
      { class: 'history-open', attrs: { type: 'button', 'data-run': summary.run, title: `${outcome}\n${summary.model}\n${summary.question}` } },
      icon(stateIcons[state]),
      el('span', { class: 'history-question', text: summary.question.replace(/\s+/g, ' ') }),
      el('span', { class: 'visually-hidden', text: ', ' }),
      el('span', { class: 'history-detail', text: t('{0} · {1} · {2} effort · {3}', formatTime(summary.time, new Date()), outcome, effortNames[summary.effort], tokens) }),
    );
    open.addEventListener('click', () => {
      post({ type: 'openRun', run: summary.run });
      onOpened();
    });
    const remove = button({ label: t('Delete run: {0}', summary.question.slice(0, 80)), icon: 'trash', look: 'icon', onPress: () => post({ type: 'deleteRun', run: summary.run }) });
    const compare = button({ label: t('Compare with the run shown: {0}', summary.question.slice(0, 80)), icon: 'split-horizontal', look: 'icon', onPress: () => {
      post({ type: 'compare', run: summary.run });
      onOpened();
    } });
    compares.set(summary.run, compare);
    return el('li', { class: 'history-item' }, open, compare.element, remove.element);
  };
  const draw = listDrawer(list, build);
  let lines: readonly Line[] = [];

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
    draw: (scene) => {
      if (!isOpen) return;
      const { history, view, other } = scene;
      const before = new Map(lines.map((line) => [line.summary, line]));
      lines = history.map((summary) => {
        const state = stateOf(summary, scene);
        const old = before.get(summary);
        return old?.state === state ? old : { summary, state };
      });
      draw(lines);
      setHidden(none, history.length > 0);
      setHidden(clear.element, history.length === 0);
      for (const open of list.querySelectorAll('.history-open')) {
        const run = open.getAttribute('data-run');
        const isShown = run !== null && (run === view?.run || run === other?.run);
        setAttr(open, 'aria-current', isShown ? 'true' : null);
      }
      for (const [run, compare] of compares) compare.set(comparable(run, scene));
    },
  };
}

/** Says that what is shown is not the live run, and leads back to it. */
export function createBackToLive(post: Post): Part {
  const words = el('span');
  const back = button({ label: t('Back to Live'), look: 'secondary', onPress: () => post({ type: 'openRun', run: null }) });
  const element = el('div', { class: 'back-to-live' }, icon('history'), words, back.element);
  return {
    element,
    draw: ({ view, other, panel, history }) => {
      const recorded = view !== null && panel !== null && !panel.liveRuns.includes(view.run) && (panel.liveRuns.length > 0 || history.some(({ run }) => run === view.run));
      const live = (panel?.liveRuns.length ?? 0) > 0;
      const isNewest = history[0]?.run === view?.run;
      setHidden(element, !recorded || (!live && isNewest) || other !== null);
      setText(words, view?.started ? formatAsked(view.started.time, new Date()) : t('An earlier run'));
      back.setLabel(live ? t('Back to Live') : t('Back to Latest'));
    },
  };
}
