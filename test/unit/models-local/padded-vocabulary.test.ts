/** A model's vocabulary is padded beyond its tokenizer's, so it can name ids that stand for nothing (a defect of Elastic Reasoning's published code, arXiv 2505.05315). */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TextTokenizer } from '../../../extension/models/local/text-tokenizer.ts';

const bundled = join(import.meta.dirname, '../../../media/models/reins-tiny/tokenizer.json');

describe('an id out of the vocabulary', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reins-padded-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has no text, also where the tokenizer has a token for what it does not know', async () => {
    const parts = JSON.parse(readFileSync(bundled, 'utf8')) as { readonly model: object };
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...parts, model: { ...parts.model, unk_token: 'x' } }));
    const tokenizer = await TextTokenizer.read(folder);
    assert.equal(tokenizer.decode([tokenizer.size]), '');
    assert.equal(tokenizer.decode([2 ** 31 - 1]), '');
    assert.equal(tokenizer.decode([...tokenizer.encode('a + 1'), tokenizer.size + 99]), 'a + 1');
  });
});
