/** Two runs side by side, aligned by phase: live from a question asked at two efforts, or picked from the history. */
import type { RunView } from '../../extension/trace/view.ts';
import { button } from '../controls.ts';
import { el, setHidden, setText } from '../dom.ts';
import type { Post } from '../host.ts';
import type { Remembered } from '../remembered.ts';
import { createQuestion } from '../run/question.ts';
import type { Part, Scene } from '../scene.ts';
import { effortNames } from '../words.ts';
import { differencesOf, laneNames, type LaneRun, type Row } from './differences.ts';
import { createLane, laneRows, type LaneRow } from './lane.ts';
import { t } from '../l10n.ts';

const rowNames: Readonly<Record<LaneRow, string>> = { head: t('Runs'), thinking: t('Thinking'), decisions: t('Decisions'), answer: t('Answers') };

export function createCompare(post: Post, remembered: Remembered): Part {
  const element = el('article', { class: 'compare', attrs: { 'aria-label': t('Comparison of two runs') } });
  /** Made when it is wanted: most of the time there is one run. */
  let sideBySide: SideBySide | null = null;
  return {
    element,
    draw: (scene) => {
      const { view, other } = scene;
      setHidden(element, view === null || other === null);
      if (!view || !other) {
        if (sideBySide) element.replaceChildren();
        sideBySide = null;
        return;
      }
      if (!sideBySide) {
        sideBySide = createSideBySide(post, remembered);
        element.append(...sideBySide.elements);
      }
      sideBySide.draw(view, other, scene);
    },
  };
}

interface SideBySide {
  readonly elements: readonly HTMLElement[];
  draw(view: RunView, other: RunView, scene: Scene): void;
}

function createSideBySide(post: Post, remembered: Remembered): SideBySide {
  const close = button({ label: t('Close Comparison'), icon: 'close', look: 'icon', onPress: () => post({ type: 'compare', run: null }) });
  close.set({ enabled: true });
  const heading = el('div', { class: 'section-header' }, el('h2', { class: 'history-heading', text: t('Two runs side by side') }), close.element);
  const question = createQuestion();
  const lanes = [createLane(post, remembered, 'first'), createLane(post, remembered, 'second')] as const;
  const rows = laneRows.map((row) => el('section', { class: `lane-row lane-row-${row}`, attrs: { 'aria-label': rowNames[row] } }, el('h3', { class: row === 'head' ? 'visually-hidden' : 'lane-heading', text: rowNames[row] }), el('div', { class: 'lane-cells' }, ...lanes.map(({ cells }) => cells[row]))));
  const sentences = el('ul', { class: 'difference-list' });
  const table = el('div', { class: 'difference-table', attrs: { tabindex: '0', role: 'region', 'aria-label': t('Differences, table') } });
  const later = el('p', { class: 'note', text: t('Told when both have ended.') });
  const differences = el('section', { class: 'lane-row', attrs: { 'aria-label': t('Differences') } }, el('h3', { class: 'lane-heading', text: t('Differences') }), later, sentences, table);
  let drawn = '';

  const drawDifferences = (pair: readonly [LaneRun, LaneRun]): void => {
    const { sentences: words, rows: figures } = differencesOf(pair);
    const key = JSON.stringify([words, figures]);
    if (key === drawn) return;
    drawn = key;
    sentences.replaceChildren(...words.map((text) => el('li', { text })));
    setHidden(sentences, words.length === 0);
    setHidden(later, figures.length > 0);
    setHidden(table, figures.length === 0);
    table.replaceChildren(tableOf(pair, figures));
  };

  return {
    elements: [heading, question.element, ...rows, differences],
    draw: (view, other, scene) => {
      const states = [view, other].map(({ run }) => scene.panel?.lanes.find((lane) => lane.run === run));
      const known = (of: RunView, index: number): { effort: string | null; model: string | null } => {
        const effort = states[index]?.effort ?? of.started?.effort ?? null;
        return { effort: effort === null ? null : effortNames[effort], model: of.started?.model.name ?? null };
      };
      const names = laneNames([known(view, 0), known(other, 1)]);
      question.draw(view.started === null ? other : view, scene);
      lanes[0].draw(view, names[0], states[0], sceneOf(view, scene));
      lanes[1].draw(other, names[1], states[1], sceneOf(other, scene));
      drawDifferences([
        { name: names[0], view, check: states[0]?.check ?? null, over: !goesOn(view, scene) },
        { name: names[1], view: other, check: states[1]?.check ?? null, over: !goesOn(other, scene) },
      ]);
    },
  };
}

function goesOn({ run, outcome }: RunView, { panel }: Scene): boolean {
  return outcome === null && panel?.liveRuns.includes(run) === true;
}

/** The scene as it would be were the run shown alone. */
function sceneOf(view: RunView, scene: Scene): Scene {
  const live = goesOn(view, scene);
  const waiting = view.held || view.transitions.length === 0;
  return { ...scene, view, live, interrupted: view.outcome === null && !live, sinceLastEvent: live && !waiting ? scene.sinceArrival : 0, replaying: false };
}

function tableOf([one, other]: readonly [LaneRun, LaneRun], rows: readonly Row[]): HTMLElement {
  const head = el('tr', {}, ...['', one.name, other.name, t('Difference')].map((text) => el('th', { text, attrs: { scope: 'col' } })));
  setText(head.firstElementChild as Element, t('What'));
  const body = rows.map(({ what, values, difference }) => el('tr', {}, el('th', { text: what, attrs: { scope: 'row' } }), el('td', { text: values[0] }), el('td', { text: values[1] }), el('td', { text: difference })));
  return el('table', { class: 'evidence differences' }, el('caption', { class: 'visually-hidden', text: t('What the two runs used, in tokens and time') }), el('thead', {}, head), el('tbody', {}, ...body));
}
