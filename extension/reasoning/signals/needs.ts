/** Which signals a model allows, and why not the others. */
import { signalTable, type SignalInfo, type SignalName, type SignalNeed } from '../../trace/signals.ts';
import type { SignalLevel } from '../../trace/events.ts';
import type { Availability, ModelCard } from '../port.ts';
import { said } from '../../trace/said.ts';

const yes: Availability = { available: true };

const absent: Readonly<Record<'confidence' | 'selfEvaluation' | 'remainingLength' | 'earlyExits', string>> = {
  confidence: said('This model does not give the probabilities of the tokens that came into question.'),
  selfEvaluation: said('This model was not made to judge its own course.'),
  remainingLength: said('This model was not made to predict how long it will think.'),
  earlyExits: said('This model cannot be read at its earlier layers.'),
};

export function needMet(card: ModelCard, need: SignalNeed): Availability {
  const { capabilities } = card;
  switch (need) {
    case 'thoughts':
      return card.thinking ? yes : { available: false, reason: said('{0} does not think before it answers.', card.name) };
    case 'logprobs':
    case 'entropy':
    case 'probe':
    case 'hiddenStates':
      return capabilities[need];
    case 'endEntropy':
      return capabilities.endEntropy ?? capabilities.entropy;
    case 'confidence':
    case 'selfEvaluation':
    case 'remainingLength':
    case 'earlyExits':
      return capabilities[need] ?? { available: false, reason: absent[need] };
  }
}

/** Whether the model allows the signal; the first thing it lacks otherwise. */
export function signalAvailable(card: ModelCard, name: SignalName): Availability {
  const info = infoOf(name);
  for (const need of ['thoughts', ...info.needs] as const) {
    const met = needMet(card, need);
    if (!met.available) return met;
  }
  return yes;
}

export interface ChosenSignals {
  readonly names: ReadonlySet<SignalName>;
  /** Asked for, but not to be had here. */
  readonly missing: readonly { readonly name: SignalName; readonly reason: string }[];
}

/** Signals that a run measures: what its policy needs, and what the level adds. */
export function chooseSignals(card: ModelCard, level: SignalLevel, forPolicy: ReadonlySet<SignalName>): ChosenSignals {
  const names = new Set<SignalName>();
  const missing: { name: SignalName; reason: string }[] = [];
  // A probe that is paid for anyway tells all it can.
  const rows: readonly (SignalInfo & { readonly name: SignalName })[] = signalTable;
  const paid = new Set(rows.flatMap((info) => (info.costs === true && forPolicy.has(info.name) ? [info.family] : [])));
  for (const info of rows) {
    if (info.per === 'token') continue;
    const wanted = forPolicy.has(info.name) || level === 'all' || (level === 'cheap' && isCheap(info)) || paid.has(info.family);
    if (!wanted) continue;
    const met = signalAvailable(card, info.name);
    if (met.available) names.add(info.name);
    else if (level === 'all' && card.thinking !== null) missing.push({ name: info.name, reason: met.reason });
  }
  return { names, missing };
}

/** Costs no tokens, and hardly any time: an early exit reads the whole vocabulary once more for every layer. */
function isCheap(info: SignalInfo): boolean {
  return info.costs !== true && !info.needs.includes('earlyExits');
}

function infoOf(name: SignalName): SignalInfo {
  return signalTable.find((info) => info.name === name)!;
}
