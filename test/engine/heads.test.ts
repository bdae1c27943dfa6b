/** Extra outputs of a real graph: the model's own judgement, fetched when asked for and at no other time. */
import assert from 'node:assert/strict';
import { loadLocalModel } from '../../extension/models/local/load.ts';
import type { LocalModel } from '../../extension/models/local/model.ts';
import type { StepOptions, Token } from '../../extension/reasoning/port.ts';
import { makeHeadsModel, weight, WIDTH, VOCAB } from './support/heads-model.ts';
import { distance, greedy, loadFixture, never, openWords, someWords, take } from './support/models.ts';

const all: StepOptions = { ...greedy, hiddenChunk: 1, confidence: true, selfEvaluation: true, remainingLength: true, earlyExits: true };
const product = (state: Float32Array, j: number): number => state.reduce((sum, value, i) => sum + value * weight(i, j), 0);
const argmax = (state: Float32Array): number => {
  const logits = Array.from({ length: VOCAB }, (_, j) => product(state, j));
  return logits.indexOf(Math.max(...logits));
};
const judgement = ({ id, selfEvaluation, remainingLength, earlyExits, confidence }: Token) => ({ id, selfEvaluation, remainingLength, earlyExits, confidence });

describe('a model with outputs of its own judgement', () => {
  let model: LocalModel;
  before(async () => {
    const made = await makeHeadsModel('qwen3-optimum-fp32');
    try {
      model = await loadLocalModel({ id: 'heads', name: 'Heads', folder: made.folder }, never, { memory: Infinity });
    } finally {
      await made.remove(); // all of it is in memory
    }
  });
  after(() => model.dispose());

  it('says that it has them', () => {
    const { selfEvaluation, remainingLength, earlyExits, hiddenStates } = model.card.capabilities;
    for (const availability of [selfEvaluation, remainingLength, earlyExits, hiddenStates]) assert.deepEqual(availability, { available: true });
  });

  it('gives what the graph computes from the state before the token', async () => {
    const tokens = await take(await openWords(model, someWords), 8, all);
    for (const { selfEvaluation, remainingLength, earlyExits, hiddenChunk, id } of tokens.slice(1)) {
      const state = hiddenChunk!.at(-1)!;
      assert.equal(state.length, WIDTH);
      assert.ok(Math.abs(selfEvaluation! - 1 / (1 + Math.exp(-product(state, 0)))) < 1e-5);
      assert.ok(Math.abs(remainingLength!.alpha - Math.log1p(Math.exp(product(state, 0)))) < 1e-4);
      assert.ok(Math.abs(remainingLength!.lambda - Math.log1p(Math.exp(product(state, 1)))) < 1e-4);
      assert.deepEqual(earlyExits, [argmax(hiddenChunk![0]!) === id, argmax(state) === id]);
    }
  });

  it('gives nothing that was not asked for, and the same tokens', async () => {
    const asked = await take(await openWords(model, someWords), 8, all);
    const plain = await take(await openWords(model, someWords), 8);
    assert.deepEqual(plain.map(({ id }) => id), asked.map(({ id }) => id));
    for (const token of plain) assert.deepEqual(judgement(token), { id: token.id, selfEvaluation: undefined, remainingLength: undefined, earlyExits: undefined, confidence: undefined });
    const [first] = await take(await openWords(model, someWords), 1, { ...greedy, selfEvaluation: true });
    assert.ok(first!.selfEvaluation !== undefined && first!.remainingLength === undefined && first!.earlyExits === undefined);
  });

  it('gives each session of a batch its own', async () => {
    const alone = await Promise.all([someWords, [...someWords].reverse()].map(async (words) => take(await openWords(model, words), 6, all)));
    const sessions = await Promise.all([openWords(model, someWords), openWords(model, [...someWords].reverse())]);
    for (let i = 0; i < 6; i += 1) {
      const tokens = await model.tick(sessions.map((session) => ({ session, options: all })), never);
      for (const [row, { selfEvaluation, earlyExits, confidence }] of tokens.entries()) {
        assert.ok(Math.abs(selfEvaluation! - alone[row]![i]!.selfEvaluation!) < 1e-5);
        assert.ok(Math.abs(confidence! - alone[row]![i]!.confidence!) < 1e-4);
        assert.deepEqual(earlyExits, alone[row]![i]!.earlyExits);
      }
    }
  });

  it('gives the same after a probe, a score and in a fork', async () => {
    const expected = await take(await openWords(model, someWords), 6, all);
    const session = await openWords(model, someWords);
    const tokens = await take(session, 3, all);
    await session.probe(' t9', { sampler: { temperature: 0 }, seed: 1, limit: 2 }, never);
    await session.score(' t9 t10', never, { hiddenChunk: 1 });
    const twin = await session.fork();
    tokens.push(...(await take(session, 3, all)));
    assert.deepEqual(tokens.map(judgement), expected.map(judgement));
    assert.deepEqual((await take(twin, 3, all)).map(judgement), expected.slice(3).map(judgement));
  });
});

describe('a model without such outputs', () => {
  it('says so in a sentence, and gives token confidence all the same', async () => {
    const model = await loadFixture('qwen3-optimum-fp32');
    for (const availability of [model.card.capabilities.selfEvaluation, model.card.capabilities.remainingLength, model.card.capabilities.earlyExits]) {
      assert.ok(availability && !availability.available && availability.reason.endsWith('.'));
    }
    const [token] = await take(await openWords(model, someWords), 1, all);
    assert.ok(token!.confidence! > 0);
    assert.equal(token!.selfEvaluation, undefined);
    await model.dispose();
  });
});

describe('what a session tells of a text', () => {
  let model: LocalModel;
  before(async () => {
    model = await loadFixture('qwen3-optimum-fp32');
  });
  after(() => model.dispose());

  it('has the states a session of its own would have had, in chunks with a rest', async () => {
    const stepped = await openWords(model, someWords);
    const tokens = await take(stepped, 9, { ...greedy, hiddenChunk: 4 });
    const chunks = tokens.flatMap(({ hiddenChunk }) => (hiddenChunk ? [hiddenChunk] : []));
    assert.equal(chunks.length, 2);
    const score = await (await openWords(model, someWords)).score(tokens.map(({ text }) => text).join(''), never, { hiddenChunk: 4 });
    assert.deepEqual(score.hidden?.map(({ tokens: count }) => count), [4, 4, 1]);
    for (const [i, chunk] of chunks.entries()) for (const [layer, mean] of chunk.entries()) assert.ok(distance(mean, score.hidden![i]!.means[layer]!) < 1e-4);
    assert.equal(score.logprobs.length, 9);
    assert.equal((await (await openWords(model, someWords)).score(' t9', never)).hidden, undefined);
  });

  it('has the states of a chunk that is not complete', async () => {
    const session = await openWords(model, someWords);
    assert.equal(session.hiddenRest(), null);
    const tokens = await take(session, 4, { ...greedy, hiddenChunk: 1 });
    const other = await openWords(model, someWords);
    await take(other, 4, { ...greedy, hiddenChunk: 8 });
    const rest = other.hiddenRest()!;
    assert.equal(rest.tokens, 3, 'the last token’s state is seen when it is fed');
    const states = tokens.slice(1).map(({ hiddenChunk }) => hiddenChunk!);
    for (const [layer, mean] of rest.means.entries()) {
      const expected = mean.map((_, i) => states.reduce((sum, layers) => sum + layers[layer]![i]!, 0) / 3);
      assert.ok(distance(mean, expected) < 1e-5);
    }
  });

  it('has the entropy right after a text of ours, the text of each token, and whether the thoughts were closed', async () => {
    const session = await openWords(model, someWords);
    await take(session, 2);
    const looked = await session.probe(' t9 t10', { sampler: { temperature: 0 }, seed: 1, limit: 0 }, never);
    assert.equal(looked.generated, 0);
    assert.equal(looked.injected, 2);
    const tried = await session.probe(' t9 t10', { sampler: { temperature: 0 }, seed: 1, limit: 5 }, never);
    assert.equal(tried.entropy, looked.entropy);
    assert.equal(tried.closed, false);
    assert.equal(tried.lengths!.length, tried.generated);
    assert.equal(tried.lengths!.reduce((sum, length) => sum + length, 0), tried.text.length);
    await session.append(' t9 t10', never);
    const [next] = await take(session, 1);
    assert.ok(Math.abs(next!.entropy! - looked.entropy!) < 1e-4);
  });

  it('ends a probe where it is told to', async () => {
    const session = await openWords(model, someWords);
    const long = await session.probe(' t9', { sampler: { temperature: 0 }, seed: 1, limit: 12 }, never);
    const second = long.text.slice(0, long.lengths![0]! + long.lengths![1]!).slice(long.lengths![0]!);
    const short = await session.probe(' t9', { sampler: { temperature: 0 }, seed: 1, limit: 12, stopAt: ['nothing of the kind', second] }, never);
    assert.ok(short.generated < long.generated && long.text.startsWith(short.text));
  });
});
