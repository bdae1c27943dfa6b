/** Play, pause, a slider over the events, and the speed. */
import { button, select } from '../controls.ts';
import { el, setAttr, setHidden, setText, setVar } from '../dom.ts';
import { formatCount, formatDuration } from '../format.ts';
import { phaseNames } from '../words.ts';
import type { Player } from './player.ts';
import { t } from '../l10n.ts';

export interface ReplayBar {
  readonly element: HTMLElement;
  draw(player: Player | null): void;
}

const speeds = ['0.5', '1', '2', '4', '16'].map((value) => ({ value, label: `${value}×` }));

export interface ReplayActions {
  onToggle(): void;
  onSeek(position: number): void;
  onSpeed(speed: number): void;
}

export function createReplayBar(actions: ReplayActions): ReplayBar {
  const play = button({ label: t('Play'), icon: 'play', look: 'icon', onPress: actions.onToggle });
  const pause = button({ label: t('Pause'), icon: 'debug-pause', look: 'icon', onPress: actions.onToggle });
  const slider = el('input', { class: 'replay-slider', attrs: { type: 'range', min: '0', step: '1', 'aria-label': t('Moment of the replay') } });
  slider.addEventListener('input', () => actions.onSeek(slider.valueAsNumber));
  const time = el('span', { class: 'replay-time', attrs: { 'aria-hidden': 'true' } });
  const speed = select({ label: t('Replay speed'), values: speeds, value: '1', onChange: (value) => actions.onSpeed(Number(value)) });
  const element = el('section', { class: 'replay', attrs: { 'aria-label': t('Replay') } }, play.element, pause.element, slider, time, speed.element);
  setHidden(element, true);
  setHidden(pause.element, true);
  let playing = false;
  /** One button to the person: when play turns into pause, focus stays where it was. */
  const swap = (next: boolean): void => {
    const [shown, gone] = next ? [pause, play] : [play, pause];
    const hadFocus = document.activeElement === gone.element;
    playing = next;
    setHidden(shown.element, false);
    if (hadFocus) shown.focus();
    setHidden(gone.element, true);
  };
  return {
    element,
    draw: (player) => {
      setHidden(element, player === null);
      if (!player) return;
      const { view, position, length } = player;
      if (player.playing !== playing) swap(player.playing);
      setAttr(slider, 'max', String(length));
      if (slider.valueAsNumber !== position) slider.value = String(position);
      setVar(slider, '--played', `${length === 0 ? 0 : (position / length) * 100}%`);
      setAttr(slider, 'aria-valuetext', t('Event {0} of {1}, {2}, {3}', formatCount(position), formatCount(length), formatDuration(view.elapsedMs), phaseNames[view.phase]));
      setText(time, formatDuration(view.elapsedMs));
    },
  };
}
