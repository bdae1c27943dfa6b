/** A model's vocabulary is padded beyond its tokenizer's, so it can name ids that stand for nothing (a defect of Elastic Reasoning's published code, arXiv 2505.05315). */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { TextTokenizer } from '../../../extension/models/local/text-tokenizer.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'media', 'models', 'reins-tiny');

describe('an id out of the vocabulary', () => {
  it('has no text, and takes none from what stands beside it', async () => {
    const tokenizer = await TextTokenizer.read(folder);
    const words = tokenizer.encode('x + 1');
    assert.equal(tokenizer.decode([tokenizer.size]), '');
    assert.equal(tokenizer.decode([2 ** 31 - 1]), '');
    assert.equal(tokenizer.decode([...words, tokenizer.size + 99]), 'x + 1');
    assert.equal(tokenizer.decode([]), '');
  });
});
