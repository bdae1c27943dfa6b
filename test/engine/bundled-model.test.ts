/** The bundled model is an ordinary model folder: loaded, rendered, decoded and steered by the ordinary code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Detokenizer } from '../../extension/models/local/detokenizer.ts';
import { loadLocalModel } from '../../extension/models/local/load.ts';
import type { LocalModel } from '../../extension/models/local/model.ts';
import type { LocalSession } from '../../extension/models/local/session.ts';
import { TextTokenizer } from '../../extension/models/local/text-tokenizer.ts';
import type { StepOptions, Token } from '../../extension/reasoning/port.ts';
import type { Effort } from '../../extension/trace/events.ts';
import { bundled, greedy, hasBundled, never, take } from './support/models.ts';

interface BundledReference {
  readonly user: string;
  readonly effort: Effort;
  readonly inputIds: readonly number[];
  readonly lastLogits: readonly number[];
  readonly continuation: readonly number[];
  readonly text: string;
}

describe('bundled model', () => {
  let model: LocalModel;
  let reference: BundledReference;
  before(async function () {
    if (!hasBundled) return this.skip();
    model = await loadLocalModel(bundled, never);
    reference = JSON.parse(readFileSync(join(bundled.folder, 'reference.json'), 'utf8')) as BundledReference;
  });
  after(() => model?.dispose());

  const open = (think = true, content = reference.user): Promise<LocalSession> =>
    model.open({ messages: [{ role: 'user', content }], effort: reference.effort, think, limits: { thinking: 300, solution: 100 } }, never);

  async function toTheEnd(session: LocalSession, options: StepOptions = greedy, most = Infinity): Promise<Token[]> {
    const tokens: Token[] = [];
    while (tokens.at(-1)?.mark !== 'end' && tokens.at(-1)?.mark !== 'cut' && tokens.length < most) tokens.push(await session.step(options, never));
    return tokens;
  }

  it('thinks, was trained for efforts, and can do everything a local model can', () => {
    const { card } = model;
    assert.deepEqual([card.thinking?.open, card.thinking?.close], ['<think>', '</think>']);
    assert.equal(card.effort, 'trained');
    assert.equal(card.capabilities.endThinking, 'exact');
    for (const verb of ['probe', 'rewind', 'append', 'logprobs', 'entropy', 'hiddenStates', 'score', 'fork'] as const) assert.equal(card.capabilities[verb].available, true, verb);
    assert.ok(card.fullThinkingTokens! > 0);
  });

  it('gets the prompt it was trained on', async () => {
    const session = await open();
    assert.equal(session.prompt.tokens, reference.inputIds.length);
    assert.equal(session.prompt.opensThinking, true);
    assert.equal(model.countTokens(session.prompt.text), reference.inputIds.length);
    const off = await open(false);
    assert.equal(off.prompt.opensThinking, false);
    assert.ok(off.prompt.text.endsWith('</think>\n\n'));
  });

  it('says token by token what PyTorch says', async () => {
    // The reference ends with the model's turn, or where its writer stopped.
    const tokens = await take(await open(), reference.continuation.length);
    assert.deepEqual(tokens.map(({ id }) => id), reference.continuation);
    assert.equal(tokens.map(({ text }) => text).join(''), reference.text.replace(/<\|im_end\|>$/, ''));
  });

  it('gives the logits PyTorch gives', async () => {
    const session = await open();
    const [first] = await take(session, 1);
    const max = Math.max(...reference.lastLogits);
    const logSumExp = max + Math.log(reference.lastLogits.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
    assert.ok(Math.abs(first!.logprob! - (max - logSumExp)) < 1e-3);
    const entropy = -reference.lastLogits.reduce((sum, logit) => sum + Math.exp(logit - logSumExp) * (logit - logSumExp), 0);
    assert.ok(Math.abs(first!.entropy! - entropy) < 1e-3);
  });

  it('answers after a forced end of its thoughts, and thinks on when the end is taken back', async () => {
    const session = await open();
    const thoughts = await take(session, 12);
    const { position } = session;
    const before = await session.fork();
    await session.append('\n</think>\n\n', never);
    const answer = await toTheEnd(session);
    assert.equal(answer.at(-1)?.mark, 'end');
    assert.ok(answer.map(({ text }) => text).join('').trim().length > 0);
    await session.rewind(position);
    const on = await take(session, 8);
    assert.deepEqual(on.map(({ id }) => id), (await take(before, 8)).map(({ id }) => id));
    assert.deepEqual([...thoughts, ...on].map(({ id }) => id), reference.continuation.slice(0, 20));
  });

  it('never ends its thoughts while the end tag is biased away', async () => {
    const tokens = await toTheEnd(await open(), { sampler: { temperature: 1 }, seed: 5, endTagBias: -1e4 }, 150);
    assert.ok(tokens.length > 0 && tokens.every(({ mark }) => mark !== 'thinking-end'));
    const [at] = await take(await open(), 1, { ...greedy, endTagBias: 1e4 });
    assert.equal(at?.mark, 'thinking-end');
  });

  it('tries an answer without a trace', async () => {
    const session = await open();
    await take(session, 10);
    const { position } = session;
    const probe = await session.probe('\n</think>\n\n', { sampler: { temperature: 0 }, seed: 1, limit: 40 }, never);
    assert.equal(probe.ended, true);
    assert.ok(probe.text.trim().length > 0 && !probe.text.includes('<|im_end|>'));
    assert.equal(session.position, position);
    assert.deepEqual((await take(session, 10)).map(({ id }) => id), reference.continuation.slice(10, 20));
  });

  it('streams characters of several tokens whole', async () => {
    const tokenizer = await TextTokenizer.read(bundled.folder);
    const text = 'naïve café: 3 € → 😀\n';
    const ids = tokenizer.encode(text);
    const stream = new Detokenizer((tokens) => tokenizer.decode(tokens));
    const pieces = ids.map((id) => stream.push(id));
    assert.equal(pieces.join('') + stream.flush(), text);
    assert.ok(pieces.includes('') && pieces.every((piece) => !piece.includes('\uFFFD')));
  });
});
