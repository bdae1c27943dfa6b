import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import fc from 'fast-check';
import { commandOfKey, listenToKeys } from '../../../extension/cli/keys.ts';
import { printable, styleFor } from '../../../extension/cli/terminal.ts';
import { defaultTraceFolder } from '../../../extension/cli/trace-folder.ts';

describe('text on a terminal', () => {
  it('has colours on a terminal only, and not with NO_COLOR', () => {
    const coloured = (isTTY: boolean, env: Record<string, string>): boolean => styleFor({ isTTY }, env).problem('x') !== 'x';
    assert.equal(coloured(true, {}), true);
    assert.equal(coloured(true, { NO_COLOR: '' }), true, 'an empty NO_COLOR counts as absent');
    assert.equal(coloured(true, { NO_COLOR: '1' }), false);
    assert.equal(coloured(true, { TERM: 'dumb' }), false);
    assert.equal(coloured(false, {}), false);
  });

  it('shows control characters instead of obeying them', () => {
    assert.equal(printable('a\u001b[2Jb\tc\nd\r\ne\u0007\u202e'), 'a␛[2Jb\tc\nd\ne␇\ufffd');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(printable(text))));
  });

  it('understands keys', () => {
    assert.deepEqual(commandOfKey('a'), { kind: 'answer-now' });
    assert.deepEqual(commandOfKey('k'), { kind: 'keep-thinking', tokens: 64 });
    assert.deepEqual(commandOfKey('\u0003'), { kind: 'stop' });
    assert.equal(commandOfKey('x'), null);
  });

  it('listens to keys in raw mode, and leaves the terminal as it was', () => {
    const raw: boolean[] = [];
    const input = Object.assign(new PassThrough(), { setRawMode: (mode: boolean) => raw.push(mode) });
    const commands: string[] = [];
    const off = listenToKeys(input as unknown as ReadStream, (command) => commands.push(command.kind));
    input.emit('data', 'xa');
    input.emit('data', Buffer.from('\u0003'));
    off();
    input.emit('data', 's');
    assert.deepEqual(commands, ['answer-now', 'stop']);
    assert.deepEqual(raw, [true, false]);
  });
});

describe('the default folder of traces', () => {
  it('follows the habits of each system', () => {
    assert.match(defaultTraceFolder({}, 'linux'), /\/\.local\/state\/reins\/traces$/);
    assert.equal(defaultTraceFolder({ XDG_STATE_HOME: '/s' }, 'linux'), '/s/reins/traces');
    assert.match(defaultTraceFolder({}, 'darwin'), /Library\/Application Support\/reins\/traces$/);
    assert.match(defaultTraceFolder({ LOCALAPPDATA: '/l' }, 'win32'), /l.reins.traces$/);
  });
});
