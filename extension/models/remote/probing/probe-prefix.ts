/**
 * Whether a server goes on with a reply that has begun, and how it wants it handed over. Servers ignore what they do not know far more often than they
 * refuse it, so what counts is what the model does: asked to count to ten with "one two three" already written, it must go on with "four".
 */
import type { CapabilityRecord, PrefixStyle } from '../capability-record.ts';
import type { Body } from '../endpoint.ts';
import { goingOn, assistantMessage } from '../routes/requests.ts';
import type { ServerKind } from '../servers/server-kind.ts';
import type { Said } from '../transcript.ts';
import { BEGUN, CONTINUED, GOES_ON, QUESTION, THOUGHT } from './counting.ts';
import { chatLook, lookIfAccepted, type Probing, type Seen } from './look.ts';
import { said } from '../../../trace/said.ts';

type Found = Pick<CapabilityRecord, 'prefix' | 'closes' | 'continuedThoughts' | 'continuedAnswer'>;

export async function probePrefix(probing: Probing, kind: ServerKind, thoughts: CapabilityRecord['thoughts'], evidence: string[], signal: AbortSignal): Promise<Found> {
  const inline = thoughts === 'inline';
  const nothing: Found = { prefix: null, closes: true, continuedThoughts: inline ? 'content' : 'field', continuedAnswer: 'content' };
  for (const style of ordered(kind.prefixes, thoughts)) {
    const seen = await handOver(probing, kind, style, thoughts === 'none' ? begun : closed, signal);
    const goesOn = seen !== null && GOES_ON.test(seen.text);
    evidence.push(seen === null ? said('A begun reply ({0}) was refused.', style) : goesOn ? said('A begun reply ({0}) was continued.', style) : said('A begun reply ({0}) was not continued: the model started afresh.', style));
    if (!goesOn) continue;
    const misfiled = thoughts !== 'none' && !GOES_ON.test(seen.content);
    if (misfiled) evidence.push(said('A continued answer arrived among the thoughts.'));
    const closes = style !== 'prefix' || thoughts === 'none' || (await endsThoughts(probing, kind, style, evidence, signal));
    return { prefix: style, closes, continuedThoughts: inline || (await misfilesThoughts(probing, kind, style, thoughts, evidence, signal)) ? 'content' : 'field', continuedAnswer: misfiled ? 'field' : 'content' };
  }
  return nothing;
}

/** A server that has a field for thoughts of its own most likely wants them in it. */
function ordered(styles: readonly PrefixStyle[], thoughts: CapabilityRecord['thoughts']): readonly PrefixStyle[] {
  if (thoughts !== 'reasoning_content' || !styles.includes('reasoning')) return styles;
  return ['reasoning', ...styles.filter((style) => style !== 'reasoning')];
}

const begun: Said = { preamble: BEGUN, thoughts: '', answer: '', raw: BEGUN, written: BEGUN, inThoughts: false, thought: false };
const closedRaw = `<think>\n${THOUGHT}\n</think>\n\n${BEGUN}`;
const closed: Said = { preamble: '', thoughts: THOUGHT, answer: BEGUN, raw: closedRaw, written: closedRaw, inThoughts: false, thought: true };
const openThought = `I count: ${BEGUN}`;
const openRaw = `<think>\n${openThought}`;
const open: Said = { preamble: '', thoughts: openThought, answer: '', raw: openRaw, written: openRaw, inThoughts: true, thought: true };

/** With prefix there is no way to write that the thoughts are over but to begin the answer; a model may as well think on. */
async function endsThoughts(probing: Probing, kind: ServerKind, style: PrefixStyle, evidence: string[], signal: AbortSignal): Promise<boolean> {
  const seen = await handOver(probing, kind, style, { ...closed, answer: '' }, signal);
  const closes = seen !== null && seen.place === null && seen.content.trim() !== '';
  evidence.push(closes ? said('Handed over thoughts were followed by the answer.') : said('Handed over thoughts were thought on, so the answer is asked for afresh.'));
  return closes;
}

/** Servers with a field for thoughts may lose track of it when a reply begins inside them. */
async function misfilesThoughts(probing: Probing, kind: ServerKind, style: PrefixStyle, thoughts: CapabilityRecord['thoughts'], evidence: string[], signal: AbortSignal): Promise<boolean> {
  if (thoughts === 'none') return false;
  const seen = await handOver(probing, kind, style, open, signal);
  const misfiled = seen !== null && GOES_ON.test(seen.content);
  if (misfiled) evidence.push(said('Continued thoughts arrived in the content.'));
  return misfiled;
}

async function handOver(probing: Probing, kind: ServerKind, style: PrefixStyle, said: Said, signal: AbortSignal): Promise<Seen | null> {
  const body: Body = { messages: [QUESTION, assistantMessage(said, style)], max_tokens: CONTINUED, ...goingOn(said, style) };
  const path = kind.prefixPath === undefined ? undefined : probing.endpoint.beside(kind.prefixPath);
  return await lookIfAccepted(probing, chatLook(probing, body, path), signal);
}
