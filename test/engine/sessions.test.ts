/** The port's promises, kept by a real model: what a probe, a score, a fork or a rewind leaves behind. */
import assert from 'node:assert/strict';
import type { LocalModel } from '../../extension/models/local/model.ts';
import type { StepOptions, Token } from '../../extension/reasoning/port.ts';
import { distance, fixtureRef, greedy, loadFixture, never, openWords, root, someWords, take } from './support/models.ts';

const sampled: StepOptions = { sampler: { temperature: 1, topP: 0.9 }, seed: 11, logprob: true, entropy: true };
const facts = (tokens: readonly Token[]) => tokens.map(({ id, text, logprob, entropy }) => ({ id, text, logprob, entropy }));

/** int4 kernels round one token and several at once differently; fp32 does not. */
const models = [{ name: 'qwen2-genai-int4', rounding: 1e-3 }, { name: 'qwen3-optimum-fp32', rounding: 1e-5 }];

for (const { name, rounding } of models) {
  describe(`a session of ${name}`, () => {
    let model: LocalModel;
    before(async () => {
      model = await loadFixture(name);
    });
    after(() => model.dispose());

    it('gives the same tokens for the same seed', async () => {
      const [a, b, c] = await Promise.all([openWords(model, someWords), openWords(model, someWords), openWords(model, someWords)]);
      const first = facts(await take(a, 20, sampled));
      assert.deepEqual(facts(await take(b, 20, sampled)), first);
      assert.notDeepEqual(facts(await take(c, 20, { ...sampled, seed: 12 })), first);
    });

    it('is exactly as before after a probe and a score, wherever they come', async () => {
      const plain = await openWords(model, someWords);
      const expected = facts(await take(plain, 16, sampled));
      const probed = await openWords(model, someWords);
      const tokens: Token[] = [];
      for (let i = 0; i < 16; i += 1) {
        const { position } = probed;
        const probe = await probed.probe(' t9 t10', { sampler: { temperature: 0.7 }, seed: i, limit: 3 }, never);
        assert.equal(probe.injected, 2);
        assert.ok(probe.generated <= 3 && probe.logprobs?.length === probe.generated);
        await probed.score(' t11 t12 t13', never);
        assert.equal(probed.position, position);
        tokens.push(await probed.step(sampled, never));
      }
      assert.deepEqual(facts(tokens), expected);
    });

    it('puts everything back when a probe is stopped', async () => {
      const session = await openWords(model, someWords);
      await take(session, 3, sampled);
      const twin = await session.fork();
      const controller = new AbortController();
      const probe = session.probe(' t9', { sampler: { temperature: 0 }, seed: 1, limit: 200 }, controller.signal);
      setImmediate(() => controller.abort());
      await assert.rejects(probe, { name: 'AbortError' });
      assert.deepEqual(facts(await take(session, 5, sampled)), facts(await take(twin, 5, sampled)));
    });

    it('scores a text as stepping through it would', async () => {
      const session = await openWords(model, someWords);
      const tokens = await take(await session.fork(), 6, greedy);
      const score = await session.score(tokens.map(({ text }) => text).join(''), never);
      assert.equal(score.tokens, 6);
      assert.ok(distance(score.logprobs, tokens.map(({ logprob }) => logprob!)) < rounding);
      assert.ok(distance(score.entropies, tokens.map(({ entropy }) => entropy!)) < rounding);
    });

    it('goes on after a rewind as if nothing had been', async () => {
      const session = await openWords(model, someWords);
      const first = await take(session, 10, greedy);
      await session.rewind(session.prompt.tokens + 4);
      const again = await take(session, 6, greedy);
      assert.deepEqual(again.map(({ id }) => id), first.slice(4).map(({ id }) => id));
      assert.ok(distance(again.map(({ logprob }) => logprob!), first.slice(4).map(({ logprob }) => logprob!)) < rounding);
      await session.rewind(session.prompt.tokens);
      assert.equal(session.position, session.prompt.tokens);
      assert.deepEqual((await take(session, 2, greedy)).map(({ id }) => id), first.slice(0, 2).map(({ id }) => id));
      await assert.rejects(async () => session.rewind(session.prompt.tokens - 1), { reason: 'internal' });
    });

    it('writes text of ours as if it had been in the prompt', async () => {
      const whole = await openWords(model, [...someWords, 9, 10]);
      const parts = await openWords(model, someWords);
      assert.equal(await parts.append(' t9 t10', never), 2);
      const a = await take(whole, 5, greedy);
      const b = await take(parts, 5, greedy);
      assert.deepEqual(b.map(({ id }) => id), a.map(({ id }) => id));
      assert.ok(distance(b.map(({ logprob }) => logprob!), a.map(({ logprob }) => logprob!)) < rounding);
    });

    it('forks into two that do not know of each other', async () => {
      const session = await openWords(model, someWords);
      await take(session, 4, sampled);
      const fork = await session.fork();
      const control = await session.fork();
      await take(fork, 5, { ...sampled, seed: 99 });
      await fork.append(' t5', never);
      await fork.close();
      assert.deepEqual(facts(await take(session, 5, sampled)), facts(await take(control, 5, sampled)));
    });

    it('ticks several sessions to the tokens that single steps give', async () => {
      const starts = [someWords, someWords, [...someWords].reverse(), someWords.slice(0, 5)];
      const optionsOf = (i: number): StepOptions => ({ ...sampled, sampler: { temperature: 1, topK: 5 }, seed: i + 1 });
      const alone = await Promise.all(starts.map(async (words, i) => take(await openWords(model, words), 8, optionsOf(i))));
      const together = await Promise.all(starts.map((words) => openWords(model, words)));
      for (let step = 0; step < 8; step += 1) {
        const tokens = await model.tick(together.map((session, i) => ({ session, options: optionsOf(i) })), never);
        tokens.forEach((token, i) => {
          assert.equal(token.id, alone[i]![step]!.id);
          assert.ok(Math.abs(token.logprob! - alone[i]![step]!.logprob!) < 1e-4);
        });
      }
      // and a row of a batch can go its own way again
      const [row] = together;
      const reference = await openWords(model, starts[0]!);
      await take(reference, 8, optionsOf(0));
      assert.deepEqual((await take(row!, 4, optionsOf(0))).map(({ id }) => id), (await take(reference, 4, optionsOf(0))).map(({ id }) => id));
    });

    it('ends with cut when the context is full, never with an error', async () => {
      const session = await openWords(model, someWords);
      const { contextLength } = model.card;
      const filler = ' t5'.repeat(contextLength - session.position - 2);
      assert.equal(await session.append(filler, never), contextLength - someWords.length - 2);
      assert.equal(await session.append(' t5 t5 t5', never), 0);
      assert.deepEqual(await session.step(greedy, never), { text: '', count: 0, mark: 'cut' });
      await assert.rejects(session.step(greedy, never), { reason: 'internal' });
      await session.rewind(contextLength - 2);
      assert.deepEqual((await take(session, 3)).map(({ mark }) => mark), [undefined, undefined, 'cut']);
      assert.equal((await session.score(' t5 t5', never)).tokens, 0);
    });

    it('refuses a prompt that does not fit, with a sentence', async () => {
      await assert.rejects(openWords(model, new Array<number>(600).fill(5)), { reason: 'context-overflow', message: /600 tokens .* can hold 512/ });
    });

    it('is refused when closed', async () => {
      const session = await openWords(model, someWords);
      await session.close();
      await assert.rejects(session.step(greedy, never), { reason: 'internal' });
    });

    it('stops between the chunks of a long prompt and goes on where it was', async () => {
      const words = Array.from({ length: 400 }, (_, i) => 3 + (i % 250));
      const session = await openWords(model, words);
      const controller = new AbortController();
      const step = session.step(greedy, controller.signal);
      controller.abort();
      await assert.rejects(step, { name: 'AbortError' });
      const whole = await openWords(model, words);
      assert.deepEqual(facts(await take(session, 3)), facts(await take(whole, 3)));
    });

    it('streams hidden-state chunk means of the generated tokens', async () => {
      const session = await openWords(model, someWords);
      const tokens = await take(session, 9, { ...greedy, hiddenChunk: 4 });
      // the state of a token is known when the next one is computed
      assert.deepEqual(tokens.map(({ hiddenChunk }) => hiddenChunk !== undefined), [false, false, false, false, true, false, false, false, true]);
      const [chunk] = tokens.flatMap((token) => (token.hiddenChunk ? [token.hiddenChunk] : []));
      assert.equal(chunk!.length, 3);
      const fresh = await openWords(model, someWords);
      const single = await take(fresh, 5, { ...greedy, hiddenChunk: 1 });
      const mean = (layer: number, d: number) => single.slice(1).reduce((sum, token) => sum + token.hiddenChunk![layer]![d]!, 0) / 4;
      chunk!.forEach((layer, l) => assert.ok(distance(layer, Array.from(layer, (_, d) => mean(l, d))) < 1e-5));
      assert.ok((await take(session, 2)).every(({ hiddenChunk }) => hiddenChunk === undefined));
    });
  });
}

describe('a model without a thinking format', () => {
  it('says what it can and cannot do', async () => {
    const model = await loadFixture('llama-optimum-fp32');
    assert.equal(model.card.thinking, null);
    assert.equal(model.card.capabilities.endThinking, 'unavailable');
    assert.deepEqual(model.card.capabilities.hiddenStates, { available: true });
    assert.equal(model.card.effort, 'cap');
    assert.equal(model.card.contextLength, 512);
    assert.match(model.card.hash!, /^[0-9a-f]{64}$/);
    assert.equal(model.countTokens('t1 t2 t3'), 3);
    assert.equal(fixtureRef('llama-optimum-fp32').folder.startsWith(root), true);
    await model.dispose();
    await assert.rejects(openWords(model, someWords), { reason: 'internal', message: /unloaded/ });
  });
});
