import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HiddenChunk, Probe, RenderedPrompt, Score, Session, StepOptions, Token } from '../../../extension/reasoning/port.ts';
import { ParticleSession, type Dropped } from '../../../extension/reasoning/strategies/particle-session.ts';

const PROMPT = 5;
const running = new AbortController().signal;

/** What the line of a seed says as its nth thought since it was given that seed, and how right that looks. */
interface Course {
  readonly thought: (seed: number, index: number) => { readonly text: string; readonly chance: number; readonly mark?: Token['mark'] };
}

/** A model that goes another way with every seed, and can be copied. */
class Branching implements Session {
  readonly prompt: RenderedPrompt = { text: '', tokens: PROMPT, estimated: false, opensThinking: true };
  readonly course: Course;
  readonly all: Branching[];
  tokens: string[];
  closed = false;
  seed: number | null = null;
  index = 0;

  constructor(course: Course, all: Branching[] = [], tokens: readonly string[] = []) {
    this.course = course;
    this.all = all;
    this.tokens = [...tokens];
    all.push(this);
  }

  get position(): number {
    return PROMPT + this.tokens.length;
  }

  step({ seed }: StepOptions, signal: AbortSignal): Promise<Token> {
    signal.throwIfAborted();
    assert.equal(this.closed, false, 'a closed line does not think on');
    if (this.seed !== seed) {
      this.seed = seed;
      this.index = 0;
    }
    const { text, chance, mark } = this.course.thought(seed, this.index);
    this.index += 1;
    this.tokens.push(text);
    return Promise.resolve({ text, count: 1, selfEvaluation: chance, ...(mark ? { mark } : {}) });
  }

  append(text: string): Promise<number> {
    this.tokens.push(text);
    return Promise.resolve(1);
  }

  rewind(position: number): Promise<void> {
    this.tokens = this.tokens.slice(0, position - PROMPT);
    return Promise.resolve();
  }

  probe(text: string): Promise<Probe> {
    return Promise.resolve({ text: `${this.tokens.join('')}|${text}`, injected: 1, generated: 0, ended: true });
  }

  score(text: string): Promise<Score> {
    return Promise.resolve({ tokens: text.length, logprobs: [], entropies: [] });
  }

  hiddenRest(): HiddenChunk | null {
    return null;
  }

  fork(): Promise<Branching> {
    const copy = new Branching(this.course, this.all, this.tokens);
    copy.seed = this.seed;
    copy.index = this.index;
    return Promise.resolve(copy);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** Lines of eight words a step; seed 2 is the good one, and every line ends after three steps. */
const oneGood: Course = {
  thought: (seed, index) => ({
    text: index === 23 ? '</think>' : index % 8 === 7 ? `${seed}\n` : `${seed} `,
    chance: seed === 2 || seed > 4 ? 0.9 : 0.1,
    ...(index === 23 ? { mark: 'thinking-end' as const } : {}),
  }),
};

async function over(course: Course, count = 4, expected = 24): Promise<{ session: ParticleSession; first: Branching; dropped: Dropped[]; chosen: (number | null)[]; discarded: number[] }> {
  const first = new Branching(course);
  const dropped: Dropped[] = [];
  const chosen: (number | null)[] = [];
  const discarded: number[] = [];
  const session = await ParticleSession.over(first, {
    count, expected, temperature: 0.8, seed: 0, random: () => 0.5,
    onDropped: (one) => dropped.push(one), onChosen: (one) => chosen.push(one), onDiscarded: (one) => discarded.push(one),
  });
  return { session, first, dropped, chosen, discarded };
}

async function thoughts(session: Session, thinkingLeft = 1000): Promise<Token[]> {
  const seen: Token[] = [];
  while (seen.length < thinkingLeft) {
    const token = await session.step({ sampler: { temperature: 0 }, seed: 1, thinkingLeft: thinkingLeft - seen.length }, running);
    seen.push(token);
    if (token.mark) break;
  }
  return seen;
}

describe('particle session', () => {
  it('drops the lines that look wrong, and shows one line from the first token to the end tag', async () => {
    const { session, first, dropped, chosen, discarded } = await over(oneGood);
    const seen = await thoughts(session);
    assert.equal(seen.at(-1)?.mark, 'thinking-end');
    // The first step is that of seed 2, the only one that looked right.
    assert.deepEqual(seen.slice(0, 8).map(({ text }) => text.trim()), Array.from({ length: 8 }, () => '2'));
    assert.ok(dropped.length >= 1);
    assert.ok(dropped[0]!.lines >= 2 && dropped[0]!.of === 4 && dropped[0]!.effective < 2);
    assert.equal(session.position, PROMPT + seen.length);
    // The one that goes on holds exactly what was shown.
    const left = first.all.filter(({ closed }) => !closed);
    assert.equal(left.length, 1);
    assert.deepEqual(left[0]!.tokens, seen.map(({ text }) => text));
    assert.equal(chosen.length, 1);
    assert.ok(discarded.length === 1 && discarded[0]! > 0);
  });

  it('counts every token that was thought: shown or discarded', async () => {
    let thought = 0;
    const { session, discarded } = await over({ thought: (seed, index) => ((thought += 1), oneGood.thought(seed, index)) });
    const seen = await thoughts(session);
    assert.equal(seen.length + discarded[0]!, thought);
  });

  it('keeps to the thinking budget to the token, and shows all of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 2, max: 8 }), async (budget, count) => {
        const endless: Course = { thought: (seed, index) => ({ text: index % 9 === 8 ? '\n' : `${seed},`, chance: ((seed * 37) % 10) / 10 }) };
        const { session, first } = await over(endless, count);
        const seen = await thoughts(session, budget);
        assert.equal(seen.length, budget);
        assert.ok(first.all.every(({ tokens }) => tokens.length <= budget), 'no line thinks beyond the budget');
        await session.close();
        assert.ok(first.all.every(({ closed }) => closed));
      }),
    );
  });

  it('an early end takes the best line from what was shown: nothing unseen stays in it', async () => {
    const { session, first, discarded } = await over(oneGood);
    const seen: string[] = [];
    for (let i = 0; i < 4; i += 1) seen.push((await session.step({ sampler: { temperature: 0 }, seed: 1 }, running)).text);
    await session.append('</think>', running);
    const left = first.all.filter(({ closed }) => !closed);
    assert.equal(left.length, 1);
    assert.deepEqual(left[0]!.tokens, [...seen, '</think>']);
    assert.equal(session.position, PROMPT + 5);
    assert.equal(discarded.length, 1);
  });

  it('a probe looks from what was shown and leaves the lines alone', async () => {
    const { session } = await over(oneGood);
    const first = await session.step({ sampler: { temperature: 0 }, seed: 1 }, running);
    assert.equal((await session.probe('?', { sampler: { temperature: 0 }, seed: 1, limit: 1 }, running)).text, `${first.text}|?`);
    const rest = await thoughts(session);
    assert.equal(rest.at(-1)?.mark, 'thinking-end');
  });

  it('an interrupted step loses nothing', async () => {
    const { session } = await over(oneGood);
    const stop = AbortSignal.abort();
    await assert.rejects(session.step({ sampler: { temperature: 0 }, seed: 1 }, stop), { name: 'AbortError' });
    const { session: other } = await over(oneGood);
    assert.deepEqual((await thoughts(session)).map(({ text }) => text), (await thoughts(other)).map(({ text }) => text));
  });

  it('closing before the end closes every line and tells what was discarded', async () => {
    const { session, first, discarded } = await over(oneGood);
    await session.step({ sampler: { temperature: 0 }, seed: 1 }, running);
    await session.close();
    assert.ok(first.all.every(({ closed }) => closed));
    assert.equal(discarded.length, 1);
  });
});
