/** Runs over a server that take several turns with tools: both budgets span them all, whichever way the server is held to them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BETWEEN } from '../../../extension/models/remote/routes/requests.ts';
import type { ToolBox } from '../../../extension/reasoning/tools/port.ts';
import type { ToolRequest } from '../../../extension/reasoning/tools/request.ts';
import { tokenize } from '../../support/scripted-server/script.ts';
import { profileNames, type ProfileName, type Script, type ScriptInput } from '../../support/scripted-server/types.ts';
import { startLlamaServer } from '../../support/wire/llama-server.ts';
import { budgets, closeAll, connectTo } from './servers/support.ts';
import { closeServers, connect, numbered, runHeart, serve, type Connected, type HeartRun } from './support.ts';

const tools = { read_file: 3, search: 0, diagnostics: 0, run_tests: 0 };
const BLOCK = 'I look.\n```tool\n{"tool":"read_file","path":"a.ts"}\n```\n';
/** Tokens of it, as the scripted servers split text, up to its end. */
const BLOCK_TOKENS = 5;

function box(): ToolBox & { readonly asked: ToolRequest[] } {
  const asked: ToolRequest[] = [];
  return { asked, use: (request) => (asked.push(request), Promise.resolve({ outcome: 'ok', text: 'const a = 1;' })) };
}

/** Asks for a tool until it has had so many results; counts when asked to, as the trial of a server does. */
function asking(times: number, thinks: readonly number[]): (question: string) => Script {
  return (question) => {
    if (/count from one to ten/i.test(question)) return { thinking: tokenize('\nThat is easy.\n'), answer: tokenize('one two three four five six seven eight nine ten') };
    const had = [...question.matchAll(/Result (\d+), ok/g)].length === 0 ? 0 : Number(/Result (\d+), ok/.exec(question)?.[1]);
    return { thinking: numbered(thinks[had] ?? thinks.at(-1) ?? 0, 't'), answer: tokenize(had < times ? BLOCK : 'It is 1.') };
  };
}

const overProfile = async (profile: ProfileName, script: (question: string) => Script): Promise<Connected & { limits: () => number[] }> => {
  const server = await serve({ profile, script: ({ question }: ScriptInput) => script(question) });
  const connected = await connect(server);
  return { ...connected, limits: () => server.chats().slice(connected.probes).map(({ body }) => body?.max_tokens ?? body?.max_completion_tokens ?? 0) };
};

/** What a whole run may never do, however many turns and requests it took. */
function assertKept(run: HeartRun, thinking: number, solution: number): void {
  const { usage } = run.of('ended')[0]!;
  assert.ok(usage.thinking + usage.probes <= thinking && usage.solution <= solution, JSON.stringify(usage));
  const text = (phase: string): number => run.of('tokens').filter((event) => event.phase === phase && event.source === 'model').reduce((sum, { count }) => sum + count, 0);
  assert.ok(text('thinking') <= thinking && text('solving') <= solution, 'what is shown as well as what is charged');
}

describe('tools over a server', () => {
  afterEach(async () => {
    await closeServers();
    await closeAll();
  });

  for (const profile of ['vllm', 'llama-server', 'deepseek'] as const) {
    it(`share one thinking and one solution budget among all turns: ${profile}`, async () => {
      const own = box();
      const connected = await overProfile(profile, asking(1, [12, 30]));
      const run = await runHeart(connected, { ...budgets(20, 60), tools }, undefined, own);
      assert.equal(run.outcome, 'answered', JSON.stringify(run.of('error')));
      assert.deepEqual([own.asked.length, run.answer], [1, 'It is 1.']);
      assertKept(run, 20, 60);
      assert.equal(run.of('ended')[0]!.usage.thinking, 20, 'the second turn had what the first one left');
      const [first, second] = connected.limits();
      assert.deepEqual([first, second], [20 + 60 + BETWEEN, 8 + 60 - BLOCK_TOKENS + BETWEEN], 'and the server was told no more');
      assert.equal(run.of('request').length, connected.limits().length, 'every request of every turn is on the bill');
    });
  }

  it('share them to the token where prompts are tokens', async () => {
    const script = asking(2, [12, 5, 30]);
    const connected = await connectTo(await startLlamaServer({ script: (question) => script(question) }), { model: 'toy.gguf' });
    assert.equal(connected.model.record.raw, 'tokens');
    const run = await runHeart(connected, { ...budgets(20, 60), tools }, undefined, box());
    assert.deepEqual([run.outcome, run.answer], ['answered', 'It is 1.'], JSON.stringify(run.of('error')));
    assertKept(run, 20, 60);
    assert.equal(run.of('ended')[0]!.usage.thinking, 20);
    assert.equal(run.of('ended')[0]!.usage.estimated, false);
  });

  it('keep both, trial answers included, whatever the budgets, the turns and the kind of server', async function () {
    this.timeout(60_000);
    const figures = { profile: fc.constantFrom(...profileNames), times: fc.integer({ min: 0, max: 4 }), thinks: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 5 }), thinking: fc.integer({ min: 0, max: 90 }), solution: fc.integer({ min: 1, max: 40 }) };
    await fc.assert(
      fc.asyncProperty(fc.record(figures), async ({ profile, times, thinks, thinking, solution }) => {
        const run = await runHeart(await overProfile(profile, asking(times, thinks)), { ...budgets(thinking, solution), effort: 'low', exits: 'eager', tools }, undefined, box());
        assert.ok(['answered', 'exhausted'].includes(run.outcome), JSON.stringify(run.of('error')));
        assertKept(run, thinking, solution);
        await closeServers();
      }),
      { numRuns: 40 },
    );
  });
});
