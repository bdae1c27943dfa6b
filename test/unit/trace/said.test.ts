/** Recorded sentences are found again by their templates, in whole, in parts and inside of each other. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { languages, bundleFile, messagesInCode, readWords } from '../../../scripts/lib/l10n.mjs';
import { said, SAID, Retelling } from '../../../extension/trace/said.ts';

const german = new Retelling({
  'You pressed Stop./said': 'Du hast Stopp gedrückt.',
  'You pressed {0}./said': 'Du hast {0} gedrückt.',
  'The model finished thinking by itself after {0}./said': 'Nach {0} war das Modell von selbst fertig.',
  '1 token/said': '1 Token',
  '{0} tokens/said': '{0} Tokens',
  'The answer did not pass its checks: {0}/said': 'Die Antwort hielt der Prüfung nicht stand: {0}',
  '{0} gives {1}, not {2}, so nothing is shown./said': '{0} ergibt {1} statt {2}, darum wird nichts gezeigt.',
  '{0} was {1}, at or above the threshold of {2}./said': '{0} war {1}, mindestens die Schwelle {2}.',
  '{0}, and {1}/said': '{0} und {1}',
  'net drift/said': 'Nettodrift',
  'Stop': 'Halt',
});

describe('a recorded sentence', () => {
  it('is English with its values in it', () => {
    assert.equal(said('{1} of {0}, {0}', 3, '{0}'), '{0} of 3, 3');
  });

  it('is said in another language by its template', () => {
    assert.equal(german.tell('You pressed Stop.'), 'Du hast Stopp gedrückt.');
    assert.equal(german.tell('You pressed Answer Now.'), 'Du hast Answer Now gedrückt.');
    assert.equal(german.tell('The model finished thinking by itself after 96 tokens.'), 'Nach 96 Tokens war das Modell von selbst fertig.');
    assert.equal(german.tell('The model finished thinking by itself after 1 token.'), 'Nach 1 Token war das Modell von selbst fertig.');
  });

  it('may hold another, or stand among others', () => {
    assert.equal(german.tell('The answer did not pass its checks: f(2) gives 8, not 7, so nothing is shown.'), 'Die Antwort hielt der Prüfung nicht stand: f(2) ergibt 8 statt 7, darum wird nichts gezeigt.');
    assert.equal(german.tell('You pressed Stop. Something unheard of. You pressed Stop.'), 'Du hast Stopp gedrückt. Something unheard of. Du hast Stopp gedrückt.');
  });

  it('may begin with a name of ours', () => {
    assert.equal(german.tell('Net drift was 0.5, at or above the threshold of 0.4.'), 'Nettodrift war 0.5, mindestens die Schwelle 0.4.');
  });

  it('stays as it is where it is not ours', () => {
    for (const theirs of ['', 'Stop', 'salt, and pepper', 'many tokens', 'You pressed .', 'x'.repeat(5000), `You pressed ${'x'.repeat(3000)}.`]) assert.equal(german.tell(theirs), theirs);
    assert.equal(new Retelling({}).tell('You pressed Stop.'), 'You pressed Stop.');
  });

  it('never takes long, whatever a model has put into it', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(' gives ', ', not ', '. ', 'x', ', and ', 'You pressed ', ' tokens'), { maxLength: 300 }), (pieces) => typeof german.tell(pieces.join('')) === 'string'), { numRuns: 200 });
  });

  const templates = [...messagesInCode().messages.keys()].filter((key) => key.endsWith(SAID)).map((key) => key.slice(0, -SAID.length));

  for (const language of languages) {
    it(`of every template is found again in ${language}, whatever stands in it`, () => {
      const words = readWords(bundleFile(language));
      const retelling = new Retelling(words);
      for (const template of templates) {
        const values = [...template.matchAll(/\{(\d+)\}/g)].map((_, index) => String(7 + index));
        assert.equal(retelling.tell(said(template, ...values)), said(words[template + SAID] ?? '', ...values), template);
      }
    });
  }
});
