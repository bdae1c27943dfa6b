import assert from 'node:assert/strict';
import { isPrivateHost, normalizeAddress } from '../../../extension/models/remote/address.ts';
import { listModels, testConnection } from '../../../extension/models/remote/connect.ts';
import { RemoteModel } from '../../../extension/models/remote/remote-model.ts';
import type { CapabilityRecord } from '../../../extension/models/remote/capability-record.ts';
import { generic } from '../../../extension/models/remote/servers/generic.ts';
import { Tolerance } from '../../../extension/models/remote/tolerance.ts';
import { HttpFailure } from '../../../extension/models/remote/failures.ts';
import type { ProfileName, Script, ScriptedServerOptions, ScriptInput } from '../../support/scripted-server/types.ts';
import { closeServers, connect, drain, failing, noSignal, numbered, openOptions, recordOf, serve, spelled } from './support.ts';

describe('addresses of servers', () => {
  const good: readonly [string, string][] = [
    ['http://localhost:8080', 'http://localhost:8080/v1'],
    ['http://localhost:8080/', 'http://localhost:8080/v1'],
    ['http://localhost:8080/v1/', 'http://localhost:8080/v1'],
    ['  localhost:11434 ', 'http://localhost:11434/v1'],
    ['127.0.0.1:8000/v1', 'http://127.0.0.1:8000/v1'],
    ['[::1]:8000', 'http://[::1]:8000/v1'],
    ['api.example.com', 'https://api.example.com/v1'],
    ['https://api.example.com/api/v1/chat/completions', 'https://api.example.com/api/v1'],
    ['https://api.example.com/openai/v4', 'https://api.example.com/openai/v4'],
  ];
  for (const [input, baseUrl] of good) it(`reads ${input}`, () => assert.equal(normalizeAddress(input).baseUrl, baseUrl));

  it('warns of plain http in a network, not on this machine', () => {
    assert.match(normalizeAddress('http://192.168.1.5:8000').warning ?? '', /not encrypted/);
    assert.equal(normalizeAddress('http://127.0.0.1:8000').warning, undefined);
    assert.equal(normalizeAddress('https://192.168.1.5:8000').warning, undefined);
  });

  const bad: readonly [string, RegExp][] = [
    ['', /Enter the address/],
    ['http://api.example.com/v1', /use https/],
    ['ftp://host/v1', /http:\/\/ or https/],
    ['https://user:pass@host/v1', /Leave user name and password out/],
    ['http://', /not an address/],
  ];
  for (const [input, sentence] of bad) it(`refuses ${JSON.stringify(input)}`, () => assert.throws(() => normalizeAddress(input), { reason: 'bad-request', message: sentence }));

  it('knows private hosts', () => {
    for (const host of ['localhost', '10.1.2.3', '172.16.0.1', '172.31.255.1', '192.168.0.1', '100.64.0.1', 'gpu-box', 'nas.local', '[fd00::1]', 'fe80::1']) assert.ok(isPrivateHost(host), host);
    for (const host of ['example.com', '8.8.8.8', '172.32.0.1', '100.128.0.1', '[2001:db8::1]']) assert.ok(!isPrivateHost(host), host);
  });
});

describe('connecting to a server', () => {
  afterEach(closeServers);

  it('lists models with their context length, and sends the key and nothing more', async () => {
    const server = await serve({ apiKey: 'k-123456', models: ['a', 'b'] });
    assert.deepEqual(await listModels(server.baseUrl, 'k-123456', noSignal), [{ id: 'a', contextLength: 8192 }, { id: 'b', contextLength: 8192 }]);
    const { headers } = server.requests[0]!;
    assert.equal(headers.authorization, 'Bearer k-123456');
    assert.deepEqual(Object.keys(headers).filter((name) => name.startsWith('x-') || name.startsWith('openai')), []);
  });

  it('sends no authorization where there is no key, whatever the environment says', async () => {
    const server = await serve();
    const before = { ...process.env };
    Object.assign(process.env, { OPENAI_API_KEY: 'sk-environment', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_ORG_ID: 'org-x', OPENAI_CUSTOM_HEADERS: 'x-leak: yes\nauthorization: Bearer env' });
    try {
      await listModels(server.baseUrl, undefined, noSignal);
      await connect(server);
    } finally {
      for (const name of ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_ORG_ID', 'OPENAI_CUSTOM_HEADERS']) before[name] === undefined ? delete process.env[name] : (process.env[name] = before[name]);
    }
    for (const { headers } of server.requests) assert.deepEqual([headers.authorization, headers['x-leak'], headers['openai-organization']], [undefined, undefined, undefined]);
  });

  it('tells a failed connection as a sentence', async () => {
    const server = await serve({ apiKey: 'right-key' });
    const result = await testConnection({ baseUrl: server.baseUrl, key: 'wrong-key-1234' }, noSignal);
    assert.ok(!result.ok);
    assert.equal(result.reason, 'unauthorized');
    assert.ok(!result.message.includes('wrong-key-1234'), result.message);
    assert.ok(!(await testConnection({ baseUrl: 'nonsense://x', key: undefined }, noSignal)).ok);
  });

  it('tells what a named model can do', async () => {
    const server = await serve();
    const result = await testConnection({ baseUrl: server.baseUrl.replace('/v1', ''), key: undefined, model: 'scripted-reasoner' }, noSignal);
    assert.ok(result.ok);
    assert.equal(result.baseUrl, server.baseUrl);
    assert.equal(result.record?.prefix, 'flags');
  });

  it('does without a list of models when the name is given', async () => {
    const server = await serve({ models: null });
    const result = await testConnection({ baseUrl: server.baseUrl, key: undefined, model: 'any' }, noSignal);
    assert.ok(result.ok && /does not list/.test(result.warning ?? ''));
    const blind = await testConnection({ baseUrl: server.baseUrl, key: undefined }, noSignal);
    assert.ok(!blind.ok && blind.reason === 'server-refused');
  });

  it('finds the API below the path of a gateway', async () => {
    const server = await serve({ root: '/gateway/v1' });
    const result = await testConnection({ baseUrl: server.baseUrl.replace('/v1', ''), key: undefined, model: 'scripted-reasoner' }, noSignal);
    assert.ok(result.ok);
    assert.equal(result.baseUrl, server.baseUrl);
    assert.equal(result.warning, undefined);
    assert.equal((await listModels(server.baseUrl.replace('/v1', ''), undefined, noSignal)).length, 1);
  });

  it('takes the context length from the list of models, unless it was set', async () => {
    const server = await serve();
    assert.equal((await connect(server)).model.card.contextLength, 8192);
    const ref = { id: 'r', name: 'R', baseUrl: server.baseUrl, model: 'scripted-reasoner', contextLength: 1000 };
    assert.equal((await connect(server, { ref })).model.card.contextLength, 1000);
  });

  it('names a page that is no server', async () => {
    const server = await serve({ modelsFault: { kind: 'html' } });
    await failing(listModels(server.baseUrl, undefined, noSignal), 'server-refused', /web page/);
  });

  it('gives up on a server that does not list its models in time, and on cancellation', async () => {
    const server = await serve({ modelsFault: { kind: 'hang', after: 0 } });
    await failing(listModels(server.baseUrl, undefined, noSignal, { timeouts: { connect: 50 } }), 'timeout', /did not list its models in time/);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(testConnection({ baseUrl: server.baseUrl, key: undefined }, stop.signal), { name: 'AbortError' });
    await server.until((requests) => requests.every((request) => request.aborted));
  });

  const found: readonly [ProfileName, Partial<CapabilityRecord>, ScriptedServerOptions?][] = [
    ['vllm', { thoughts: 'reasoning', prefix: 'flags', continuedThoughts: 'field', streamsUsage: true, logprobs: true }],
    ['llama-server', { thoughts: 'reasoning_content', prefix: 'reasoning' }],
    ['deepseek', { thoughts: 'reasoning_content', prefix: null }],
    ['inline', { thoughts: 'inline', prefix: 'flags', continuedThoughts: 'content' }],
    ['ollama', { thoughts: 'reasoning', prefix: null, streamsUsage: false }, { overrides: { usage: false } }],
    ['openai', { thoughts: 'hidden', prefix: null }],
    ['plain', { thoughts: 'none', prefix: 'flags' }],
    ['vllm', { effort: { ...generic.effort, path: null }, logprobs: false, streamsUsage: true }, { overrides: { refusedFields: ['reasoning_effort', 'logprobs'] } }],
  ];
  for (const [profile, expected, options] of found) {
    it(`finds out about ${profile}${options ? ` with ${JSON.stringify(options)}` : ''}`, async () => {
      const server = await serve({ profile, ...options });
      const { model, probes } = await connect(server);
      const got = model.record;
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, got[name as keyof CapabilityRecord]])), expected, got.evidence.join('\n'));
      assert.ok(probes <= 8, `${probes} requests`);
      for (const { body } of server.chats()) assert.ok((body?.max_tokens ?? body?.max_completion_tokens ?? 0) <= 40, 'they are tiny');
      const again = await connect(server);
      assert.equal(again.probes, probes, 'remembered');
    });
  }

  it('sees whether a server keeps what it has read of a prompt, at the trial or later, and tries no answers where nobody knows', async () => {
    assert.equal((await connect(await serve())).model.record.prefixCache, 'seen');
    const silent = await serve({ overrides: { caches: false } });
    const { model } = await connect(silent);
    const { probe, fork } = model.card.capabilities;
    assert.equal(model.record.prefixCache, 'unknown', model.record.evidence.join('\n'));
    assert.ok(!probe.available && /read and bill the whole prompt.*prefixCache in reins\.servers/.test(probe.reason) && fork.available);
    await failing((await model.open(openOptions, noSignal)).probe('x', { sampler: { temperature: 0 }, seed: 1, limit: 4 }, noSignal), 'bad-request', /Trial answers are off here/);
    for (const [prefixCache, available] of [[true, true], [false, false]] as const) {
      const ref = { id: 'r', name: 'R', baseUrl: silent.baseUrl, model: 'scripted-reasoner', overrides: { prefixCache } };
      assert.equal((await RemoteModel.connect({ ref, apiKey: async () => undefined }, noSignal)).card.capabilities.probe.available, available);
    }
    const later = await connect(await serve(), { record: recordOf({ prefixCache: 'unknown' }) });
    for (let time = 0; time < 2; time += 1) await drain(await later.model.open(openOptions, noSignal));
    assert.equal(later.model.record.prefixCache, 'seen');
  });

  it('sees that continued thoughts arrive in the content', async () => {
    const script = ({ question }: ScriptInput): Script => (/count/i.test(question) ? { thinking: [' four', ' five'], answer: 'one two three four five'.split(/(?= )/) } : { thinking: numbered(12, 't'), answer: [' a0'] });
    const server = await serve({ overrides: { misfiles: 'thoughts' }, script });
    const { model } = await connect(server);
    assert.equal(model.record.continuedThoughts, 'content');
    const session = await model.open(openOptions, noSignal);
    await drain(session, 3);
    await session.append('\nHm.\n', noSignal);
    assert.equal(spelled(await drain(session)), `${numbered(12, 't').slice(3).join('')}<thinking-end> a0<end>`);
  });

  it('asks nothing when all is given', async () => {
    const server = await serve();
    const { probes } = await connect(server, { record: recordOf({ thoughts: 'inline', prefix: null, continuedThoughts: 'content' }) });
    assert.equal(probes, 0);
  });

  it('says what is absent, and why', async () => {
    const { model } = await connect(await serve({ profile: 'openai' }));
    const { capabilities, effort, tokenCounts, origin } = model.card;
    assert.deepEqual([capabilities.endThinking, capabilities.thinkingBudget], ['degraded', 'unavailable']);
    for (const verb of ['probe', 'rewind', 'append', 'entropy', 'hiddenStates', 'score', 'fork'] as const) {
      const can = capabilities[verb];
      assert.ok(!can.available && can.reason.length > 20, verb);
    }
    assert.deepEqual([effort, tokenCounts], ['requested', 'estimated']);
    assert.match(origin ?? '', /^127\.0\.0\.1:\d+$/);
  });

  it('tells of thoughts that were spent unseen', async () => {
    const { model, notices } = await connect(await serve({ profile: 'openai' }));
    await drain(await model.open(openOptions, noSignal));
    assert.match(notices.find(([code]) => code === 'hidden-thoughts')?.[1] ?? '', /12 tokens on thoughts/);
  });

  it('sends a request again without what the server does not know, once', async () => {
    const server = await serve({ profile: 'deepseek', overrides: { refusedFields: ['chat_template_kwargs', 'seed'] } });
    const { model, probes, notices } = await connect(server);
    const quiet = { ...openOptions, think: false };
    await drain(await model.open(quiet, noSignal));
    assert.deepEqual(notices.filter(([code]) => code === 'fields-not-supported').length, 1);
    const first = server.chats().length - probes;
    assert.equal(first, 3);
    await drain(await model.open(quiet, noSignal));
    assert.equal(server.chats().length - probes, first + 1);
  });
});

describe('what a server does not accept', () => {
  const refusal = (message: string, param = ''): HttpFailure => new HttpFailure(400, JSON.stringify({ error: { message, param } }), new Headers(), []);
  const body = { model: 'm', max_tokens: 9, temperature: 1, seed: 3, reasoning_effort: 'none', chat_template_kwargs: {} };

  it('uses the other name of the limit', () => {
    const tolerance = new Tolerance();
    assert.deepEqual(tolerance.learn(refusal("'max_tokens' is not supported. Use 'max_completion_tokens' instead."), body), ['max_tokens']);
    assert.deepEqual(tolerance.apply({ max_tokens: 9 }), { max_completion_tokens: 9 });
  });

  it('goes down to the least effort the server knows, then does without', () => {
    const tolerance = new Tolerance();
    const efforts = [];
    for (let index = 0; index < 4; index += 1) {
      const sent = tolerance.apply(body);
      efforts.push(sent['reasoning_effort']);
      if (sent['reasoning_effort'] !== undefined) tolerance.learn(refusal('bad value', 'reasoning_effort'), sent);
    }
    assert.deepEqual(efforts, ['none', 'minimal', 'low', undefined]);
  });

  it('gives up all optional fields when none is named, and nothing on other errors', () => {
    const tolerance = new Tolerance();
    assert.deepEqual(tolerance.learn(new HttpFailure(500, '', new Headers(), []), body), []);
    tolerance.learn(refusal('extra fields not permitted'), body);
    assert.deepEqual(tolerance.apply(body), { model: 'm', max_tokens: 9 });
    assert.deepEqual(tolerance.learn(refusal('still no'), tolerance.apply(body)), []);
  });
});
