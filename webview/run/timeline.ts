/** Decisions and trial answers on the axis of thinking tokens: a strip to move along, above the list that tells each of them in words. */
import type { RunView } from '../../extension/trace/view.ts';
import { createPlot, type Stop } from '../charts/plot.ts';
import { domainOf, HEIGHT, x } from '../charts/scale.ts';
import { svg } from '../charts/svg.ts';
import type { Cursor } from '../cursor.ts';
import { el, icon, setAttr, setHidden, setText, setVar } from '../dom.ts';
import { formatCount, plural } from '../format.ts';
import { placesOf } from '../places.ts';
import { actionNames, policyName } from '../words.ts';
import { retold, t } from '../l10n.ts';

interface Moment extends Stop {
  readonly words: readonly string[];
  readonly ends: boolean;
  /** Somebody did something here; otherwise the run only looked, and went on. */
  readonly acts: boolean;
}

export interface Timeline {
  readonly element: HTMLElement;
  draw(view: RunView): void;
}

/** `onGo`: tell of what was decided at a token. */
export function createTimeline(cursor: Cursor, onGo: (atToken: number) => void): Timeline {
  const plot = createPlot<Moment>({ label: t('Decisions over the thinking tokens'), class: 'timeline-plot', cursor, source: 'decisions', words: wordsAt, onGo: ({ atToken }) => onGo(atToken) });
  const looks = svg('path', { class: 'timeline-looks' });
  plot.svg.append(svg('path', { class: 'timeline-track', d: `M0 ${HEIGHT / 2}H1000` }), looks);
  const glyphs = el('div', { class: 'timeline-glyphs', attrs: { 'aria-hidden': 'true' } });
  plot.element.append(glyphs);
  const axis = el('p', { class: 'chart-axis note', attrs: { 'aria-hidden': 'true' } });
  const element = el('div', { class: 'timeline' }, plot.element, axis);
  let moments: readonly Moment[] = [];
  let drawn: (Pick<RunView, 'decisions' | 'probes'> & { readonly domain: number }) | null = null;
  return {
    element,
    draw: (view) => {
      const { decisions, probes } = view;
      const same = drawn?.decisions === decisions && drawn.probes === probes;
      if (!same) moments = momentsOf(view);
      const domain = domainOf(Math.max(placesOf(view).tokens, moments.at(-1)?.atToken ?? 0));
      if (same && drawn?.domain === domain) return;
      drawn = { decisions, probes, domain };
      setHidden(element, moments.length === 0);
      setAttr(looks, 'd', moments.filter(({ acts }) => !acts).map(({ atToken }) => `M${x(atToken, domain).toFixed(1)} 25V75`).join(''));
      glyphs.replaceChildren(...moments.filter(({ acts }) => acts).map((moment) => glyphOf(moment, domain)));
      plot.draw(moments, domain, t('{0}. Enter shows it in the list.', plural(moments.length, t('moment'), t('moments'))));
      setText(axis, t('0 to {0} thinking tokens', formatCount(domain)));
    },
  };
}

function glyphOf({ atToken, ends }: Moment, domain: number): HTMLElement {
  const glyph = icon(ends ? 'circle-filled' : 'debug-stackframe-dot');
  setVar(glyph, '--at', `${(atToken / domain) * 100}%`);
  return glyph;
}

function wordsAt({ atToken, words }: Moment): string {
  return t('Token {0}: {1}', formatCount(atToken), words.join('. '));
}

/** What happened at a token is one stop, however much it was. */
function momentsOf({ decisions, probes }: RunView): Moment[] {
  const found = new Map<number, { words: string[]; ends: boolean; acts: boolean }>();
  const at = (token: number): { words: string[]; ends: boolean; acts: boolean } => {
    const moment = found.get(token) ?? { words: [], ends: false, acts: false };
    found.set(token, moment);
    return moment;
  };
  for (const { atToken, answer, kind } of probes) at(atToken).words.push(kind === 'entropy-after-end' ? t('Looked past the end tag') : t('Trial answer: {0}', answer === '' ? t('none') : answer));
  for (const { phase, action, policy, atToken, reason } of decisions) {
    if (phase !== 'thinking') continue;
    const moment = at(atToken);
    moment.words.push(action === 'continue' ? t('{0} went on', policyName(policy)) : `${policyName(policy)}: ${actionNames[action].toLowerCase()}. ${retold(reason)}`);
    moment.acts ||= action !== 'continue';
    moment.ends ||= action === 'end-thinking' || action === 'stop';
  }
  return [...found].map(([atToken, moment]) => ({ atToken, ...moment })).sort((one, other) => one.atToken - other.atToken);
}
