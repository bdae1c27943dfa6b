import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ThoughtParser, type ParsedPiece, type ParserInput, type ParserOptions } from '../../../extension/models/remote/thought-parser.ts';

function parse(inputs: readonly ParserInput[], options: ParserOptions = { part: 'start' }): ParsedPiece[] {
  const parser = new ThoughtParser(options);
  return [...inputs.flatMap((input) => parser.push(input)), ...parser.finish()];
}

/** Neighbouring texts joined and counts left out: what must not depend on the chunking. */
function shape(pieces: readonly ParsedPiece[]): string[] {
  const out: string[] = [];
  let open: string | null = null;
  for (const piece of pieces) {
    if (piece.mark !== undefined) {
      out.push(`${piece.mark}:${piece.text}`);
      open = null;
    } else if (open === piece.part) out[out.length - 1] += piece.text;
    else {
      out.push(`${piece.part}=${piece.text}`);
      open = piece.part;
    }
  }
  return out;
}

const content = (text: string): ParserInput => ({ content: text, count: 1 });
const each = (text: string): ParserInput[] => [...text].map(content);

describe('thought parser', () => {
  it('finds tags that are split anywhere', () => {
    assert.deepEqual(shape(parse(each('<think>\nhm</think>\n\n42'))), ['thinking-start:<think>', 'thinking=\nhm', 'thinking-end:</think>', 'answer=\n\n42']);
  });

  it('takes a field of its own for thoughts, without inventing tag text', () => {
    const pieces = parse([{ reasoning: 'a', count: 1 }, { reasoning: 'b', count: 1 }, content('c')]);
    assert.deepEqual(shape(pieces), ['thinking-start:', 'thinking=ab', 'thinking-end:', 'answer=c']);
  });

  it('takes both fields in one chunk in their order', () => {
    assert.deepEqual(shape(parse([{ reasoning: 'a', content: 'b', count: 2 }])), ['thinking-start:', 'thinking=a', 'thinking-end:', 'answer=b']);
  });

  it('keeps text before the thoughts', () => {
    assert.deepEqual(shape(parse([content('Well. <think>'), content('x</think>y')])), ['start=Well. ', 'thinking-start:<think>', 'thinking=x', 'thinking-end:</think>', 'answer=y']);
  });

  it('marks an end whose opening the template wrote', () => {
    assert.deepEqual(shape(parse(each('hm</think>4'), { part: 'thinking' })), ['thinking=hm', 'thinking-end:</think>', 'answer=4']);
    assert.deepEqual(shape(parse(each('hm</think>4'))), ['start=hm', 'thinking-end:</think>', 'answer=4']);
  });

  it('lets thoughts run to the end without a closing tag', () => {
    assert.deepEqual(shape(parse([content('<think>abc</th')])), ['thinking-start:<think>', 'thinking=abc</th']);
    assert.deepEqual(shape(parse([{ reasoning: 'only', count: 1 }])), ['thinking-start:', 'thinking=only']);
  });

  it('closes with the tag that opened', () => {
    assert.deepEqual(shape(parse(each('[THINK]a </think> b[/THINK]c'))), ['thinking-start:[THINK]', 'thinking=a </think> b', 'thinking-end:[/THINK]', 'answer=c']);
  });

  it('reads an opening in the answer or far into it as text, a stray closing as a mark', () => {
    assert.deepEqual(shape(parse(each('a <think> b</think> c'), { part: 'answer' })), ['answer=a <think> b', 'thinking-end:</think>', 'answer= c']);
    const late = `${'x'.repeat(500)}<think>y`;
    assert.deepEqual(shape(parse([content(late)])), [`start=${late}`]);
  });

  it('reads a wrongly filed answer as answer after a close we wrote', () => {
    assert.deepEqual(shape(parse([{ reasoning: 'ans', count: 1 }, { reasoning: 'wer', count: 1 }], { part: 'answer', reasoningIsAnswer: true })), ['answer=answer']);
  });

  it('does not repeat an opening when going on inside the thoughts', () => {
    const options: ParserOptions = { part: 'thinking', skipOpening: true };
    assert.deepEqual(shape(parse(each('<think>more</think>4'), options)), ['thinking=more', 'thinking-end:</think>', 'answer=4']);
    assert.deepEqual(shape(parse([{ reasoning: 'more', count: 1 }, content('4')], options)), ['thinking=more', 'thinking-end:', 'answer=4']);
    assert.deepEqual(shape(parse(each('code: <think> x'), options)), ['thinking=code: <think> x']);
  });

  it('marks thoughts that are resumed in their field after the answer began', () => {
    assert.deepEqual(shape(parse([content('a'), { reasoning: 'b', count: 1 }, content('c')])), ['start=a', 'thinking-start:', 'thinking=b', 'thinking-end:', 'answer=c']);
  });

  const fragment = fc.constantFrom('<think>', '</think>', '<thinking>', '</thinking>', '[THINK]', '[/THINK]', '<', '</', '>', '<th', 'ink>', 'think', '\n', ' ', 'a', 'é', '🙂', '[', '<<think>');
  const text = fc.array(fragment, { maxLength: 24 }).map((parts) => parts.join(''));
  const options: fc.Arbitrary<ParserOptions> = fc.record({ part: fc.constantFrom('start' as const, 'thinking' as const, 'answer' as const), skipOpening: fc.boolean() });

  function chop(value: string, cuts: readonly number[]): string[] {
    const at = [...new Set(cuts.map((cut) => cut % (value.length + 1)))].sort((one, other) => one - other);
    return [0, ...at].map((from, index) => value.slice(from, at[index] ?? value.length));
  }

  it('gives the same text and marks for any chunking', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(200), { maxLength: 12 }), options, (value, cuts, start) => {
        const whole = shape(parse([content(value)], start));
        assert.deepEqual(shape(parse(chop(value, cuts).map(content), start)), whole);
        assert.deepEqual(shape(parse([...value].map(content), start)), whole);
      }),
      { numRuns: 500 },
    );
  });

  it('loses no text and no tokens', () => {
    const input = fc.record({ reasoning: text, content: text, count: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(input, { maxLength: 10 }), (inputs) => {
        const pieces = parse(inputs);
        const said = pieces.map((piece) => piece.text).join('');
        assert.equal(said.length, inputs.reduce((sum, one) => sum + one.reasoning.length + one.content.length, 0));
        // Tokens that come after the last text belong to no text; they may be lost, unless text was still held back then.
        const lastText = inputs.findLastIndex((one) => one.reasoning !== '' || one.content !== '');
        const counted = pieces.reduce((sum, piece) => sum + piece.count, 0);
        const total = (some: typeof inputs): number => some.reduce((sum, one) => sum + one.count, 0);
        if (lastText < 0) return;
        assert.ok(counted >= total(inputs.slice(0, lastText + 1)) && counted <= total(inputs), `${counted} of ${total(inputs)}`);
      }),
    );
  });
});
