import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TRACE_VERSION } from '../../../../extension/trace/events.ts';
import { parseTrace } from '../../../../extension/trace/store/parse.ts';
import { anyLog, ordinaryLog } from '../arbitrary.ts';

const lines = (events: readonly object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

describe('reading a trace', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        assert.deepEqual(parseTrace(lines(log)).events, log);
      }),
    );
  });

  it('reads a file cut anywhere: whole events before the cut, nothing wrong with it', () => {
    const log = ordinaryLog();
    const bytes = Buffer.from(lines(log));
    for (let cut = 1; cut <= bytes.length; cut += 7) {
      const { events, problem, torn } = parseTrace(bytes.subarray(0, cut).toString('utf8'));
      assert.ok(problem === null || (problem.code === 'empty' && events.length === 0));
      assert.deepEqual(events, log.slice(0, events.length));
      if (torn) assert.notEqual(bytes[cut - 1], 0x0a);
    }
  });

  it('keeps a last line that is whole but for its newline', () => {
    const log = ordinaryLog();
    assert.deepEqual(parseTrace(lines(log).trimEnd()), { events: log, torn: false, problem: null });
  });

  for (const [what, broken, why] of [
    ['is not JSON', '{"type":"phase",', 'it is not JSON'],
    ['is of no known type', '{"run":"run-1","seq":3,"at":1,"type":"surprise"}', 'not an event'],
    ['lacks a field', '{"run":"run-1","seq":3,"at":1,"type":"hold"}', 'not an event'],
    ['belongs to another run', '{"run":"run-2","seq":3,"at":1,"type":"queue","position":0}', 'another run'],
    ['is out of order', '{"run":"run-1","seq":1,"at":1,"type":"queue","position":0}', 'out of order'],
    ['is empty', '', 'not JSON'],
  ] as const) {
    it(`stops at a line in the middle that ${what}, and keeps what is before it`, () => {
      const log = ordinaryLog();
      const { events, problem } = parseTrace(`${lines(log.slice(0, 3))}${broken}\n${lines(log.slice(4))}`);
      assert.deepEqual(events, log.slice(0, 3));
      assert.equal(problem?.code, 'corrupt');
      assert.match(problem.message, /^Line 4 of this trace is damaged/);
      assert.ok(problem.message.includes(why), problem.message);
      assert.match(problem.message, /The 3 events before it can be shown/);
    });
  }

  it('refuses a newer version in words, whatever else changed in it', () => {
    for (const line of [`{"run":"r","seq":0,"at":0,"type":"started","version":${TRACE_VERSION + 1},"entirely":"new"}\n`, '{"type":"started","version":99}']) {
      const { events, problem } = parseTrace(line);
      assert.deepEqual(events, []);
      assert.equal(problem?.code, 'newer-version');
      assert.match(problem.message, /newer Reins.*Update Reins.*not changed/s);
    }
  });

  it('calls an empty file empty', () => {
    assert.equal(parseTrace('').problem?.code, 'empty');
    assert.equal(parseTrace('{"run":').problem?.code, 'empty');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseTrace(text);
      }),
    );
  });
});
