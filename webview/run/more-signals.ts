/** Which signals are drawn: those that the exit policy goes by and decisions rested on, and whatever else the person asks for. */
import { signalInfo } from '../../extension/trace/signals.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { describeSignal } from '../charts/series.ts';
import { checkbox, type Checkbox } from '../controls.ts';
import { el, setHidden } from '../dom.ts';
import type { Remembered } from '../remembered.ts';
import { t } from '../l10n.ts';

/** Shown without asking, where they were measured: each says in one line whether more thought would change the answer. */
const always: ReadonlySet<string> = new Set(['answer-convergence', 'entropy-after-end']);
/** Names this version does not know come from another one, or from a file that means no good: a few are shown, none is trusted. */
const MOST_UNKNOWN = 4;
const MOST_OFFERED = 60;

export interface More {
  readonly element: HTMLElement;
  isShown(name: string, view: RunView): boolean;
  /** `names`: what may be shown. */
  draw(names: readonly string[], view: RunView): void;
}

function decidedBy({ decisions, started }: RunView): ReadonlySet<string> {
  const evidence = decisions.flatMap((decision) => decision.evidence.filter(({ value }) => typeof value === 'number').map(({ signal }) => signal));
  return new Set([...evidence, ...(started?.exit?.thresholds ?? []).map(({ signal }) => signal)]);
}

function shownByDefault(name: string, view: RunView): boolean {
  if (always.has(name) || decidedBy(view).has(name)) return true;
  if (signalInfo(name)) return false;
  return Object.keys(view.signals).filter((each) => !signalInfo(each)).indexOf(name) < MOST_UNKNOWN;
}

export function createMore(remembered: Remembered, onChange: () => void): More {
  const families = el('div', { class: 'more-families' });
  const element = el('details', { class: 'more-signals' }, el('summary', { text: t('More signals') }), families);
  element.open = remembered.isOpen('signals-more', false);
  element.addEventListener('toggle', () => remembered.setOpen('signals-more', element.open));
  let offered = '';
  let boxes = new Map<string, Checkbox>();
  const isShown = (name: string, view: RunView): boolean => remembered.isOpen(`signal ${name}`, shownByDefault(name, view));

  const build = (names: readonly string[], view: RunView): void => {
    boxes = new Map();
    const groups = new Map<string, HTMLElement>();
    for (const name of names.slice(0, MOST_OFFERED)) {
      const { family, title, meaning } = describeSignal(name);
      const heading = family ?? 'other';
      const group = groups.get(heading) ?? el('fieldset', { class: 'more-family' }, el('legend', { text: heading.charAt(0).toUpperCase() + heading.slice(1) }));
      groups.set(heading, group);
      const box = checkbox({
        label: title,
        ...(meaning === '' ? {} : { hint: meaning }),
        checked: isShown(name, view),
        onChange: (checked) => {
          remembered.setOpen(`signal ${name}`, checked);
          onChange();
        },
      });
      boxes.set(name, box);
      group.append(box.element);
    }
    families.replaceChildren(...groups.values());
  };

  return {
    element,
    isShown,
    draw: (names, view) => {
      setHidden(element, names.length === 0);
      const key = names.join('\n');
      if (key !== offered) build(names, view);
      offered = key;
      for (const [name, box] of boxes) box.set(isShown(name, view));
    },
  };
}
