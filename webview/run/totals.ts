/** What the run cost, in tokens and time. */
import type { Usage } from '../../extension/trace/events.ts';
import type { RequestTotals, RunView } from '../../extension/trace/view.ts';
import { button } from '../controls.ts';
import { el, setAttr, setHidden, setText } from '../dom.ts';
import { formatDuration, formatRate, formatTokens } from '../format.ts';
import type { Post } from '../host.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { interruptedName, outcomeNames } from '../words.ts';
import { t } from '../l10n.ts';

type Count = Exclude<keyof Usage, 'estimated'>;

const counts: readonly { readonly key: Count; readonly label: string; readonly hint: string }[] = [
  { key: 'thinking', label: t('Thinking'), hint: t('Tokens of the thoughts') },
  { key: 'probes', label: t('Trial answers'), hint: t('Tokens spent on asking what the answer would be so far; paid from the thinking budget') },
  { key: 'solution', label: t('Solution'), hint: t('Tokens of the answer') },
  { key: 'discarded', label: t('Discarded'), hint: t('Tokens of answers dropped by Keep Thinking or Steer, and of further samples') },
  { key: 'injected', label: t('Written by Reins'), hint: t('Tokens Reins put in: closing text and remarks. Not charged to a budget') },
  { key: 'prompt', label: t('Prompt'), hint: t('Tokens of the question, its code, the instructions, and what tools gave') },
];

function row(label: string, hint: string): { readonly element: HTMLElement; readonly value: HTMLElement } {
  const value = el('dd');
  return { element: el('div', { class: 'total', attrs: { title: hint } }, el('dt', { text: label }), value), value };
}

function requestText({ count, prompt, cached, estimated }: RequestTotals): string {
  const sent = formatTokens(prompt, estimated);
  return `${count}, ${cached > 0 ? t('{0} sent, {1} of them cached', sent, formatTokens(cached, estimated)) : t('{0} sent', sent)}`;
}

export function createTotals(post: Post, remembered: Remembered): RunPart {
  const section = createSection({ key: 'totals', title: t('Totals'), openByDefault: false, remembered, class: 'totals' });
  const outcome = row(t('Outcome'), t('How the run ended'));
  const rows = counts.map((count) => ({ ...count, ...row(count.label, count.hint) }));
  const requests = row(t('Requests'), t('Requests to the server. Each sends the prompt again, a part of it from the server’s cache where it has one'));
  const cost = row(t('Cost'), t('By the prices you have entered: what the run cost, and what for'));
  const session = row(t('Session'), t('What the runs of this session have cost so far'));
  const time = row(t('Time'), t('From the start to the last event'));
  const rate = row(t('Speed'), t('Generated tokens over the whole time, reading the prompt included'));
  section.body.append(el('dl', { class: 'total-list' }, outcome.element, ...rows.map(({ element }) => element), requests.element, cost.element, session.element, time.element, rate.element));
  const exportTrace = button({ label: t('Export Trace'), icon: 'export', look: 'icon', onPress: () => post({ type: 'command', command: 'exportTrace' }) });
  section.header.append(exportTrace.element);
  return {
    element: section.element,
    draw: (view: RunView, { interrupted, panel }) => {
      const { usage } = view;
      const spent = panel?.cost?.run === view.run ? panel.cost : null;
      setHidden(requests.element, view.requests === null);
      for (const element of [cost.element, session.element]) setHidden(element, spent === null);
      setText(requests.value, view.requests ? requestText(view.requests) : '');
      setText(cost.value, spent ? `${spent.total}: ${spent.parts}` : '');
      setText(session.value, spent?.session ?? '');
      const generated = usage.thinking + usage.probes + usage.solution + usage.discarded;
      for (const { key, value, hint, element } of rows) {
        // The words around a prompt are the server's, so it may be an estimate where all that came is counted.
        const estimated = usage.estimated || (key === 'prompt' && view.started?.prompt.estimated === true);
        setText(value, formatTokens(usage[key], estimated));
        setAttr(element, 'title', estimated ? t('{0}. Estimated: the server does not tell', hint) : view.started?.tokenCounts === 'counted' ? t('{0}. Counted with the tokenizer you chose', hint) : hint);
      }
      setText(outcome.value, view.outcome === null ? (interrupted ? interruptedName : t('Running')) : outcomeNames[view.outcome]);
      setText(time.value, formatDuration(view.elapsedMs));
      setText(rate.value, formatRate(generated, view.elapsedMs));
      section.setTitle(t('Totals'), t('{0} tokens', formatTokens(generated, usage.estimated)));
    },
  };
}
