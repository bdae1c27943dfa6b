import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cleanAnswer, closingText } from '../../../extension/reasoning/answer.ts';
import { RunControl } from '../../../extension/reasoning/control.ts';
import { isCancellation, ReasoningError, redact } from '../../../extension/reasoning/errors.ts';
import { Phases } from '../../../extension/reasoning/phases.ts';
import { composeConversation, composeUserMessage } from '../../../extension/reasoning/prompt.ts';

const format = { open: '<think>', close: '</think>', closingPhrase: '\n', afterClose: '\n\n' };

describe('the closing text', () => {
  it('starts on a new line and holds the end tag once', () => {
    assert.equal(closingText('so x', format), '\n</think>\n\n');
    assert.equal(closingText('so x\n', format), '</think>\n\n');
    assert.equal(closingText('', format), '</think>\n\n');
    assert.equal(closingText('so x', { ...format, closingPhrase: '\n\nTime is up.\n' }), '\n\nTime is up.\n</think>\n\n');
  });
});

describe('the cleaned answer', () => {
  it('leaves out tags and resumed thoughts', () => {
    assert.equal(cleanAnswer('  7 \n', format), '7');
    assert.equal(cleanAnswer('</think>\n7', format), '7');
    assert.equal(cleanAnswer('a<think>hm</think>b<think>hm</think>c', format), 'abc');
    assert.equal(cleanAnswer('a <think>never closed', format), 'a');
    assert.equal(cleanAnswer('<think>', format), '');
    assert.equal(cleanAnswer(' <think> ', null), '<think>');
  });
});

describe('phases', () => {
  it('go only the allowed ways', () => {
    const seen: string[] = [];
    const phases = new Phases((from, to, reason) => seen.push(`${from}>${to}:${reason}`));
    phases.to('thinking', 'start');
    phases.to('closing', 'budget');
    assert.throws(() => phases.to('thinking', 'user'), /cannot go from closing to thinking/);
    phases.to('solving', 'closed');
    phases.to('thinking', 'user');
    phases.to('done', 'stopped');
    for (const next of ['idle', 'thinking', 'closing', 'solving'] as const) assert.throws(() => phases.to(next, 'user'), ReasoningError);
    assert.deepEqual(seen, ['idle>thinking:start', 'thinking>closing:budget', 'closing>solving:closed', 'solving>thinking:user', 'thinking>done:stopped']);
  });
});

describe('run control', () => {
  it('hands commands over in order, Stop first', () => {
    const control = new RunControl(new AbortController().signal);
    control.post({ kind: 'answer-now' });
    control.post({ kind: 'stop' });
    assert.equal(control.interrupt.aborted, true);
    assert.equal(control.take()?.kind, 'stop');
    assert.equal(control.interrupt.aborted, true, 'one is still waiting');
    assert.equal(control.take()?.kind, 'answer-now');
    assert.equal(control.interrupt.aborted, false);
    assert.equal(control.take(), undefined);
    assert.equal(control.stop.aborted, true, 'Stop stays');
  });

  it('waits for a command', async () => {
    const control = new RunControl(new AbortController().signal);
    let woke = false;
    const waiting = control.wait().then(() => (woke = true));
    await Promise.resolve();
    assert.equal(woke, false);
    control.post({ kind: 'release' });
    await waiting;
    await control.wait();
    assert.equal(control.take()?.kind, 'release');
  });

  it('is stopped by a signal that fired before', () => {
    assert.equal(new RunControl(AbortSignal.abort()).take()?.kind, 'stop');
  });
});

describe('errors', () => {
  it('redact what looks like a secret, and every secret given', () => {
    for (const secret of ['sk-abcdefgh1234', 'Bearer abc.def-ghi123', 'api_key=hunter22222', '"apiKey": "hunter22222"', 'Authorization: hunter22222', 'https://user:hunter22222@host/']) {
      const clean = redact(`failed with ${secret} there`);
      assert.ok(!clean.includes('hunter22222') && !clean.includes('abcdefgh1234') && !clean.includes('abc.def'), clean);
      assert.ok(clean.includes('[redacted]'), clean);
    }
    assert.equal(redact('my own-word here', ['own-word']), 'my [redacted] here');
    assert.equal(redact('the short one', ['the']), 'the short one');
    assert.equal(redact('nothing to hide: 42'), 'nothing to hide: 42');
  });

  it('carry a reason, keep their cause and pass through', () => {
    const cause = new Error('token=abcdefgh failed');
    const error = ReasoningError.from(cause, 'server-error');
    assert.equal(error.reason, 'server-error');
    assert.equal(error.cause, cause);
    assert.ok(!error.message.includes('abcdefgh'));
    assert.equal(ReasoningError.from(error), error);
    assert.equal(ReasoningError.from('plain').reason, 'internal');
    assert.equal(ReasoningError.is(error, 'timeout'), false);
    assert.equal(ReasoningError.is(error), true);
    assert.equal(ReasoningError.is(cause), false);
  });

  it('know a cancellation when they see one', () => {
    assert.equal(isCancellation(new DOMException('x', 'AbortError')), true);
    assert.equal(isCancellation(new Error('x')), false);
    assert.equal(isCancellation('AbortError'), false);
  });
});

describe('the user message', () => {
  it('is the question alone without code, and both with it', () => {
    assert.equal(composeUserMessage({ question: ' What? ' }), 'What?');
    assert.equal(composeUserMessage({ question: 'What?', code: 'x\n\n', languageId: 'javascript' }), 'What?\n\n```javascript\nx\n```');
    assert.equal(composeUserMessage({ question: 'What?', code: '' }), 'What?');
    const code = (label: string, text: string): { label: string; languageId: string; code: string } => ({ label, languageId: 'js', code: text });
    const [asked] = composeConversation({ question: 'Why?', context: code('a.js, line 1', 'x'), attached: [code('b.js', 'y'), code('c.js', '```')] });
    assert.equal(asked?.content, 'Why?\n\nb.js:\n\n```js\ny\n```\n\nc.js:\n\n````js\n```\n````\n\na.js, line 1, which the question is about:\n\n```js\nx\n```');
    assert.equal(composeConversation({ question: 'Why?', attached: [] })[0]?.content, 'Why?');
  });
});
