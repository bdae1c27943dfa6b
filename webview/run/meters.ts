/** The two budgets filling. Trial answers are paid from the thinking budget and shown as a hatched part of it: not by colour alone. */
import { el, setAttr, setText, setVar } from '../dom.ts';
import { formatTokens } from '../format.ts';
import type { RunPart } from '../scene.ts';
import { t } from '../l10n.ts';

interface Reading {
  readonly used: number;
  readonly probes: number;
  readonly budget: number;
  readonly estimated: boolean;
}

interface Meter {
  readonly element: HTMLElement;
  set(reading: Reading): void;
}

function share(part: number, whole: number): string {
  if (whole <= 0) return part > 0 ? '100%' : '0%';
  return `${Math.min(100, (part / whole) * 100).toFixed(2)}%`;
}

function createMeter(kind: 'thinking' | 'solution', label: string): Meter {
  const bar = el('div', { class: 'meter-bar', attrs: { role: 'meter', 'aria-label': t('{0} budget', label), 'aria-valuemin': '0' } }, el('div', { class: 'meter-fill' }), el('div', { class: 'meter-probes' }));
  const figures = el('span', { class: 'meter-figures' });
  const element = el('div', { class: `meter meter-${kind}` }, el('span', { class: 'meter-label', text: label }), bar, figures);
  return {
    element,
    set: ({ used, probes, budget, estimated }) => {
      const total = used + probes;
      const text = `${formatTokens(total, estimated)} / ${formatTokens(budget, false)}`;
      setText(figures, text);
      setVar(bar, '--used', share(used, budget));
      setVar(bar, '--probes', share(probes, budget));
      setAttr(bar, 'aria-valuenow', String(Math.min(total, Math.max(budget, 1))));
      setAttr(bar, 'aria-valuemax', String(Math.max(budget, 1)));
      const parts = probes > 0 ? t(', {0} of them in trial answers', formatTokens(probes, estimated)) : '';
      const guess = estimated ? t('. Estimated: the server does not tell') : '';
      const words = t('{0} of {1} {2} tokens used{3}{4}', formatTokens(total, false), formatTokens(budget, false), label.toLowerCase(), parts, guess);
      setAttr(bar, 'aria-valuetext', words);
      setAttr(element, 'title', words);
    },
  };
}

export function createMeters(): RunPart {
  const thinking = createMeter('thinking', t('Thinking'));
  const solution = createMeter('solution', t('Solution'));
  return {
    element: el('div', { class: 'meters' }, thinking.element, solution.element),
    draw: ({ usage, budgets }) => {
      thinking.set({ used: usage.thinking, probes: usage.probes, budget: budgets.thinking, estimated: usage.estimated });
      solution.set({ used: usage.solution, probes: 0, budget: budgets.solution, estimated: usage.estimated });
    },
  };
}
