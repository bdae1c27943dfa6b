/** An event log as lines a person can read, for tests that compare whole logs. */
import type { RunEvent } from '../../extension/trace/events.ts';

export function logText(events: readonly RunEvent[]): string {
  return events.map(lineOf).join('\n');
}

function lineOf(event: RunEvent): string {
  const { run: _run, seq: _seq, at: _at, ...rest } = event;
  switch (rest.type) {
    case 'tokens': {
      const { type, phase, source, text, count, ...more } = rest;
      return `${type} ${phase} ${source} ${count} ${JSON.stringify(text)}${extra(more)}`;
    }
    case 'phase':
      return `phase ${rest.from} > ${rest.to}: ${rest.reason}`;
    case 'decision': {
      const { atToken, phase, policy, action, evidence, reason, ...more } = rest.decision;
      const values = evidence.map(({ signal, value, threshold }) => `${signal}=${value}${threshold === undefined ? '' : `/${threshold}`}`).join(', ');
      return `decision at ${phase} ${atToken} by ${policy}: ${action} [${values}] ${reason}${extra(more)}`;
    }
    default: {
      const { type, ...more } = rest;
      return `${type}${extra(more)}`;
    }
  }
}

function extra(more: object): string {
  return Object.keys(more).length === 0 ? '' : ` ${JSON.stringify(more)}`;
}
