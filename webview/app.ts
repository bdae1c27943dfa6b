/** Puts the parts on the page and draws them, at most once a frame. */
import { createAnnouncer } from './announcer.ts';
import type { PanelState } from '../extension/trace/messages.ts';
import type { RunView } from '../extension/trace/view.ts';
import { createCompare } from './compare/compare.ts';
import { createComposer } from './composer/composer.ts';
import { registerControls } from './controls.ts';
import { el, icon, setHidden, setText } from './dom.ts';
import { createEmpty } from './empty.ts';
import { createBackToLive, createHistory } from './history.ts';
import type { Post } from './host.ts';
import { createPageScroll } from './page-scroll.ts';
import type { Remembered } from './remembered.ts';
import { createReplayBar } from './replay/bar.ts';
import { createPlayer, type Player } from './replay/player.ts';
import { createRun } from './run/run.ts';
import { createSteering } from './run/steering.ts';
import type { Scene } from './scene.ts';
import { createSession } from './session.ts';
import { t } from './l10n.ts';

/** How often the clock of a live run moves on when nothing arrives. */
const tick = 100;
/** How long a passing line like "Copied" stays. */
const passing = 4000;

function goesOn({ run, outcome }: RunView, panel: PanelState | null): boolean {
  return outcome === null && panel?.liveRuns.includes(run) === true;
}

export interface App {
  receive(message: unknown): void;
}

export function createApp(root: HTMLElement, post: Post, remembered: Remembered): App {
  registerControls();
  let player: Player | null = null;
  let frame = 0;
  let lastFrame = 0;
  let clock = 0;
  let statusTimer = 0;

  const schedule = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const session = createSession(post, {
    onChange: schedule,
    onSnapshot: () => {
      const { view, other, events, panel } = session;
      const over = view !== null && other === null && panel?.liveRuns.includes(view.run) !== true;
      player = over && view.started !== null && events && events.length > 0 ? createPlayer(view, events) : null;
    },
    onStatus: ({ text, kind }) => {
      announcer.say(text);
      setText(statusText, text);
      statusIcon.className = `codicon codicon-${kind}`;
      setHidden(status, false);
      clearTimeout(statusTimer);
      statusTimer = window.setTimeout(() => setHidden(status, true), passing);
    },
    onFocusAsk: () => composer.focusAsk(),
  });

  const announcer = createAnnouncer();
  const showHistory = (open: boolean): void => {
    history.setOpen(open);
    composer.setHistoryOpen(open);
    schedule();
  };
  const composer = createComposer(post, remembered, () => showHistory(!history.open));
  const history = createHistory(post, () => showHistory(false));
  composer.setHistoryOpen(false);
  const backToLive = createBackToLive(post);
  const empty = createEmpty(post, composer.tryExample);
  const run = createRun(post, remembered, composer.followUp);
  const compare = createCompare(post, remembered);
  const steering = createSteering(post);
  const replay = createReplayBar({
    onToggle: () => {
      if (player?.playing) player.pause();
      else player?.play();
      lastFrame = performance.now();
      schedule();
    },
    onSeek: (position) => {
      player?.pause();
      player?.seek(position);
      schedule();
    },
    onSpeed: (speed) => player?.setSpeed(speed),
  });
  const statusIcon = icon('info');
  const statusText = el('span');
  // Spoken by the announcer; shown here.
  const status = el('div', { class: 'status-line', attrs: { 'aria-hidden': 'true' } }, statusIcon, statusText);
  setHidden(status, true);

  const main = el('main', { class: 'main' }, el('h1', { class: 'visually-hidden', text: t('Reasoning') }), history.element, backToLive.element, empty.element, compare.element, run.element);
  const dock = el('div', { class: 'dock' }, status, replay.element, steering.element);
  const scroller = el('div', { class: 'scroller' }, composer.element, main);
  root.append(scroller, dock, announcer.element);
  const pageScroll = createPageScroll(scroller, { run: run.element, compare: compare.element, answer: run.answer });

  const sceneNow = (now: number): Scene => {
    const { panel, other } = session;
    const view = player ? player.view : session.view;
    const live = player === null && view !== null && goesOn(view, panel);
    const sinceArrival = Math.max(0, now - session.lastArrival);
    const waiting = view?.held === true || view?.transitions.length === 0;
    const atEnd = player === null || player.position === player.length;
    // The host sends all events of a run only when nothing more will come.
    const interrupted = atEnd && session.events !== null && panel !== null && view !== null && view.outcome === null && !panel.liveRuns.includes(view.run);
    return { view, other, related: session.related, panel, history: session.history, live, interrupted, sinceLastEvent: live && !waiting ? sinceArrival : 0, sinceArrival, replaying: !atEnd };
  };

  const draw = (now: number): void => {
    frame = 0;
    if (player?.playing) player.advance(now - lastFrame);
    lastFrame = now;
    const scene = sceneNow(now);
    pageScroll.around(scene, () => {
      for (const part of [composer, history, backToLive, empty, compare, run, steering, announcer]) part.draw(scene);
      replay.draw(player);
    });
    if (player?.playing) schedule();
    else if ((scene.live || (scene.other !== null && goesOn(scene.other, scene.panel))) && clock === 0) {
      clock = window.setTimeout(() => {
        clock = 0;
        schedule();
      }, tick);
    }
  };

  return { receive: session.receive };
}
