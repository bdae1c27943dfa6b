import assert from 'node:assert/strict';
import { GhostWriter, type GhostAsk } from '../../../../extension/assist/ghost/ghost-writer.ts';
import { completionIn, judgeGhost } from '../../../../extension/assist/ghost/gate.ts';
import { VirtualTime } from './virtual-time.ts';

const TEXT = 'const total = items.reduce((sum, item) => sum + item.price, 0);\nreturn total;\n';
const never = new AbortController().signal;

/** A model that knows how the file goes on, and says a few characters at a time. */
class Scene {
  readonly time = new VirtualTime();
  readonly asked: string[] = [];
  running = 0;
  most = 0;
  confidence: number | null = null;
  threshold: number | null = null;
  readonly writer = new GhostWriter({
    where: 'local',
    now: () => this.time.now,
    wait: (milliseconds, signal) => this.time.wait(milliseconds, signal),
    threshold: () => this.threshold,
    log: () => undefined,
    write: async ({ prefix, suffix }, extent, least, reply, signal) => {
      this.asked.push(prefix);
      this.running += 1;
      this.most = Math.max(this.most, this.running);
      const all = TEXT.slice(prefix.length);
      try {
        for (let length = 4; length < all.length + 4; length += 4) {
          await this.time.wait(20, signal);
          reply.grows(all.slice(0, length));
          const text = completionIn(all.slice(0, length), { prefix, suffix, extent, inWords: false }, length >= all.length);
          if (text === null) continue;
          reply.decided(judgeGhost(text, { prefix, suffix }, this.confidence, least).text);
        }
      } catch {
        await this.time.wait(10, never); // It takes a moment to stop.
      } finally {
        this.running -= 1;
      }
    },
  });

  ask(length: number, signal: AbortSignal = never, more: Partial<GhostAsk> = {}): Promise<string | null> {
    return this.writer.complete({ prefix: TEXT.slice(0, length), suffix: '', snippets: () => [], languageId: 'javascript', asked: false, ...more }, signal);
  }

  async after<T>(milliseconds: number, promise: Promise<T>): Promise<T | 'not yet'> {
    let value: T | 'not yet' = 'not yet';
    void promise.then((got) => (value = got));
    await this.time.pass(this.time.now + milliseconds);
    return value;
  }
}

describe('ghost text from any model', () => {
  it('waits for a pause, ends at the first complete line, and asks no more', async () => {
    const scene = new Scene();
    const asked = scene.ask(6);
    assert.equal(await scene.after(100, asked), 'not yet');
    assert.deepEqual(scene.asked, []);
    assert.equal(await scene.after(1000, asked), 'total = items.reduce((sum, item) => sum + item.price, 0);');
    assert.equal(scene.running, 0);
    assert.ok(scene.time.now < 2000);
  });

  it('does not wait where a person asked', async () => {
    const scene = new Scene();
    const asked = scene.ask(6, never, { asked: true });
    await scene.after(0, asked);
    assert.equal(scene.asked.length, 1);
    assert.notEqual(await scene.after(1000, asked), 'not yet');
  });

  it('asks nothing while somebody types', async () => {
    const scene = new Scene();
    for (let length = 1; length < 30; length += 1) {
      const stop = new AbortController();
      void scene.ask(length, stop.signal);
      await scene.time.pass(scene.time.now + 80);
      stop.abort();
    }
    assert.deepEqual(scene.asked, []);
  });

  it('goes on with a request under way while what is typed agrees with it', async () => {
    const scene = new Scene();
    const stop = new AbortController();
    void scene.ask(6, stop.signal);
    await scene.time.pass(400);
    assert.equal(scene.running, 1);
    stop.abort();
    const next = scene.ask(8);
    assert.equal(await scene.after(1000, next), 'tal = items.reduce((sum, item) => sum + item.price, 0);');
    assert.equal(scene.asked.length, 1);
    assert.equal(scene.writer.counts.joined, 1);
  });

  it('serves what was begun to be typed from memory', async () => {
    const scene = new Scene();
    await scene.after(2000, scene.ask(6));
    assert.equal(await scene.after(0, scene.ask(11)), ' = items.reduce((sum, item) => sum + item.price, 0);');
    assert.equal(scene.asked.length, 1);
  });

  it('ends a request that is typed away from, and never has two at once', async () => {
    const scene = new Scene();
    const stop = new AbortController();
    void scene.ask(6, stop.signal);
    await scene.time.pass(400);
    stop.abort();
    const other = scene.ask(6, never, { prefix: 'constant ', asked: true });
    assert.notEqual(await scene.after(2000, other), 'not yet');
    assert.equal(scene.asked.length, 2);
    assert.equal(scene.most, 1);
  });

  it('ends a request nobody waits for, and starts none', async () => {
    const scene = new Scene();
    const stop = new AbortController();
    void scene.ask(6, stop.signal);
    await scene.time.pass(400);
    stop.abort();
    await scene.time.pass(1000);
    assert.equal(scene.running, 0);
    await scene.time.pass(100_000);
    assert.equal(scene.asked.length, 1);
  });

  it('shows nothing the model was not sure enough of', async () => {
    const scene = new Scene();
    scene.threshold = 0.8;
    scene.confidence = 0.7;
    assert.equal(await scene.after(2000, scene.ask(6)), null);
    scene.confidence = 0.9;
    assert.notEqual(await scene.after(2000, scene.ask(20)), null);
  });

  it('decides anew where another confidence is asked for, instead of what it remembers', async () => {
    const scene = new Scene();
    scene.confidence = 0.7;
    assert.notEqual(await scene.after(2000, scene.ask(6)), null);
    scene.threshold = 0.8;
    assert.equal(await scene.after(2000, scene.ask(6)), null);
    scene.threshold = 0.6;
    assert.notEqual(await scene.after(2000, scene.ask(6)), null);
    assert.equal(scene.asked.length, 3);
  });
});
