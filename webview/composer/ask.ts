/** Where a question is written: the draft outlives a hidden panel, the selection in the editor can come along. */
import { button, textArea } from '../controls.ts';
import { el, icon, setAttr, setHidden, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { Post } from '../host.ts';
import type { Effort } from '../../extension/trace/events.ts';
import type { Remembered } from '../remembered.ts';
import type { Part, Scene } from '../scene.ts';
import { createAttached } from './attached.ts';
import { createToolChip } from './tools.ts';
import { createTwoEfforts } from './two-efforts.ts';
import { t } from '../l10n.ts';

export interface AskBox extends Part {
  focus(): void;
  /** Put in a question that brings its own code, ready to be changed or asked: the selection stays out of it. */
  fill(question: string): void;
  /** The next question follows up on the answer shown. */
  followUp(): void;
}

/** A second Enter on the same words within this many milliseconds is the first one, pressed twice. */
const twice = 1000;

/** Asked, but not yet known to be accepted: the host may refuse, the person may cancel. */
interface Asked {
  readonly question: string;
  readonly at: number;
  /** Runs there were before. */
  readonly before: ReadonlySet<string>;
}

function runsOf({ view, panel, history }: Scene): Set<string> {
  return new Set([view?.run ?? '', ...(panel?.liveRuns ?? []), ...history.map(({ run }) => run), '']);
}

export function createAskBox(post: Post, remembered: Remembered): AskBox {
  let allowed = false;
  let hasSelection = false;
  let scene: Scene | null = null;
  let asked: Asked | null = null;
  /** The question that the newest run has taken, while that run has not begun. */
  let taken: { readonly question: string; readonly run: string } | null = null;
  /** Stays on through a conversation, until it is pressed again. */
  let following = false;

  /** At two efforts where they are given. */
  const ask = (efforts?: readonly [Effort, Effort]): void => {
    const question = box.value.trim();
    if (question === '' || !allowed) return;
    if (asked?.question === question && performance.now() - asked.at < twice) return;
    asked = { question, at: performance.now(), before: scene ? runsOf(scene) : new Set() };
    const useSelection = hasSelection && usesSelection();
    const run = following && scene?.view?.run;
    post(efforts ? { type: 'askAtTwoEfforts', question, useSelection, efforts: [...efforts] } : { type: 'ask', question, useSelection, ...(run ? { followUp: run } : {}) });
  };
  const usesSelection = (): boolean => remembered.useSelection && !remembered.ownCode;
  const type = (draft: string): void => {
    remembered.setDraft(draft);
    if (draft.trim() === '') setOwnCode(false);
  };
  /** Only a run that was not there before shows that the question was taken; until then the words stay. */
  const dropTaken = (now: Scene): void => {
    const { question, before } = asked ?? {};
    const run = [now.view?.run, ...(now.panel?.liveRuns ?? [])].find((each) => each !== undefined && before?.has(each) === false);
    if (question === undefined || run === undefined) return;
    asked = null;
    if (box.value.trim() !== question) return;
    taken = { question, run };
    box.value = '';
    type('');
  };
  /** A run that ended before it began, because there was no model to load, has no trace of its question: it comes back, unless something else has been written meanwhile. */
  const putBack = ({ view }: Scene): void => {
    if (taken === null || view?.run !== taken.run || (view.started === null && view.outcome === null)) return;
    if (view.started === null && box.value.trim() === '') {
      box.value = taken.question;
      type(taken.question);
    }
    taken = null;
  };
  const box = textArea({ label: t('Question'), placeholder: t('Ask about code, or anything'), maxLength: 500_000, onInput: type, onEnter: () => ask() });
  const send = button({ label: t('Ask'), look: 'primary', hint: t('Ask (Enter)'), onPress: () => ask() });
  const twoEfforts = createTwoEfforts(remembered, ask);

  const chipLabel = el('span', { class: 'chip-label' });
  const chip = el('button', { class: 'chip chip-toggle', attrs: { type: 'button' } }, icon('code'), chipLabel);
  const drawChip = (): void => {
    setAttr(chip, 'aria-pressed', String(usesSelection()));
    setAttr(chip, 'title', usesSelection() ? t('The selection goes along with the question. Press to leave it out') : t('The selection stays out. Press to send it along'));
  };
  const followChip = el('button', { class: 'chip chip-toggle', attrs: { type: 'button' } }, icon('reply'), el('span', { class: 'chip-label', text: t('Follow up') }));
  const drawFollow = (): void => {
    setAttr(followChip, 'aria-pressed', String(following));
    setAttr(followChip, 'title', following ? t('The questions and answers so far go along. Press to start afresh') : t('Starts afresh. Press to send the questions and answers so far along'));
  };
  const setFollowing = (next: boolean): void => {
    following = next;
    drawFollow();
  };
  followChip.addEventListener('click', () => setFollowing(!following));
  drawFollow();
  setHidden(followChip, true);
  const toolChip = createToolChip(post);
  const attached = createAttached(post);
  const setOwnCode = (own: boolean): void => {
    if (remembered.ownCode !== own) remembered.setOwnCode(own);
    drawChip();
  };
  chip.addEventListener('click', () => {
    remembered.setUseSelection(!usesSelection());
    setOwnCode(false);
  });
  drawChip();
  setHidden(chip, true);
  box.value = remembered.draft;

  return {
    element: el('div', { class: 'ask' }, box.element, attached.element, el('div', { class: 'ask-bar' }, chip, followChip, toolChip.element, attached.add, twoEfforts.toggle.element, send.element), twoEfforts.element),
    focus: () => box.focus(),
    fill: (question) => {
      box.value = question;
      remembered.setDraft(question);
      setOwnCode(true);
      box.focus();
    },
    followUp: () => {
      setFollowing(true);
      box.focus();
    },
    draw: (now) => {
      scene = now;
      const { panel } = now;
      if (!panel) return;
      dropTaken(now);
      putBack(now);
      toolChip.draw(now);
      attached.draw(now);
      allowed = panel.controls.ask.enabled;
      send.set(panel.controls.ask);
      twoEfforts.set(panel.controls.ask);
      hasSelection = panel.selection !== null;
      setHidden(chip, !hasSelection);
      if (panel.selection) setText(chipLabel, t('{0}, about {1} tokens', panel.selection.label, formatCount(panel.selection.tokens)));
      // While the run goes on the choice stands for the question after it.
      const { enabled } = panel.controls.followUp;
      setHidden(followChip, !enabled);
      if (!enabled && following && panel.liveRuns.length === 0) setFollowing(false);
    },
  };
}
