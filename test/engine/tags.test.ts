/** Tags that take several tokens, on a real model. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLocalModel } from '../../extension/models/local/load.ts';
import type { LocalModel } from '../../extension/models/local/model.ts';
import { fixtures, loadFixture, never, openWords, someWords, take } from './support/models.ts';

describe('a thinking tag of several tokens', () => {
  let folder: string;
  let model: LocalModel;
  let words: string[];

  before(async () => {
    // Make a tag of what the random weights will say: tokens 4 to 6.
    const plain = await loadFixture('qwen2-genai-int4');
    words = (await take(await openWords(plain, someWords), 10)).map(({ text }) => text);
    await plain.dispose();
    folder = mkdtempSync(join(tmpdir(), 'reins-tags-'));
    cpSync(join(fixtures, 'qwen2-genai-int4'), folder, { recursive: true });
    const path = join(folder, 'config.json');
    const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    config['reins'] = { thinking: { open: 't251 t252', close: words.slice(4, 7).join('').trim() } };
    writeFileSync(path, JSON.stringify(config));
    model = await loadLocalModel({ id: 'tagged', name: 'Tagged', folder }, never);
  });
  after(async () => {
    await model.dispose();
    rmSync(folder, { recursive: true });
  });

  it('is marked on its last token, with its whole text, and nothing is lost', async () => {
    const tokens = await take(await openWords(model, someWords), 8);
    assert.deepEqual(tokens.map(({ mark }) => mark), [undefined, undefined, undefined, undefined, undefined, undefined, 'thinking-end', undefined]);
    assert.equal(tokens[6]!.text, words.slice(4, 7).join('').trim());
    assert.equal(tokens.map(({ text }) => text).join(''), words.slice(0, 8).join(''));
    assert.ok(tokens.every(({ count }) => count === 1));
  });

  it('is never cut in two by a rewind', async () => {
    const session = await openWords(model, someWords);
    const start = session.prompt.tokens;
    await take(session, 8);
    await session.rewind(start + 6);
    assert.equal(session.position, start + 4);
    const again = await take(session, 3);
    assert.equal(again[2]!.mark, 'thinking-end');
    await session.rewind(start + 7);
    assert.equal(session.position, start + 7);
  });
});
