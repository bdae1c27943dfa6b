/** An event log as lines a person can read, for tests that compare whole logs. */
import type { RunEvent } from '../../extension/trace/events.ts';

export function logText(events: readonly RunEvent[]): string {
  return events.map(lineOf).join('\n');
}

function lineOf(event: RunEvent): string {
  const { run: _run, seq: _seq, at: _at, ...rest } = event;
  if (rest.type === 'tokens') {
    const { type, phase, source, text, count, ...more } = rest;
    return `${type} ${phase} ${source} ${count} ${JSON.stringify(text)}${extra(more)}`;
  }
  if (rest.type === 'phase') return `phase ${rest.from} > ${rest.to}: ${rest.reason}`;
  if (rest.type === 'decision') {
    const { atToken, phase, policy, action, evidence, reason, ...more } = rest.decision;
    const values = evidence.map(({ signal, value, threshold }) => `${signal}=${value}${threshold === undefined ? '' : `/${threshold}`}`).join(', ');
    return `decision at ${phase} ${atToken} by ${policy}: ${action} [${values}] ${reason}${extra(more)}`;
  }
  const { type, ...more } = rest;
  return `${type}${extra(more)}`;
}

function extra(more: object): string {
  return Object.keys(more).length === 0 ? '' : ` ${JSON.stringify(more)}`;
}
