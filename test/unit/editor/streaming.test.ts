import assert from 'node:assert/strict';
import { AnswerStream } from '../../../extension/editor/chat/streaming.ts';
import { runScripted } from '../../support/run-scripted.ts';

describe('the answer as it grows', () => {
  it('is given in pieces, once, without the white space around it', async () => {
    const { events } = await runScripted({ script: { thoughts: ['so '], answer: () => ['\n', '3', ' * ', 'x', '\n'] } });
    const pieces: string[] = [];
    const stream = new AnswerStream('r', (text) => pieces.push(text));
    for (const event of events) stream.take([event]);
    assert.equal(pieces.join('').trim(), '3 * x');
    assert.equal(stream.view.answer.trim(), '3 * x');
    assert.ok(pieces.length > 1);
  });
});
