/** The items of the list of decisions: what was decided, by whom, on which evidence, and what it was thought to save. */
import { signalInfo, signalLabel } from '../../extension/trace/signals.ts';
import type { RunView, Transition } from '../../extension/trace/view.ts';
import { el, icon } from '../dom.ts';
import { formatCount, formatDuration, formatValue, plural } from '../format.ts';
import { actionNames, phaseNames, policyName, transitionSentence } from '../words.ts';

export type Decision = RunView['decisions'][number];
export type Steer = RunView['steers'][number];
export type Probe = RunView['probes'][number];

/** Shows the place of a decision in the thoughts. */
export type Locate = (atToken: number) => void;

function evidenceRow({ signal, value, threshold }: Decision['evidence'][number]): HTMLElement {
  const info = signalInfo(signal);
  const name = el('td', { text: signalLabel(signal) });
  if (info) name.title = info.meaning;
  // Words held against nothing may be long: they get the room of both columns.
  if (typeof value === 'string' && threshold === undefined) return el('tr', {}, name, el('td', { class: 'evidence-words', text: value, attrs: { colspan: '2' } }));
  return el('tr', {}, name, el('td', { text: formatValue(value) }), el('td', { text: formatValue(threshold) }));
}

export function evidenceTable(evidence: Decision['evidence']): HTMLElement {
  const head = el('tr', {}, ...['Signal', 'Value', 'Threshold'].map((text) => el('th', { text, attrs: { scope: 'col' } })));
  return el('table', { class: 'evidence' }, el('thead', {}, head), el('tbody', {}, ...evidence.map(evidenceRow)));
}

function quote(text: string): HTMLElement {
  return el('p', { class: 'event-quote', text });
}

function note(text: string): HTMLElement {
  return el('p', { class: 'event-note', text });
}

function item(at: number, glyph: string, title: string, detail: string, ...more: readonly HTMLElement[]): HTMLElement {
  const head = el('div', { class: 'event-head' }, el('span', { class: 'event-title', text: title }), el('span', { class: 'event-time', text: formatDuration(at) }));
  const body = el('div', { class: 'event-body' }, head);
  if (detail !== '') body.append(el('p', { class: 'event-detail', text: detail }));
  body.append(...more);
  return el('li', { class: 'event' }, icon(glyph), body);
}

/** "Answer convergence, at thinking token 96"; the place is a link where the thoughts have it. */
function whereLine({ policy, phase, atToken }: Decision, locate: Locate | null): HTMLElement {
  const who = policy === 'user' ? 'You' : policyName(policy);
  const place = `${phaseNames[phase].toLowerCase()} token ${formatCount(atToken)}`;
  if (phase !== 'thinking' || !locate) return note(`${who}, at ${place}`);
  const link = el('button', { class: 'link-button', text: place, attrs: { type: 'button', 'aria-label': `Show ${place} in the thoughts`, title: 'Show it in the thoughts' } });
  link.addEventListener('click', () => locate(atToken));
  return el('p', { class: 'event-note' }, document.createTextNode(`${who}, at `), link);
}

function savedWords(estimate: number): string {
  const saved = Math.round(estimate);
  const words = saved >= 0 ? `About ${plural(saved, 'token', 'tokens')} saved` : `About ${plural(-saved, 'token', 'tokens')} more than without it`;
  return `${words} (estimate, trial answers counted)`;
}

/** The trial answer a decision was taken after, in the model's own words. */
function probeLines({ answer, text, injected, generated, confidence }: Probe): HTMLElement[] {
  const cost = `${plural(injected + generated, 'token', 'tokens')}${confidence === undefined ? '' : `, raw confidence ${formatValue(confidence)}`}`;
  return [note(`Trial answer there (${cost}):`), quote(text.trim() === '' ? (answer === '' ? 'none' : answer) : text.trim())];
}

export function decisionItem(decision: Decision, probe: Probe | null, locate: Locate | null): HTMLElement {
  const own = decision.policy === 'user';
  const more: HTMLElement[] = [whereLine(decision, locate)];
  const [first] = decision.evidence;
  if (decision.action === 'steer' && first && decision.evidence.length === 1) more.unshift(quote(formatValue(first.value)));
  else if (first) more.push(evidenceTable(decision.evidence));
  if (probe) more.push(...probeLines(probe));
  if (decision.savedTokensEstimate !== undefined) more.push(note(savedWords(decision.savedTokensEstimate)));
  return item(decision.at, own ? 'account' : 'lightbulb', actionNames[decision.action], decision.reason, ...more);
}

/** Decisions to go on, one after the other: told together, each with its evidence when asked for. */
export function wentOnItem(decisions: readonly Decision[], locate: Locate | null): HTMLElement {
  const [first] = decisions;
  if (!first) return item(0, 'arrow-right', actionNames.continue, '');
  const each = decisions.map((decision) => el('li', {}, whereLine(decision, locate), el('p', { class: 'event-detail', text: decision.reason }), ...(decision.evidence.length > 0 ? [evidenceTable(decision.evidence)] : [])));
  const list = el('details', { class: 'went-on' }, el('summary', { text: `Why, ${decisions.length === 1 ? 'this time' : 'each time'}` }), el('ol', {}, ...each));
  const title = decisions.length === 1 ? actionNames.continue : `${actionNames.continue} ${formatCount(decisions.length)} times`;
  return item(first.at, 'debug-step-over', title, '', note(policyName(first.policy)), list);
}

function steerTitle({ command }: Steer): string {
  switch (command.kind) {
    case 'stop':
      return 'You: Stop';
    case 'answer-now':
      return 'You: Answer Now';
    case 'keep-thinking':
      return `You: Keep Thinking (+${formatCount(command.tokens)})`;
    case 'steer':
      return 'You: Steer';
    case 'release':
      return 'You: Release';
    default:
      return command satisfies never;
  }
}

export function steerItem(steer: Steer): HTMLElement {
  const more: HTMLElement[] = [];
  if (steer.command.kind === 'steer') more.push(quote(steer.command.text));
  const refused = steer.accepted ? '' : 'Refused. ';
  return item(steer.at, steer.accepted ? 'account' : 'circle-slash', steerTitle(steer), `${refused}${steer.note ?? ''}`.trim(), ...more);
}

/** Transitions step back behind the decisions that caused them. */
export function transitionItem(transition: Transition): HTMLElement {
  return item(transition.at, 'arrow-right', phaseNames[transition.to], '', note(transitionSentence(transition)));
}
