/// <reference types="node" />
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { UnstampedEvent } from '../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { firstAbove, placesOf } from '../../webview/places.ts';
import { recorder, started, tokens } from './support/events.ts';
import { figuredTokens } from './support/signal-events.ts';

function viewOf(...events: readonly UnstampedEvent[]): RunView {
  const { add, events: all, run } = recorder('r');
  add(0, started());
  add(1, { type: 'phase', from: 'idle', to: 'thinking', reason: 'start' });
  for (const event of events) add(2, event);
  return foldEvents(emptyView(run), all);
}

const textAt = (view: RunView, token: number): string | undefined => {
  const place = placesOf(view).placeOf(token);
  return place ? view.thoughts[place.segment]?.text.slice(place.start, place.end) : undefined;
};

describe('places of tokens', () => {
  it('finds each token where the model gave its figures, and back', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.stringMatching(/^[a-z ]{1,6}$/), { minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 4 }), (batches) => {
        const view = viewOf(...batches.map((words, index) => figuredTokens(words, index)));
        const places = placesOf(view);
        const words = batches.flat();
        assert.equal(places.tokens, words.length);
        for (const [index, word] of words.entries()) {
          assert.equal(textAt(view, index + 1), word);
          const place = places.placeOf(index + 1);
          assert.ok(place);
          assert.equal(places.tokenAt(place.segment, place.start), index + 1);
          assert.equal(places.tokenAt(place.segment, place.end - 1), index + 1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('does not count what was put in between or carried over', () => {
    const view = viewOf(tokens('carried over ', 3, 'thinking', 'resumed'), figuredTokens(['one ', 'two '], 0), tokens('a remark\n', 4, 'thinking', 'injected'), figuredTokens(['three ', 'four '], 2));
    assert.equal(placesOf(view).tokens, 4);
    assert.deepEqual([1, 2, 3, 4].map((token) => textAt(view, token)), ['one ', 'two ', 'three ', 'four ']);
    assert.equal(placesOf(view).tokenAt(0, 2), null);
    assert.equal(placesOf(view).tokenAt(2, 2), null);
    assert.equal(placesOf(view).tokenAt(3, 0), 3);
  });

  it('takes a share of the way where the model gave no figures', () => {
    const view = viewOf(tokens('abcdefghij', 5));
    assert.deepEqual([1, 3, 5].map((token) => textAt(view, token)), ['ab', 'ef', 'ij']);
    assert.equal(placesOf(view).tokenAt(0, 9), 5);
  });

  it('stays exact when a tag was counted that has no text', () => {
    const view = viewOf(figuredTokens(['one ', 'two ', 'three '], 0), tokens('', 1));
    assert.deepEqual([1, 2, 3, 4].map((token) => textAt(view, token)), ['one ', 'two ', 'three ', 'three ']);
  });

  it('gives the figures of the token at a place', () => {
    const view = viewOf(figuredTokens(['one ', 'two '], 0));
    const places = placesOf(view);
    const [page] = view.thoughts[0]?.tokens ?? [];
    const place = places.placeOf(2);
    assert.ok(place);
    assert.deepEqual(places.figuresAt(place), { logprob: page?.logprobs[1], entropy: page?.entropies[1], confidence: page?.confidences[1] });
  });

  it('has no place in a run without thoughts', () => {
    const places = placesOf(viewOf());
    assert.equal(places.tokens, 0);
    assert.equal(places.placeOf(1), null);
  });

  it('finds the first entry above a value', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: -1, max: 21 }), (values, value) => {
        const rising = values.toSorted((a, b) => a - b);
        const found = rising.findIndex((each) => each > value);
        assert.equal(firstAbove(rising, value), found === -1 ? rising.length : found);
      }),
    );
  });
});
