import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { activated, withSetting } from './support.ts';

describe('a model folder that is not one', function () {
  this.timeout(60_000);
  let reins: ReinsApi;
  let folder: string;
  before(async () => {
    reins = await activated();
    folder = mkdtempSync(join(tmpdir(), 'reins-folder-'));
  });
  after(async () => {
    await reins.chooseModel('reins-tiny');
    rmSync(folder, { recursive: true, force: true });
  });

  const sentenceFor = async (path: string): Promise<string> => {
    let sentence = '';
    await withSetting('reins.modelFolders', [path], async () => {
      await reins.chooseModel(`folder:${path}`);
      await reins.describe().catch((error: unknown) => (sentence = error instanceof Error ? error.message : String(error)));
      await reins.chooseModel('reins-tiny');
    });
    return sentence;
  };

  it('is refused with a sentence when it does not exist', async () => {
    assert.match(await sentenceFor(join(folder, 'nothing')), /\.$/);
  });

  it('is refused with a sentence when it is empty', async () => {
    assert.match(await sentenceFor(folder), /config\.json|folder|model/i);
  });

  it('is refused with a sentence when its files are broken, and the engine lives on', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    for (const name of ['config.json', 'tokenizer.json', 'model.onnx']) writeFileSync(join(broken, name), 'not what it says');
    assert.match(await sentenceFor(broken), /\.$/);
    assert.equal((await reins.describe()).name, 'Reins Tiny');
  });
});
