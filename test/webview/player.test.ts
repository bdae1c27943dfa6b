/// <reference types="node" />
import assert from 'node:assert/strict';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import { createPlayer } from '../../webview/replay/player.ts';
import { fullRun, longRun } from './support/events.ts';

describe('the replay player', () => {
  it('shows at every position the fold of the events before it, whichever way it got there', () => {
    const events = longRun(900, 1, 2);
    const run = events[0]?.run ?? '';
    const player = createPlayer(foldEvents(emptyView(run), events), events);
    for (const position of [events.length, 0, 511, 512, 513, 100, 800, 255, 256, events.length, 3]) {
      player.seek(position);
      assert.deepEqual(player.view, foldEvents(emptyView(run), events.slice(0, position)));
    }
  });

  it('starts at the end, plays from the start, and stops at the end', () => {
    const events = fullRun();
    const player = createPlayer(foldEvents(emptyView('run-full'), events), events);
    assert.equal(player.position, events.length);
    player.play();
    assert.equal(player.position, 0);
    player.advance(0);
    player.advance(1000);
    assert.deepEqual(player.view, foldEvents(emptyView('run-full'), events.filter(({ at }) => at <= 1000)));
    player.setSpeed(4);
    player.advance(1000);
    assert.equal(player.playing, false);
    assert.equal(player.view.outcome, 'answered');
  });

  it('cuts long pauses short', () => {
    const [first, ...rest] = fullRun();
    assert.ok(first);
    const events = [first, ...rest.map((event) => ({ ...event, at: event.at + 600_000 }))];
    const player = createPlayer(foldEvents(emptyView('run-full'), events), events);
    player.play();
    player.advance(0);
    player.advance(10);
    player.advance(2100);
    assert.ok(player.position > 1);
  });
});
