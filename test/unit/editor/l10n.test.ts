/** The lists of words are complete, and translations fill the same places as the English. `npm run l10n` brings the lists up to date. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFile, languages, manifestFile, messagesInCode, places, readWords } from '../../../scripts/lib/l10n.mjs';

const root = join(import.meta.dirname, '../../..');
const sorted = (words: Iterable<string>): string[] => [...words].sort();
/** What a translation must not change: code, settings, commands behind links. */
const marks = (text: string): string[] => sorted(text.match(/`[^`]*`|\(command:[\w.]+\)|\$\([\w-]+\)/g) ?? []);

describe('the words of the interface', () => {
  const { messages, problems } = messagesInCode();

  it('are written out where they are used, with a value for every place', () => {
    assert.deepEqual(problems, []);
    assert.ok(messages.size > 500, `${messages.size} messages were found`);
  });

  it('are all in the list, and nothing else is', () => {
    const listed = readWords(bundleFile());
    assert.deepEqual(sorted(Object.keys(listed)), sorted(messages.keys()));
    assert.ok(Object.entries(listed).every(([message, words]) => message === words));
  });

  for (const language of languages) {
    describe(`in ${language}`, () => {
      const words = readWords(bundleFile(language));

      it('are complete, with nothing left over', () => {
        assert.deepEqual(sorted(Object.keys(words)), sorted(messages.keys()));
      });

      it('fill the same places, and leave code, commands and icons as they are', () => {
        for (const [message, translated] of Object.entries(words)) {
          assert.deepEqual(places(translated), places(message), message);
          assert.deepEqual(marks(translated), marks(message), message);
          assert.notEqual(translated.trim(), '', message);
        }
      });

      it('name every part of the manifest', () => {
        const english = readWords(manifestFile());
        const own = readWords(manifestFile(language));
        assert.deepEqual(sorted(Object.keys(own)), sorted(Object.keys(english)));
        for (const [key, text] of Object.entries(english)) assert.deepEqual(marks(own[key] ?? ''), marks(text), key);
      });
    });
  }

  it('of the manifest are used there, and none is missing', () => {
    const used = new Set([...readFileSync(join(root, 'package.json'), 'utf8').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? ''));
    assert.deepEqual(sorted(Object.keys(readWords(manifestFile()))), sorted(used));
  });
});
