/** The items of the list of decisions: what was decided, by whom, on which evidence, and what it was thought to save. */
import { signalInfo, signalLabel } from '../../extension/trace/signals.ts';
import type { RunView, Transition } from '../../extension/trace/view.ts';
import { el, icon } from '../dom.ts';
import { formatCount, formatDuration, formatValue, plural } from '../format.ts';
import { actionNames, phaseNames, policyName, transitionSentence } from '../words.ts';
import { retold, t } from '../l10n.ts';

export type Decision = RunView['decisions'][number];
export type Steer = RunView['steers'][number];
export type Probe = RunView['probes'][number];

/** Shows the place of a decision in the thoughts. */
export type Locate = (atToken: number) => void;

/** Evidence in the words of the model or the person, which are not ours to put in another language. */
const THEIR_WORDS: ReadonlySet<string> = new Set(['trial answer', 'remark', 'answer', 'printed by the interpreter']);

function evidenceRow({ signal, value, threshold }: Decision['evidence'][number]): HTMLElement {
  const info = signalInfo(signal);
  const name = el('td', { text: retold(signalLabel(signal)) });
  if (info) name.title = retold(info.meaning);
  // Words held against nothing may be long: they get the room of both columns.
  if (typeof value === 'string' && threshold === undefined) return el('tr', {}, name, el('td', { class: 'evidence-words', text: THEIR_WORDS.has(signal) ? value : retold(value), attrs: { colspan: '2' } }));
  return el('tr', {}, name, el('td', { text: formatValue(value) }), el('td', { text: formatValue(threshold) }));
}

export function evidenceTable(evidence: Decision['evidence']): HTMLElement {
  const head = el('tr', {}, ...[t('Signal'), t('Value'), t('Threshold')].map((text) => el('th', { text, attrs: { scope: 'col' } })));
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
  const who = policy === 'user' ? t('You') : policyName(policy);
  const place = t('{0} token {1}', phaseNames[phase].toLowerCase(), formatCount(atToken));
  if (phase !== 'thinking' || !locate) return note(t('{0}, at {1}', who, place));
  const link = el('button', { class: 'link-button', text: place, attrs: { type: 'button', 'aria-label': t('Show {0} in the thoughts', place), title: t('Show it in the thoughts') } });
  link.addEventListener('click', () => locate(atToken));
  return el('p', { class: 'event-note' }, document.createTextNode(t('{0}, at ', who)), link);
}

function savedWords(estimate: number): string {
  const saved = Math.round(estimate);
  const words = saved >= 0 ? t('About {0} saved', plural(saved, t('token'), t('tokens'))) : t('About {0} more than without it', plural(-saved, t('token'), t('tokens')));
  return t('{0} (estimate, trial answers counted)', words);
}

/** The trial answer a decision was taken after, in the model's own words. */
function probeLines({ answer, text, injected, generated, confidence }: Probe): HTMLElement[] {
  const cost = `${plural(injected + generated, t('token'), t('tokens'))}${confidence === undefined ? '' : t(', raw confidence {0}', formatValue(confidence))}`;
  return [note(t('Trial answer there ({0}):', cost)), quote(text.trim() === '' ? (answer === '' ? t('none') : answer) : text.trim())];
}

export function decisionItem(decision: Decision, probe: Probe | null, locate: Locate | null): HTMLElement {
  const own = decision.policy === 'user';
  const more: HTMLElement[] = [whereLine(decision, locate)];
  const [first] = decision.evidence;
  if (decision.action === 'steer' && first && decision.evidence.length === 1) more.unshift(quote(formatValue(first.value)));
  else if (first) more.push(evidenceTable(decision.evidence));
  if (probe) more.push(...probeLines(probe));
  if (decision.savedTokensEstimate !== undefined) more.push(note(savedWords(decision.savedTokensEstimate)));
  return item(decision.at, own ? 'account' : 'lightbulb', actionNames[decision.action], retold(decision.reason), ...more);
}

/** Decisions to go on, one after the other: told together, each with its evidence when asked for. */
export function wentOnItem(decisions: readonly Decision[], locate: Locate | null): HTMLElement {
  const [first] = decisions;
  if (!first) return item(0, 'arrow-right', actionNames.continue, '');
  const each = decisions.map((decision) => el('li', {}, whereLine(decision, locate), el('p', { class: 'event-detail', text: retold(decision.reason) }), ...(decision.evidence.length > 0 ? [evidenceTable(decision.evidence)] : [])));
  const list = el('details', { class: 'went-on' }, el('summary', { text: t('Why, {0}', decisions.length === 1 ? t('this time') : t('each time')) }), el('ol', {}, ...each));
  const title = decisions.length === 1 ? actionNames.continue : t('{0} {1} times', actionNames.continue, formatCount(decisions.length));
  return item(first.at, 'debug-step-over', title, '', note(policyName(first.policy)), list);
}

function steerTitle({ command }: Steer): string {
  switch (command.kind) {
    case 'stop':
      return t('You: Stop');
    case 'answer-now':
      return t('You: Answer Now');
    case 'keep-thinking':
      return t('You: Keep Thinking (+{0})', formatCount(command.tokens));
    case 'steer':
      return t('You: Steer');
    case 'release':
      return t('You: Release');
    default:
      return command satisfies never;
  }
}

export function steerItem(steer: Steer): HTMLElement {
  const more: HTMLElement[] = [];
  if (steer.command.kind === 'steer') more.push(quote(steer.command.text));
  const refused = steer.accepted ? '' : t('Refused. ');
  return item(steer.at, steer.accepted ? 'account' : 'circle-slash', steerTitle(steer), `${refused}${retold(steer.note ?? '')}`.trim(), ...more);
}

/** Transitions step back behind the decisions that caused them. */
export function transitionItem(transition: Transition): HTMLElement {
  return item(transition.at, 'arrow-right', phaseNames[transition.to], '', note(transitionSentence(transition)));
}
