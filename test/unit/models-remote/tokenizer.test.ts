import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TextTokenizer } from '../../../extension/models/local/text-tokenizer.ts';
import { RemoteModel } from '../../../extension/models/remote/remote-model.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import type { ScriptedServer, ScriptedServerOptions } from '../../support/scripted-server/types.ts';
import { closeServers, connect, drain, failing, noSignal, numbered, openOptions, recordOf, runHeart, serve, stepOptions, type Connected } from './support.ts';

const bundled = join(import.meta.dirname, '../../../media/models/reins-tiny');
const thinking = ['The', ' value', ' of', ' t', ' grows', ' by', ' 🙂', ' in', ' each', ' round', '.\n\n', 'f(4)', ' =', ' 5', ',', ' f(1)', ' =', ' -1', '.'];
const answer = ['t', ' +=', ' x', ';'];
const script = { thinking, answer };

interface On extends Connected {
  readonly server: ScriptedServer;
}

describe('a tokenizer that a person has named for a server’s model', () => {
  let tokenizer: TextTokenizer;
  before(async () => (tokenizer = await TextTokenizer.read(bundled)));
  afterEach(closeServers);

  const tokensOf = (text: string): number => tokenizer.encode(text).length;

  async function on(options: ScriptedServerOptions = {}, record = recordOf(), folder = bundled): Promise<On> {
    const server = await serve({ script, ...options });
    const ref = { id: 'remote:scripted', name: 'Scripted', baseUrl: server.baseUrl, model: 'scripted-reasoner', tokenizer: folder };
    return { ...(await connect(server, { ref, record })), server };
  }

  for (const tokensPerDelta of [1, 4]) {
    it(`counts thoughts and answer as they are, ${tokensPerDelta} words to a chunk`, async () => {
      const connected = await on({ overrides: { tokensPerDelta } });
      assert.equal(connected.model.card.tokenCounts, 'counted');
      const run = await runHeart(connected, { budgets: { thinking: 400, solution: 60 } });
      assert.equal(run.outcome, 'answered', JSON.stringify(run.of('error')));
      assert.equal(run.text('thinking'), thinking.join(''));
      const { usage } = run.of('ended')[0]!;
      assert.deepEqual([usage.thinking, usage.solution], [tokensOf(thinking.join('')), tokensOf(answer.join(''))]);
    });
  }

  it('has no figure marked as an estimate but the prompt, around which the server writes', async () => {
    const run = await runHeart(await on(), { budgets: { thinking: 400, solution: 60 } });
    const [started] = run.of('started');
    assert.deepEqual([started?.tokenCounts, started?.prompt.estimated], ['counted', true]);
    assert.ok(run.of('tokens').every(({ estimated }) => estimated === undefined));
    const { usage } = run.of('ended')[0]!;
    assert.equal(usage.estimated, false);
    assert.deepEqual(foldEvents(emptyView('r'), run.events.slice(0, -1)).usage, usage, 'live as at the end');
  });

  it('keeps both budgets in its own tokens, between two words', async () => {
    const connected = await on({ script: { thinking: numbered(60, 'value'), answer: numbered(30, 'x') }, overrides: { tokensPerDelta: 7 } });
    const run = await runHeart(connected, { budgets: { thinking: 41, solution: 15 } });
    const { usage } = run.of('ended')[0]!;
    const thoughts = run.of('tokens').filter(({ phase, source }) => phase === 'thinking' && source === 'model').map(({ text }) => text).join('');
    assert.equal(usage.thinking, tokensOf(thoughts));
    const word = Math.max(...numbered(60, 'value').map(tokensOf));
    assert.ok(usage.thinking <= 41 && usage.thinking > 41 - word, `${usage.thinking} tokens of thought, a word has ${word}`);
    assert.ok(usage.solution <= 15 && usage.solution > 0);
    assert.equal(run.outcome, 'answered');
  });

  it('counts thoughts between tags too, the tags being tokens', async () => {
    const connected = await on({ profile: 'inline' }, recordOf({ thoughts: 'inline' }));
    const tokens = await drain(await connected.model.open(openOptions, noSignal));
    const thoughts = tokens.filter(({ mark }) => mark === undefined).map(({ text }) => text).join('');
    assert.ok(thoughts.startsWith(thinking.join('')));
    const ends = tokens.findIndex(({ mark }) => mark === 'thinking-end');
    assert.equal(tokens.slice(1, ends).reduce((sum, { count }) => sum + count, 0), tokensOf(thinking.join('')));
    assert.equal(tokens[ends]?.count, 1);
  });

  it('counts what Reins writes itself', async () => {
    const { model } = await on();
    const session = await model.open(openOptions, noSignal);
    await session.step(stepOptions, noSignal);
    const text = '\n</think>\n\n';
    assert.equal(model.countTokens(text), tokensOf(text));
    assert.equal(await session.append(text, noSignal), tokensOf(text));
  });

  it('gives way to the tokens that a server lists itself', async () => {
    const { model } = await on({}, recordOf({ logprobs: true }));
    const session = await model.open(openOptions, noSignal);
    const tokens = [];
    for (let index = 0; index < 8; index += 1) tokens.push(await session.step({ ...stepOptions, logprob: true }, noSignal));
    const listed = tokens.filter(({ mark }) => mark === undefined);
    assert.deepEqual(listed.map(({ text, count, logprob }) => [text, count, logprob]), thinking.slice(0, 7).map((text) => [text, 1, -0.25]));
  });

  it('is not said to count what a server does not show', async () => {
    const { model } = await on({ profile: 'openai' }, recordOf({ thoughts: 'hidden', prefix: null }));
    assert.equal(model.card.tokenCounts, 'estimated');
  });

  it('is told from another model’s by what the server counts', async () => {
    const run = await runHeart(await on(), { budgets: { thinking: 400, solution: 60 } });
    const told = run.of('notice').find(({ code }) => code === 'server-usage');
    assert.match(told?.message ?? '', /the tokenizer on this machine counted \d+\. It may be another model’s/);
    assert.doesNotMatch(told?.message ?? '', /an estimate/);
  });

  it('is missed before anything is sent where its folder has none, or a damaged one, or is gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reins-tokenizer-'));
    try {
      const server = await serve();
      const connecting = (): Promise<RemoteModel> =>
        RemoteModel.connect({ ref: { id: 'r', name: 'Scripted', baseUrl: server.baseUrl, model: 'scripted-reasoner', tokenizer: folder }, apiKey: async () => undefined }, noSignal);
      await failing(connecting(), 'tokenizer-missing', /has no tokenizer\.json.*It was to count the tokens of Scripted/);
      for (const text of ['{"model": ', '{"model": {"type": "Mystery"}}', '[]']) {
        await writeFile(join(folder, 'tokenizer.json'), text);
        await failing(connecting(), 'model-invalid', /tokenizer\.json.*again.*It was to count the tokens of Scripted/);
      }
      await rm(folder, { recursive: true });
      await failing(connecting(), 'tokenizer-missing', /has no tokenizer\.json/);
      assert.equal(server.requests.length, 0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
