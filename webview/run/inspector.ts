/** One token of the thoughts and everything that was measured there. A slider moves it; so does pointing at the text or at a chart. */
import { signalInfo } from '../../extension/trace/signals.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { describeSignal, withUnit } from '../charts/series.ts';
import { nearest } from '../charts/scale.ts';
import type { Cursor } from '../cursor.ts';
import { el, setAttr, setHidden, setText } from '../dom.ts';
import { formatCount, formatValue } from '../format.ts';
import type { Places } from '../places.ts';
import { retold, t } from '../l10n.ts';

export interface Inspector {
  readonly element: HTMLElement;
  readonly open: boolean;
  setOpen(open: boolean): void;
  draw(view: RunView, places: Places): void;
}

interface Line {
  readonly name: string;
  readonly value: string;
}

export function createInspector(cursor: Cursor): Inspector {
  const slider = el('input', { class: 'inspector-slider', attrs: { type: 'range', min: '1', step: '1', 'aria-label': t('Thinking token') } });
  const where = el('span', { class: 'inspector-where' });
  const values = el('dl', { class: 'inspector-values' });
  const element = el('div', { class: 'inspector', attrs: { role: 'group', 'aria-label': t('Values at a token') } }, el('div', { class: 'inspector-head' }, slider, where), values);
  let open = false;
  let view: RunView | null = null;
  let places: Places | null = null;
  /** The token it stays at; null: the last there is. */
  let token: number | null = null;
  setHidden(element, true);

  const drawAt = (): void => {
    if (!open || !view || !places) return;
    const at = Math.max(1, Math.min(token ?? places.tokens, places.tokens));
    setAttr(slider, 'max', String(Math.max(1, places.tokens)));
    if (slider.valueAsNumber !== at) slider.value = String(at);
    const place = places.placeOf(at);
    const text = place ? (view.thoughts[place.segment]?.text.slice(place.start, place.end) ?? '') : '';
    setText(where, t('Token {0} of {1}', formatCount(at), formatCount(places.tokens)));
    const lines = linesAt(view, places, at);
    setAttr(slider, 'aria-valuetext', t('Token {0}: {1}. {2}', formatCount(at), visible(text), lines.map(({ name, value }) => `${name} ${value}`).join(', ')));
    values.replaceChildren(...[{ name: t('Text'), value: visible(text) }, ...lines].map(({ name, value }) => el('div', {}, el('dt', { text: name }), el('dd', { text: value }))));
  };
  slider.addEventListener('input', () => cursor.set(slider.valueAsNumber, 'inspector'));
  slider.addEventListener('focus', () => cursor.set(slider.valueAsNumber, 'inspector'));
  slider.addEventListener('blur', () => cursor.clear());
  cursor.onChange(() => {
    if (cursor.token === null) return;
    token = cursor.token;
    drawAt();
  });

  return {
    element,
    get open() {
      return open;
    },
    setOpen: (next) => {
      open = next;
      setHidden(element, !open);
      drawAt();
    },
    draw: (now, where_) => {
      if (view?.run !== now.run) token = null;
      view = now;
      places = where_;
      drawAt();
    },
  };
}

/** White space has to be seen to be read. */
function visible(text: string): string {
  return `“${text.replaceAll('\n', '⏎').replaceAll('\t', '⇥')}”`;
}

function linesAt(view: RunView, places: Places, token: number): Line[] {
  const place = places.placeOf(token);
  const figures = place ? places.figuresAt(place) : null;
  const lines: Line[] = [];
  if (figures?.logprob != null) lines.push({ name: t('Probability (raw)'), value: t('{0} %, surprise {1}', formatValue(Math.exp(figures.logprob) * 100), withUnit(-figures.logprob, 'nats')) });
  if (figures?.entropy != null) lines.push({ name: t('Entropy (raw)'), value: withUnit(figures.entropy, 'nats') });
  if (figures?.confidence != null) lines.push({ name: t('Token confidence (raw)'), value: withUnit(figures.confidence, 'nats') });
  for (const [name, points] of Object.entries(view.signals)) {
    const point = nearest(points, token);
    if (!point || signalInfo(name)?.per === 'token') continue;
    const { title, unit, raw } = describeSignal(name);
    const alone = point.baseline === undefined ? '' : t(', length alone {0}', formatValue(point.baseline));
    const gap = point.value === null && point.reason !== undefined ? `: ${retold(point.reason)}` : '';
    lines.push({ name: raw ? t('{0} (raw)', title) : title, value: `${withUnit(point.value, unit)}${gap}${alone}${point.early ? t(', too early to go by') : ''}${point.atToken === token ? '' : t(' (at token {0})', formatCount(point.atToken))}` });
  }
  return lines;
}
