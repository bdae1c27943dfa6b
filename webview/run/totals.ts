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

type Count = Exclude<keyof Usage, 'estimated'>;

const counts: readonly { readonly key: Count; readonly label: string; readonly hint: string }[] = [
  { key: 'thinking', label: 'Thinking', hint: 'Tokens of the thoughts' },
  { key: 'probes', label: 'Trial answers', hint: 'Tokens spent on asking what the answer would be so far; paid from the thinking budget' },
  { key: 'solution', label: 'Solution', hint: 'Tokens of the answer' },
  { key: 'discarded', label: 'Discarded', hint: 'Tokens of answers dropped by Keep Thinking or Steer, and of further samples' },
  { key: 'injected', label: 'Written by Reins', hint: 'Tokens Reins put in: closing text and remarks. Not charged to a budget' },
  { key: 'prompt', label: 'Prompt', hint: 'Tokens of the question, its code, the instructions, and what tools gave' },
];

function row(label: string, hint: string): { readonly element: HTMLElement; readonly value: HTMLElement } {
  const value = el('dd');
  return { element: el('div', { class: 'total', attrs: { title: hint } }, el('dt', { text: label }), value), value };
}

function requestText({ count, prompt, cached, estimated }: RequestTotals): string {
  const sent = formatTokens(prompt, estimated);
  return `${count}, ${cached > 0 ? `${sent} sent, ${formatTokens(cached, estimated)} of them cached` : `${sent} sent`}`;
}

export function createTotals(post: Post, remembered: Remembered): RunPart {
  const section = createSection({ key: 'totals', title: 'Totals', openByDefault: false, remembered, class: 'totals' });
  const outcome = row('Outcome', 'How the run ended');
  const rows = counts.map((count) => ({ ...count, ...row(count.label, count.hint) }));
  const requests = row('Requests', 'Requests to the server. Each sends the prompt again, a part of it from the server’s cache where it has one');
  const cost = row('Cost', 'By the prices you have entered: what the run cost, and what for');
  const session = row('Session', 'What the runs of this session have cost so far');
  const time = row('Time', 'From the start to the last event');
  const rate = row('Speed', 'Generated tokens over the whole time, reading the prompt included');
  section.body.append(el('dl', { class: 'total-list' }, outcome.element, ...rows.map(({ element }) => element), requests.element, cost.element, session.element, time.element, rate.element));
  const exportTrace = button({ label: 'Export Trace', icon: 'export', look: 'icon', onPress: () => post({ type: 'command', command: 'exportTrace' }) });
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
        setText(value, formatTokens(usage[key], usage.estimated));
        setAttr(element, 'title', usage.estimated ? `${hint}. Estimated: the server does not tell` : hint);
      }
      setText(outcome.value, view.outcome === null ? (interrupted ? interruptedName : 'Running') : outcomeNames[view.outcome]);
      setText(time.value, formatDuration(view.elapsedMs));
      setText(rate.value, formatRate(generated, view.elapsedMs));
      section.setTitle('Totals', `${formatTokens(generated, usage.estimated)} tokens`);
    },
  };
}
