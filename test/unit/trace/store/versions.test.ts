import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TRACE_VERSION } from '../../../../extension/trace/events.ts';
import { exportMarkdown } from '../../../../extension/trace/export/markdown.ts';
import { emptyView, foldEvents } from '../../../../extension/trace/fold.ts';
import { parseTrace } from '../../../../extension/trace/store/parse.ts';

/** A run of the bundled model as version 1 wrote it, with trial answers and an early exit. */
const version1 = readFileSync(join(import.meta.dirname, '../../../fixtures/traces/version-1.jsonl'), 'utf8');

describe('a trace of version 1', () => {
  it('is read whole, and shown', () => {
    const { events, problem, torn } = parseTrace(version1);
    assert.equal(problem, null);
    assert.equal(torn, false);
    assert.equal(events.length, version1.trimEnd().split('\n').length);
    assert.ok(TRACE_VERSION > 1);
    const view = foldEvents(emptyView(events[0]!.run), events);
    assert.equal(view.started?.version, 1);
    assert.equal(view.outcome, 'answered');
    assert.equal(view.answer, 'x > 4 ? 3 * x : x + 4');
    assert.deepEqual(view.signals['equal trial answers in a row'], [{ atToken: 32, value: 1 }, { atToken: 64, value: 2 }, { atToken: 96, value: 3 }]);
    assert.equal(view.probes.length, 3);
    assert.equal(view.decisions[0]?.policy, 'answer-convergence');
    assert.match(exportMarkdown(view), /equal trial answers in a row: 3 \(threshold 3\)/);
  });
});
