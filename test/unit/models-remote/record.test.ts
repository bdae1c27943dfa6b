import assert from 'node:assert/strict';
import fc from 'fast-check';
import { capHolds, routesOf, withOverrides, type CapabilityRecord, type RouteName, type ThinkingCap } from '../../../extension/models/remote/capability-record.ts';
import { CONFIDENCE_CANDIDATES, leastEntropy, tokenConfidence } from '../../../extension/models/remote/confidence.ts';
import { topOf, withFields } from '../../../extension/models/remote/fields.ts';
import { portCapabilities } from '../../../extension/models/remote/port-capabilities.ts';
import { readRecord } from '../../../extension/models/remote/record-store.ts';
import { kindOf, recognise } from '../../../extension/models/remote/servers/recognise.ts';
import { kindIds } from '../../../extension/models/remote/capability-record.ts';
import { Endpoint } from '../../../extension/models/remote/endpoint.ts';
import { Tolerance } from '../../../extension/models/remote/tolerance.ts';
import { HttpFailure } from '../../../extension/models/remote/failures.ts';
import { noSignal, recordOf } from './support.ts';

const cap: ThinkingCap = { paths: ['thinking_token_budget'], with: [], minimum: 0, insteadOfEffort: false, strength: 'exact', held: 'yes' };

describe('capability record', () => {
  const cases: readonly [string, Partial<CapabilityRecord>, readonly RouteName[]][] = [
    ['everything', { raw: 'tokens', cap, prefix: 'flags' }, ['raw-tokens', 'server-cap', 'chat-continuation', 'ask-again']],
    ['text only', { raw: 'text', prefix: null }, ['raw-text', 'ask-again']],
    ['a cap only', { cap, prefix: null }, ['server-cap', 'ask-again']],
    ['a cap that is not kept', { cap: { ...cap, held: 'no' }, prefix: null }, ['ask-again']],
    ['a cap that was not seen to be kept', { cap: { ...cap, held: 'untried' }, prefix: null }, ['ask-again']],
    ['a cap that is only a target', { cap: { ...cap, strength: 'advisory' }, prefix: null }, ['ask-again']],
    ['a reasoning prefix', { prefix: 'thinking-part' }, ['reasoning-prefix', 'ask-again']],
    ['nothing', { prefix: null }, ['ask-again']],
    ['unseen thoughts', { thoughts: 'hidden', raw: 'tokens', cap }, ['effort-only']],
    ['retold thoughts', { thoughts: 'summary', prefix: 'flags' }, ['effort-only']],
  ];
  for (const [name, changes, expected] of cases) it(`names the ways of a server with ${name}`, () => assert.deepEqual(routesOf(recordOf(changes)), expected));

  it('is overridden piece by piece', () => {
    const full = recordOf({ raw: 'tokens', cap, prefix: 'flags' });
    assert.deepEqual(routesOf(withOverrides(full, { route: 'chat-continuation' })), ['chat-continuation', 'ask-again']);
    assert.deepEqual(routesOf(withOverrides(full, { route: 'ask-again' })), ['ask-again']);
    const named = withOverrides(recordOf({ prefix: null }), { thinkingCap: 'limits.thoughts' });
    assert.deepEqual([capHolds(named), named.cap?.paths], [true, ['limits.thoughts']]);
    assert.equal(withOverrides(full, { thinkingCap: null }).cap, null);
    assert.deepEqual(withOverrides(full, { effort: null }).effort, { ...full.effort, path: null });
    assert.equal(withOverrides(full, { effort: 'reasoning.effort' }).effort.path, 'reasoning.effort');
    assert.deepEqual(withOverrides(full, { thinkingTags: { open: '[T]', close: '[/T]' } }).tags, { open: '[T]', close: '[/T]' });
    assert.equal(withOverrides(full, { opensThinking: true }).opensThinking, true);
    assert.deepEqual([true, false].map((prefixCache) => withOverrides(full, { prefixCache }).prefixCache), ['set', 'no']);
    assert.deepEqual(withOverrides(full, {}), full);
  });

  it('is read back as it was kept, and not at all when it is damaged', () => {
    const record = recordOf({ cap });
    assert.deepEqual(readRecord(JSON.parse(JSON.stringify(record))), record);
    for (const value of [undefined, null, 1, {}, { ...record, raw: 'bytes' }, { ...record, cap: { ...cap, paths: [''] } }]) assert.equal(readRecord(value), undefined);
  });

  it('says of every verb whether it is there, and why not', () => {
    const able = portCapabilities(recordOf({ raw: 'tokens', logprobs: true, topLogprobs: 20 }), true);
    assert.deepEqual([able.endThinking, able.thinkingBudget, able.probe.available, able.fork.available, able.confidence?.available, able.endTagBias?.available], ['exact', 'exact', true, true, true, true]);
    const capped = portCapabilities(recordOf({ cap, prefix: null }));
    assert.deepEqual([capped.endThinking, capped.thinkingBudget, capped.probe.available], ['degraded', 'exact', false]);
    for (const prefixCache of ['no', 'unknown'] as const) assert.equal(portCapabilities(recordOf({ prefixCache })).probe.available, false);
    for (const prefixCache of ['documented', 'seen', 'set'] as const) assert.equal(portCapabilities(recordOf({ prefixCache })).probe.available, true);
    const few = portCapabilities(recordOf({ logprobs: true, topLogprobs: 8 }));
    assert.ok(few.logprobs.available && few.confidence?.available === false && /20 likeliest/.test(few.confidence.reason));
    const unseen = portCapabilities(recordOf({ thoughts: 'hidden' }));
    assert.deepEqual([unseen.endThinking, unseen.thinkingBudget, unseen.append.available], ['degraded', 'unavailable', false]);
  });
});

describe('kinds of servers', () => {
  it('are all there, each with a source', () => {
    for (const id of kindIds) {
      assert.equal(kindOf(id).id, id);
      assert.match(kindOf(id).source, /^https:\/\//);
    }
  });

  const hosts: readonly [string, string][] = [
    ['https://api.openai.com/v1', 'openai'],
    ['https://api.deepseek.com', 'deepseek'],
    ['https://openrouter.ai/api/v1', 'openrouter'],
    ['https://api.mistral.ai/v1', 'mistral'],
    ['https://api.anthropic.com/v1', 'anthropic'],
    ['https://generativelanguage.googleapis.com/v1beta/openai', 'gemini'],
    ['https://dashscope-intl.aliyuncs.com/compatible-mode/v1', 'dashscope'],
    ['https://api.groq.com/openai/v1', 'groq'],
    ['https://api.x.ai/v1', 'xai'],
    ['https://models.example.com/v1', 'generic'],
    ['https://api.openai.com.example.com/v1', 'generic'],
  ];
  for (const [baseUrl, kind] of hosts) {
    it(`takes ${baseUrl} for ${kind}, and asks it nothing`, async () => {
      const endpoint = new Endpoint({ baseUrl, key: undefined, fetch: () => assert.fail('It was contacted.') });
      assert.equal((await recognise(endpoint, 'm', [], undefined, noSignal)).kind.id, kind);
    });
  }

  it('have their endpoints beside the API, below a gateway’s own path too', () => {
    assert.equal(new Endpoint({ baseUrl: 'http://localhost:8000/v1', key: undefined }).beside('/tokenize'), 'http://localhost:8000/tokenize');
    assert.equal(new Endpoint({ baseUrl: 'https://host.example/gate/v1', key: undefined }).beside('/props'), 'https://host.example/gate/props');
    assert.equal(new Endpoint({ baseUrl: 'https://host.example/v1beta', key: undefined }).beside('/x'), 'https://host.example/x');
  });
});

describe('fields by path', () => {
  it('go into the body where they belong, beside what is there', () => {
    const body = { a: 1, reasoning: { summary: 'auto' } };
    assert.deepEqual(withFields(body, [{ path: 'reasoning.effort', value: 'low' }, { path: 'x.y.z', value: 3 }, { path: 'a', value: 2 }]), { a: 2, reasoning: { summary: 'auto', effort: 'low' }, x: { y: { z: 3 } } });
    assert.deepEqual(body, { a: 1, reasoning: { summary: 'auto' } });
    assert.equal(topOf('x.y.z'), 'x');
  });
});

describe('what is given up of reasoning', () => {
  const refusal = (message: string, param: string): HttpFailure => new HttpFailure(400, JSON.stringify({ error: { message, param } }), new Headers(), []);
  const body = { model: 'm', reasoning: { effort: 'none', summary: 'auto' } };

  it('is the summary alone when that is what is refused', () => {
    const tolerance = new Tolerance();
    assert.deepEqual(tolerance.learn(refusal('Your organization must be verified to generate reasoning summaries', 'reasoning.summary'), body), ['reasoning.summary']);
    assert.deepEqual(tolerance.apply(body), { model: 'm', reasoning: { effort: 'none' } });
  });

  it('is one effort after the other, down to the least', () => {
    const tolerance = new Tolerance();
    const seen: unknown[] = [];
    for (let index = 0; index < 4; index += 1) {
      const sent = tolerance.apply(body);
      seen.push((sent['reasoning'] as { effort?: string } | undefined)?.effort);
      tolerance.learn(refusal('Unsupported value', 'reasoning.effort'), sent);
    }
    assert.deepEqual(seen, ['none', 'minimal', 'low', undefined]);
  });

  it('is what depends on it too', () => {
    const tolerance = new Tolerance();
    tolerance.learn(refusal('logprobs is not supported', 'logprobs'), { logprobs: true, top_logprobs: 20 });
    assert.deepEqual(tolerance.apply({ model: 'm', logprobs: true, top_logprobs: 20 }), { model: 'm' });
  });
});

describe('token confidence', () => {
  const of = (...probabilities: readonly number[]): number[] => Array.from({ length: CONFIDENCE_CANDIDATES / probabilities.length }, () => probabilities.map(Math.log)).flat();

  it('is minus the mean log-probability of the twenty likeliest', () => {
    // The published vectors for four candidates, each five times over.
    assert.ok(Math.abs(tokenConfidence(of(0.9, 0.05, 0.03, 0.02))! - 2.629918) < 1e-6);
    assert.ok(Math.abs(tokenConfidence(of(0.4, 0.3, 0.2, 0.1))! - 1.508072) < 1e-6);
    assert.ok(Math.abs(tokenConfidence(of(0.97, 0.01, 0.01, 0.01))! - 3.461492) < 1e-6);
  });

  it('takes the likeliest of more, and is not made from fewer', () => {
    assert.equal(tokenConfidence([...Array.from({ length: 20 }, () => -1), -50]), 1);
    assert.equal(tokenConfidence(Array.from({ length: 19 }, () => -1)), undefined);
    assert.equal(tokenConfidence(undefined), undefined);
  });
});

describe('entropy from the likeliest tokens', () => {
  const entropy = (probabilities: readonly number[]): number => probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);

  it('is exact where they are all there are', () => {
    const even = Array.from({ length: 20 }, () => Math.log(1 / 20));
    assert.ok(Math.abs(leastEntropy(even)! - Math.log(20)) < 1e-12);
    assert.ok(leastEntropy([0, ...Array.from({ length: 19 }, () => -1000)])! < 1e-9);
  });

  it('is never more than that of the whole, and never less than without the rest', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 21, maxLength: 200 }), (weights) => {
        const total = weights.reduce((sum, each) => sum + each, 0);
        const whole = weights.map((each) => each / total).sort((a, b) => b - a);
        const least = leastEntropy(whole.slice(0, 20).map(Math.log));
        assert.ok(least !== undefined && least <= entropy(whole) + 1e-9);
        assert.ok(least >= entropy(whole.slice(0, 20)) - 1e-9);
      }),
    );
  });

  it('is not made from fewer', () => {
    assert.equal(leastEntropy(Array.from({ length: 19 }, () => -1)), undefined);
    assert.equal(leastEntropy(undefined), undefined);
  });
});
