import assert from 'node:assert/strict';
import { thoughtsUpTo } from '../../../../extension/cli/gate/thoughts.ts';
import type { RunEvent } from '../../../../extension/trace/events.ts';

type Tokens = Extract<RunEvent, { type: 'tokens' }>;

const tokens = (text: string, lengths: readonly number[] | undefined, more: Partial<Tokens> = {}): RunEvent => ({
  run: 'r',
  seq: 0,
  at: 0,
  type: 'tokens',
  phase: 'thinking',
  source: 'model',
  text,
  count: lengths?.length ?? 1,
  ...(lengths ? { lengths: [...lengths] } : {}),
  ...more,
});

describe('thoughts up to a token', () => {
  const events = [tokens('7-2', [1, 1, 1]), tokens('=5\n', [2, 1]), tokens('3', [1], { phase: 'solving' })];

  it('end within a batch of tokens and between two', () => {
    assert.deepEqual([0, 2, 3, 4, 5].map((count) => thoughtsUpTo(events, count)), ['', '7-', '7-2', '7-2=5', '7-2=5\n']);
  });

  it('count tokens without text of their own', () => {
    assert.equal(thoughtsUpTo([tokens('ab', [0, 1, 1])], 2), 'a');
  });

  it('are not made up: of too few tokens, of a batch that does not say where its tokens end, or of text that the model did not choose', () => {
    assert.equal(thoughtsUpTo(events, 6), null);
    assert.equal(thoughtsUpTo([tokens('7-2', undefined)], 1), null);
    assert.equal(thoughtsUpTo([tokens('wait', [4], { source: 'injected' })], 1), null);
  });
});
