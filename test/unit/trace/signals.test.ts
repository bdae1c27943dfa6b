import assert from 'node:assert/strict';
import { signalInfo, signalLabel, signalTable } from '../../../extension/trace/signals.ts';

describe('the table of signals', () => {
  it('names each signal once and says what it means', () => {
    assert.equal(new Set(signalTable.map(({ name }) => name)).size, signalTable.length);
    assert.equal(new Set(signalTable.map(({ label }) => label)).size, signalTable.length);
    for (const { name, meaning, needs } of signalTable) {
      assert.match(name, /^[a-z]+(-[a-z]+)*$/);
      assert.match(meaning, /^[A-Z].*\.$/);
      assert.ok(needs.length > 0);
    }
  });

  it('finds a row by its name and calls anything else by its own words', () => {
    assert.equal(signalInfo('entropy-after-end')?.surer, 'lower');
    assert.equal(signalInfo('constructor'), undefined);
    assert.equal(signalLabel('answer-convergence'), 'equal trial answers in a row');
    assert.equal(signalLabel('thinking tokens'), 'thinking tokens');
  });
});
