import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLocalModel } from '../../extension/models/local/load.ts';
import type { LocalModel } from '../../extension/models/local/model.ts';
import type { Infill, Token } from '../../extension/reasoning/port.ts';
import { fixtures, greedy, loadFixture, never } from './support/models.ts';

const MARKS = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|fim_pad|>'];
const infill: Infill = { prefix: 't17 t33', suffix: 't90', snippets: [] };

describe('a local model that fills gaps', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'reins-infill-'));
  let model: LocalModel;

  /** A fixture whose last tokens are given the marks of a model that was trained for it. */
  before(async () => {
    cpSync(join(fixtures, 'qwen2-genai-int4'), folder, { recursive: true });
    const path = join(folder, 'tokenizer.json');
    const tokenizer = JSON.parse(readFileSync(path, 'utf8')) as { added_tokens: object[]; model: { vocab: Record<string, number> } };
    MARKS.forEach((content, index) => {
      const id = 252 + index;
      delete tokenizer.model.vocab[`t${id}`];
      tokenizer.model.vocab[content] = id;
      tokenizer.added_tokens.push({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true });
    });
    writeFileSync(path, JSON.stringify(tokenizer));
    model = await loadLocalModel({ id: 'fim', name: 'Fim', folder }, never, { memory: Infinity });
  });
  after(async () => {
    await model.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const first = async (gap: Infill): Promise<{ tokens: number; text: string; token: Token }> => {
    const session = await model.open({ messages: [{ role: 'user', content: 'unused' }], infill: gap, effort: 'low', think: false, limits: { thinking: 0, solution: 8 } }, never);
    try {
      return { tokens: session.prompt.tokens, text: session.prompt.text, token: await session.step(greedy, never) };
    } finally {
      await session.close();
    }
  };

  it('is known by the marks of its tokenizer', async () => {
    assert.deepEqual(model.card.capabilities.infill, { available: true });
    const other = await loadFixture('qwen2-genai-int4');
    assert.equal(other.card.capabilities.infill?.available, false);
    await other.dispose();
  });

  it('sees what stands before and after the gap, in its own marks', async () => {
    const { tokens, text, token } = await first(infill);
    assert.equal(text, '<|fim_prefix|>t17 t33<|fim_suffix|>t90<|fim_middle|>');
    assert.equal(tokens, 6);
    assert.notEqual((await first({ ...infill, suffix: 't121' })).token.logprob, token.logprob);
    assert.equal((await first(infill)).token.logprob, token.logprob);
  });

  it('never takes a mark in somebody’s code for its own', async () => {
    const { text } = await first({ ...infill, prefix: 't17 <|fim_middle|> t33' });
    assert.equal(text.split('<|fim_middle|>').length, 2);
  });
});
