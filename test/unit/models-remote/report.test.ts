import assert from 'node:assert/strict';
import { findLocalServers, usualPorts } from '../../../extension/models/remote/local-servers.ts';
import { bundleFile, languages, readWords } from '../../../scripts/lib/l10n.mjs';
import { recordText } from '../../../extension/models/remote/record-text.ts';
import { Retelling } from '../../../extension/trace/said.ts';
import type { CapabilityRecord } from '../../../extension/models/remote/capability-record.ts';
import { serveWire, json, type WireServer } from '../../support/wire/http.ts';
import { noSignal, recordOf } from './support.ts';

const heading = { host: 'gpu-box:8000', model: 'maker/a_model' };
const cap = { paths: ['thinking_token_budget'], with: [], minimum: 0, insteadOfEffort: false, strength: 'exact', held: 'yes' } as const;

describe('what a server allows, in words', () => {
  const text = (changes: Partial<CapabilityRecord>): string => recordText(recordOf({ kind: 'vllm', version: '0.21.0', contextLength: 4096, ...changes }), heading);

  it('names the server, the ways and how they are known', () => {
    const said = text({ raw: 'tokens', prefix: null, cap: { ...cap, paths: [...cap.paths], with: [] }, logprobs: true, topLogprobs: 20, evidence: ['It answers like vLLM 0.21.0.'] });
    assert.match(said, /^# What Reins can control: maker\/a\\_model on gpu-box:8000\n\nvLLM 0\.21\.0, 4096 tokens of context\./);
    assert.match(said, /\| Thinking budget \| kept exactly \|\n\| Answer Now \| in place \|/);
    assert.match(said, /\| Limit on thinking \| `thinking_token_budget`: kept when tried \|/);
    assert.match(said, /\| Token counts \| exact: the server’s own tokens \|/);
    assert.match(said, /1\. \*\*raw-tokens\*\*.*\n2\. \*\*server-cap\*\*.*\n3\. \*\*ask-again\*\*/);
    assert.match(said, /- It answers like vLLM 0\.21\.0\./);
    assert.match(said, /"kind": "vllm",\n {4}"route": "raw-tokens"/);
  });

  it('tells what counts the tokens', () => {
    const counts = (changes: Partial<CapabilityRecord>, tokenizer?: string): string => /\| Token counts \| (.*) \|/.exec(recordText(recordOf(changes), { ...heading, tokenizer }))?.[1] ?? '';
    assert.match(counts({}), /^estimated, marked ≈; \*Reins: Choose Tokenizer Folder/);
    assert.match(counts({}, '/models/a_model'), /^counted with the tokenizer in \/models\/a\\_model; the prompt is estimated/);
    assert.match(counts({ raw: 'tokens' }, '/models/a'), /^exact/);
    assert.match(counts({ thoughts: 'hidden' }, '/models/a'), /^estimated, marked ≈, because thoughts that are not shown/);
  });

  it('calls no budget exactly kept whose tokens are estimated, unless the server keeps it', () => {
    const budget = (changes: Partial<CapabilityRecord>, tokenizer?: string): string => /\| Thinking budget \| (.*) \|/.exec(recordText(recordOf(changes), { ...heading, tokenizer }))?.[1] ?? '';
    const held = { ...cap, paths: [...cap.paths], with: [] };
    assert.equal(budget({ cap: null }), 'kept in place, in estimated tokens');
    assert.equal(budget({ cap: null, raw: 'text', prefix: null }), 'kept in place, in estimated tokens');
    assert.equal(budget({ cap: { ...held, held: 'untried' } }), 'kept in place, in estimated tokens');
    assert.equal(budget({ cap: held }), 'kept exactly');
    assert.equal(budget({ cap: null }, '/models/a'), 'kept exactly');
    assert.equal(budget({ cap: null, raw: 'tokens' }), 'kept exactly');
  });

  it('tells the speed where it was measured', () => {
    const said = recordText(recordOf(), { ...heading, speed: { firstMs: 230, perPromptTokenMs: 0.2, perTokenMs: 20, samples: 12 } });
    assert.match(said, /\| Speed in this session \| first token after about 0\.23 s and 0\.20 s more for each 1000 tokens of prompt, then about 50 tokens a second \(fitted to 12 requests\) \|/);
    assert.doesNotMatch(text({}), /Speed/);
  });

  it('says plainly what cannot be done', () => {
    const said = text({ thoughts: 'hidden', prefix: null });
    assert.match(said, /\| Thinking budget \| cannot be kept \|\n\| Answer Now \| by asking again \(degraded\) \|\n\| Keep Thinking, Steer \| not possible/);
    assert.match(text({ prefixCache: 'unknown' }), /\| Trial answers \| off: each could read and bill the whole prompt again \|\n\| Keeps what it has read of a prompt \| not known;/);
    assert.match(text({ prefix: null, cap: null }), /\| Thinking budget \| kept by asking again \(degraded\) \|/);
  });

  it('takes a server’s words for words', () => {
    assert.doesNotMatch(text({ evidence: ['<img src=x> | [a](b)'] }), /(?<!\\)<img|(?<!\\)\[a/);
    assert.doesNotMatch(text({ evidence: ['a\n# heading'] }), /^# heading/m);
  });

  for (const language of languages) {
    it(`is said in ${language}, every line of it that is words`, () => {
      const retelling = new Retelling(readWords(bundleFile(language)));
      const tell = (sentence: string): string => retelling.tell(sentence);
      const evidence = ['It answers like vLLM 0.21.0.', 'Thoughts came in the field reasoning.', 'A limit of 16 thinking tokens was kept: the thoughts ended after 15.', 'A begun reply (flags) was continued.', 'Asked the same twice, it had 64 tokens of the prompt in its cache.'];
      for (const record of [recordOf({ kind: 'vllm', contextLength: 4096, evidence }), recordOf({ thoughts: 'hidden', cap: null, evidence }), recordOf({ thoughts: 'inline', raw: 'tokens', logprobs: true, topLogprobs: 5, prefixCache: 'unknown', evidence })]) {
        const said = { ...heading, speed: { firstMs: 230, perPromptTokenMs: 0.2, perTokenMs: 20, samples: 12 } };
        const english = recordText(record, said).split('\n');
        const told = recordText(record, { ...said, tell }).split('\n');
        assert.equal(told.length, english.length);
        const words = /^(?:#|\| [A-Z]|\d\.|- |Connect)/;
        assert.deepEqual(english.filter((line, at) => words.test(line) && told[at] === line), []);
      }
    });
  }
});

describe('servers on this machine', () => {
  const running: WireServer[] = [];
  afterEach(async () => void (await Promise.all(running.splice(0).map((server) => server.close()))));
  const portOf = (server: WireServer): number => Number(new URL(server.origin).port);

  it('are found where they answer, and named by what they say', async () => {
    const list = (owned_by: string) => ({ 'GET /v1/models': ({ response }: Parameters<Parameters<typeof serveWire>[0][string]>[0]) => json(response, 200, { data: [{ id: 'm', owned_by }] }) });
    running.push(await serveWire(list('library')), await serveWire(list('somebody')), await serveWire({}));
    const ports = running.map((server, index) => [portOf(server), `port ${index}`] as const);
    const found = await findLocalServers(noSignal, { ports: [...ports, [9, 'nobody']] });
    assert.deepEqual(found.map(({ name, baseUrl }) => [name, baseUrl]), [['Ollama', `http://127.0.0.1:${ports[0]![0]}/v1`], ['port 1', `http://127.0.0.1:${ports[1]![0]}/v1`]]);
    assert.ok(running.every(({ requests }) => requests.length === 1 && requests[0]!.headers.authorization === undefined), 'one question each, without a key');
  });

  it('are found also where they ask for a key, but not a page that wants a sign-in', async () => {
    const refusing = (body: string, type: string) => ({ 'GET /v1/models': ({ response }: Parameters<Parameters<typeof serveWire>[0][string]>[0]) => void response.writeHead(401, { 'content-type': type }).end(body) });
    running.push(await serveWire(refusing('{"error":"Unauthorized"}', 'application/json')), await serveWire(refusing('<html>Sign in</html>', 'text/html')));
    const found = await findLocalServers(noSignal, { ports: running.map((server, index) => [portOf(server), `port ${index}`] as const) });
    assert.deepEqual(found, [{ name: 'port 0', baseUrl: `${running[0]!.origin}/v1`, models: [], asksForKey: true }]);
  });

  it('are not looked for when calls are forbidden', async () => {
    running.push(await serveWire({}));
    assert.deepEqual(await findLocalServers(noSignal, { ports: [[portOf(running[0]!), 'x']], offline: () => true }), []);
    assert.equal(running[0]!.requests.length, 0);
  });

  it('can be given up on', async () => {
    running.push(await serveWire({ 'GET /v1/models': () => {} }));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(findLocalServers(stop.signal, { ports: [[portOf(running[0]!), 'x']] }), { name: 'AbortError' });
  });

  it('have the ports their makers gave them', () => assert.deepEqual(usualPorts.map(([port]) => port), [11434, 8080, 8000, 30000, 1234]));
});
