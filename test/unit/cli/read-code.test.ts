import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { languageOf, readCode } from '../../../extension/cli/read-code.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';
import { temporaryFolder } from '../trace/store/folder.ts';

describe('reading the file of a question', () => {
  const folder = temporaryFolder();
  const write = (name: string, content: string | Uint8Array): string => {
    fs.writeFileSync(join(folder(), name), content);
    return name;
  };
  const refused = (file: string, sentence: RegExp): Promise<void> => assert.rejects(readCode(file, folder()), (error) => ReasoningError.is(error, 'bad-request') && sentence.test(error.message));

  it('gives its text, name and language', async () => {
    assert.deepEqual(await readCode(write('f.js', '\ufeffconst f = "ä";\n'), folder()), { label: 'f.js', languageId: 'javascript', code: 'const f = "ä";\n' });
  });

  it('says what is wrong with it', async () => {
    await refused('nowhere.js', /^There is no file nowhere\.js/);
    await refused('.', /is a folder/);
    await refused(write('empty.js', ''), /empty\.js is empty/);
    await refused(write('blank.js', ' \n\t\n'), /blank\.js is empty/);
    await refused(write('big.js', 'x'.repeat(500_000)), /big\.js is larger than 256 kB/);
    await refused(write('image.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0])), /image\.png is not text/);
    await refused(write('latin.txt', Buffer.from([0x66, 0xfc, 0x72])), /latin\.txt is not text/);
  });

  it('comes to an end with an endless file', async function () {
    if (!fs.existsSync('/dev/zero')) this.skip();
    await refused('/dev/zero', /\/dev\/zero is larger/);
  });

  it('knows the editor’s names for languages', () => {
    assert.equal(languageOf('a/b/C.TS'), 'typescript');
    assert.equal(languageOf('Makefile'), 'plaintext');
  });
});
