import assert from 'node:assert/strict';
import fc from 'fast-check';
import { guardedFetch, type Fetch } from '../../../extension/models/remote/guarded-fetch.ts';
import { askAgainTurn, BETWEEN, chatBody, firstTurn, prefixTurn, type RequestInput } from '../../../extension/models/remote/routes/requests.ts';
import { ServerMemory } from '../../../extension/models/remote/server-memory.ts';
import type { PrefixStyle } from '../../../extension/models/remote/capability-record.ts';
import { DeltaCounter, estimateTokens } from '../../../extension/models/remote/token-estimate.ts';
import { Transcript, type Piece, type Said } from '../../../extension/models/remote/transcript.ts';
import { readChatChunk } from '../../../extension/models/remote/wire/chat.ts';
import { failing, recordOf } from './support.ts';

describe('token estimates', () => {
  it('takes a short chunk for a token', () => {
    const counter = new DeltaCounter();
    assert.deepEqual([' the', ' understanding', '.', '\n'].map((text) => counter.count(text.length)), [1, 1, 1, 1]);
  });

  it('believes the server’s own list', () => assert.equal(new DeltaCounter().count(100, 7), 7));

  it('counts grouped chunks by characters, without drifting', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 30, max: 90 }), { minLength: 5, maxLength: 60 }), (lengths) => {
        const counter = new DeltaCounter(4);
        const counted = lengths.reduce((sum, length) => sum + counter.count(length), 0);
        const characters = lengths.reduce((sum, length) => sum + length, 0);
        assert.ok(Math.abs(counted - characters / 4) <= 2, `${counted} for ${characters / 4}`);
      }),
    );
  });

  it('counts no text as none, and any text as some', () => {
    assert.deepEqual([estimateTokens(''), estimateTokens('a'), estimateTokens('a'.repeat(36))], [0, 1, 10]);
  });

  it('learns the length of a token from what servers count, within reason', () => {
    const memory = new ServerMemory();
    memory.notePrompt(400, { promptTokens: 100 });
    assert.equal(memory.charactersPerToken, (3.6 + 4) / 2);
    memory.notePrompt(400, { promptTokens: 10 });
    memory.notePrompt(40_000, { promptTokens: 60 });
    assert.equal(memory.charactersPerToken, (3.6 + 4) / 2);
  });
});

describe('chunks from servers', () => {
  it('reads the fields of every server', () => {
    const of = (delta: object): [string, string] => {
      const read = readChatChunk({ choices: [{ index: 0, delta, extra: 1 }], more: true });
      return [read?.reasoning ?? '?', read?.content ?? '?'];
    };
    assert.deepEqual(of({ reasoning: 'a' }), ['a', '']);
    assert.deepEqual(of({ reasoning_content: 'a', content: null }), ['a', '']);
    assert.deepEqual(of({ thinking: 'a', content: 'b' }), ['a', 'b']);
    assert.deepEqual(of({ reasoning: 'a', reasoning_content: 'a' }), ['a', '']);
    assert.deepEqual(of({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'a' }] }, { type: 'text', text: 'b' }] }), ['a', 'b']);
    assert.deepEqual(of({ role: 'assistant' }), ['', '']);
  });

  it('reads usage where servers put it', () => {
    assert.deepEqual(readChatChunk({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 2 } } })?.usage, { promptTokens: 3, completionTokens: 5, reasoningTokens: 2 });
    assert.deepEqual(readChatChunk({ usage: { completion_tokens: 5, reasoning_tokens: 4 } })?.usage, { completionTokens: 5, reasoningTokens: 4 });
  });

  it('takes only the first of several choices', () => {
    assert.equal(readChatChunk({ choices: [{ index: 1, delta: { content: 'no' } }, { index: 0, delta: { content: 'yes' } }] })?.content, 'yes');
  });

  it('refuses what is no chunk, whatever it is', () => {
    for (const value of [null, 1, 'x', [], { choices: 3 }, { choices: [{ delta: { content: 5 } }] }]) assert.equal(Array.isArray(value) ? null : readChatChunk(value), null);
    fc.assert(fc.property(fc.anything(), (value) => void readChatChunk(value)));
  });
});

describe('transcript', () => {
  const pieces: readonly Piece[] = [
    { part: 'thinking', text: '', count: 0, mark: 'thinking-start' },
    { part: 'thinking', text: 'a', count: 1 },
    { part: 'thinking', text: 'bc', count: 2 },
    { part: 'thinking', text: '', count: 0, mark: 'thinking-end' },
    { part: 'answer', text: 'd', count: 1 },
    { part: 'answer', text: '', count: 0, mark: 'end' },
  ];

  it('goes back to any position it had, exactly', () => {
    const at: { position: number; said: string }[] = [];
    const transcript = new Transcript(10, false);
    for (const piece of pieces) {
      at.push({ position: transcript.position, said: JSON.stringify(transcript.said()) });
      transcript.add(piece);
    }
    for (const { position, said } of at.reverse()) {
      transcript.rewind(position);
      assert.equal(transcript.position, position);
      assert.equal(JSON.stringify(transcript.said()), said);
    }
    transcript.rewind(0);
    assert.equal(transcript.position, 10);
  });

  it('spells out tags that the server keeps to itself', () => {
    const transcript = new Transcript(0, false);
    pieces.forEach((piece) => transcript.add(piece));
    assert.equal(transcript.said().raw, '<think>\nabc\n</think>\n\nd');
    assert.equal(transcript.over, true);
    assert.equal(transcript.clone().said().raw, transcript.said().raw);
  });
});

describe('requests', () => {
  const input: RequestInput = {
    model: 'm',
    open: { messages: [{ role: 'system', content: 's' }, { role: 'user', content: 'q' }], effort: 'low', think: true, limits: { thinking: 100, solution: 30 } },
    step: { sampler: { temperature: 0 }, seed: 1 },
    left: 1000,
    record: recordOf(),
    extras: [],
  };
  const firstRequest = (given: RequestInput) => chatBody(given, firstTurn(given));
  const prefixRequest = (given: RequestInput, said: Said, style: PrefixStyle) => chatBody(given, prefixTurn(given, said, style));
  const askAgainRequest = (given: RequestInput, said: Said) => chatBody(given, askAgainTurn(given, said));
  const open = { preamble: '', thoughts: '\nhm\n', answer: '', inThoughts: true, thought: true, raw: '<think>\nhm\n', written: '<think>\nhm\n' };
  const closed = { ...open, inThoughts: false, answer: '\n\n4', raw: '<think>\nhm\n</think>\n\n4' };

  it('reserves the answer’s room in every one', () => {
    assert.equal(firstRequest(input)['max_tokens'], 130 + BETWEEN);
    assert.equal(prefixRequest(input, open, 'flags')['max_tokens'], 130 + BETWEEN);
    assert.equal(prefixRequest(input, closed, 'flags')['max_tokens'], 30);
    assert.equal(askAgainRequest(input, closed)['max_tokens'], 30);
    assert.equal(firstRequest({ ...input, left: 60 })['max_tokens'], 60);
    assert.equal(firstRequest({ ...input, limit: 8 })['max_tokens'], 8);
  });

  it('hands a begun reply over in each style', () => {
    const last = (body: Readonly<Record<string, unknown>>): unknown => (body['messages'] as unknown[]).at(-1);
    assert.deepEqual(last(prefixRequest(input, closed, 'flags')), { role: 'assistant', content: '<think>\nhm\n</think>\n\n4' });
    assert.deepEqual(last(prefixRequest(input, closed, 'reasoning')), { role: 'assistant', reasoning_content: 'hm\n', content: '4' });
    assert.equal(prefixRequest(input, open, 'reasoning')['continue_final_message'], 'reasoning_content');
    assert.equal(prefixRequest(input, open, 'trailing')['continue_final_message'], undefined);
    assert.deepEqual(last(prefixRequest(input, { ...closed, thought: false, preamble: 'x', thoughts: '', answer: '' }, 'reasoning')), { role: 'assistant', content: 'x' });
  });

  it('quotes the begun answer when it asks again, and leaves the system text alone', () => {
    const messages = askAgainRequest(input, closed)['messages'] as { role: string; content: string }[];
    assert.deepEqual(messages.map((message) => message.role), ['system', 'user']);
    assert.equal(messages[0]!.content, 's');
    assert.match(messages[1]!.content, /^q\n\n---\n\n[^]*<thoughts>\nhm\n<\/thoughts>[^]*<begun>\n4\n<\/begun>$/);
  });
});

describe('guarded fetch', () => {
  const url = 'https://host.example/v1/chat/completions';
  const stream = { method: 'POST', body: '{"stream":true}' };
  const answering = (...responses: (() => Response)[]): { fetch: Fetch; seen: string[] } => {
    const seen: string[] = [];
    return { seen, fetch: async (input) => (seen.push(String(input)), responses[Math.min(seen.length, responses.length) - 1]!()) };
  };
  const guard = (fetch: Fetch): Fetch => guardedFetch({ origin: 'https://host.example', key: 'k', fetch });

  it('refuses an address elsewhere before anything is sent', async () => {
    const { fetch, seen } = answering(() => new Response('{}'));
    await failing(guard(fetch)('https://other.example/v1/models'), 'server-refused', /other\.example/);
    assert.deepEqual(seen, []);
  });

  it('does not follow redirects for ever', async () => {
    const { fetch, seen } = answering(() => new Response(null, { status: 307, headers: { location: url } }));
    await failing(guard(fetch)(url), 'server-refused', /redirects without an end/);
    assert.equal(seen.length, 4);
  });

  it('refuses a reply that is not streamed, with the error in it if there is one', async () => {
    const json = (value: unknown) => () => new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });
    await failing(guard(answering(json({ choices: [] })).fetch)(url, stream), 'server-error', /does not stream/);
    await failing(guard(answering(json({ error: { message: 'Model crashed' } })).fetch)(url, stream), 'server-error', /Model crashed/);
  });
});
