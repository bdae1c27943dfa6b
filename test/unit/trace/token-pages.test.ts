import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RunEvent, UnstampedEvent } from '../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import { TOKENS_PER_PAGE, type RunView, type TokenPage } from '../../../extension/trace/view.ts';
import { stamp, started } from './arbitrary.ts';

const token = (text: string, more: object = {}): UnstampedEvent => ({ type: 'tokens', phase: 'thinking', source: 'model', text, count: 1, lengths: [text.length], logprobs: [-text.length], ...more });
const fold = (events: readonly RunEvent[], view: RunView = emptyView('run-1')): RunView => foldEvents(view, events);
const pagesOf = (view: RunView): readonly TokenPage[] => view.thoughts[0]?.tokens ?? [];
/** Each token's text and log-probability, as a viewer would read them. */
function read(view: RunView, segment = 0): [string, number | null][] {
  const { text, tokens = [] } = view.thoughts[segment]!;
  let from = 0;
  return tokens.flatMap(({ ends, logprobs }) => ends.map((end, index): [string, number | null] => {
    const piece = text.slice(from, end);
    from = end;
    return [piece, logprobs[index]!];
  }));
}

describe('the figures of the thoughts', () => {
  it('tell where each token’s text ends, however the tokens came', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ maxLength: 4 }), { maxLength: 300 }), { maxLength: 4 }), (events) => {
        const log = stamp([started(), ...events.map((pieces) => token(pieces.join(''), { lengths: pieces.map(({ length }) => length), logprobs: pieces.map(({ length }) => -length) }))]);
        const seen = events.flat().filter((piece) => piece !== '').map((piece) => [piece, -piece.length]);
        const view = fold(log);
        assert.deepEqual(seen.length === 0 ? [] : read(view), seen);
        for (const page of pagesOf(view).slice(0, -1)) assert.equal(page.ends.length, TOKENS_PER_PAGE);
      }),
    );
  });

  it('keep the place of text that came without any', () => {
    const view = fold(stamp([started(), token('ab'), { type: 'tokens', phase: 'thinking', source: 'model', text: 'no figures', count: 2 }, token('c')]));
    assert.deepEqual(read(view), [['ab', -2], ['no figures', null], ['c', -1]]);
  });

  it('are nulls where the model gives only some of them', () => {
    const view = fold(stamp([started(), token('ab'), token('c', { logprobs: undefined, entropies: [0.5] }), token('d', { confidences: [2] })]));
    const [page] = pagesOf(view);
    assert.deepEqual(page, { ends: [2, 3, 4], logprobs: [-2, null, -1], entropies: [null, 0.5, null], confidences: [null, null, 2] });
  });

  it('are left out when they do not fit the text', () => {
    const view = fold(stamp([started(), token('abc', { lengths: [1, 1] }), token('d', { lengths: undefined })]));
    assert.equal(view.thoughts[0]?.text, 'abcd');
    assert.equal(view.thoughts[0].tokens, undefined);
  });

  it('go back with the text, also across pages and through the middle of a token', () => {
    const tokens = Array.from({ length: TOKENS_PER_PAGE + 2 }, () => token('ab'));
    const rewound = (text: string): UnstampedEvent => ({ type: 'rewound', phase: 'thinking', text, count: 1, reason: 'stray-tag' });
    const whole = fold(stamp([started(), ...tokens]));
    assert.deepEqual(fold(stamp([started(), ...tokens, token('cd'), token('ef'), rewound('cdef')])).thoughts, whole.thoughts);
    assert.deepEqual(read(fold(stamp([started(), ...tokens, rewound('bababb')]))).at(-1), ['ab', -2]);
    assert.equal(pagesOf(fold(stamp([started(), ...tokens, rewound('abab')]))).length, 1);
    assert.deepEqual(read(fold(stamp([started(), token('ab'), token('cd'), rewound('d')]))), [['ab', -2], ['c', -2]]);
    assert.equal(fold(stamp([started(), token('ab'), token('c'), rewound('abc')])).thoughts.length, 0);
  });

  it('share all full pages with the view before, so that a long run stays cheap', () => {
    const log = stamp([started(), ...Array.from({ length: 20_000 }, () => token('ab'))]);
    const before = fold(log.slice(0, -1));
    const after = fold(log.slice(-1), before);
    assert.equal(pagesOf(after).length, Math.ceil(20_000 / TOKENS_PER_PAGE));
    for (const [index, page] of pagesOf(before).slice(0, -1).entries()) assert.equal(pagesOf(after)[index], page);
  });
});
