/** Verified changes: several candidates, the tests of a real workspace on each, and the smallest change that passes. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { VerifiedRunService } from '../../extension/assist/verify/verified-service.ts';
import { ModelRunService } from '../../extension/runs/model-run-service.ts';
import type { RunService, Verify } from '../../extension/runs/service.ts';
import { runEventSchema, type RunEvent } from '../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { piecesOf, ScriptedModel } from '../support/scripted-model.ts';
import { requestOf } from './support/clients.ts';
import { never } from './support/models.ts';

const WRONG = 'function add(a, b) {\n  return a - b;\n}\n\nmodule.exports = { add };\n';
const TEST = 'const { add } = require("./f.js");\nif (add(2, 3) !== 5) throw new Error("add(2, 3) gives " + add(2, 3));\nconsole.log("all right");\n';
const block = (body: string): string => `Here.\n\n\`\`\`js\n${body}\n\`\`\`\n`;
const small = block('function add(a, b) {\n  return a + b;\n}');
const large = block('function add(a, b) {\n  // The sum of both.\n  const sum = a + b;\n  return sum;\n}');
const wrong = block('function add(a, b) {\n  return b - a;\n}');

describe('a verified change', function () {
  this.timeout(180_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reins-verified-'));
    writeFileSync(join(folder, 'f.js'), WRONG);
    writeFileSync(join(folder, 'test.js'), TEST);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const verify = (change: Partial<Verify> = {}): Verify => ({ command: `${JSON.stringify(process.execPath)} test.js`, milliseconds: 60_000, folder, path: 'f.js', text: WRONG, unsaved: [], change: { kind: 'lines', first: 0, last: 2 }, candidates: 3, ...change });

  interface Ran {
    readonly view: RunView;
    readonly events: readonly RunEvent[];
    readonly model: ScriptedModel;
  }

  const run = async (answers: readonly string[], wanted: Verify, watch: (event: RunEvent, service: VerifiedRunService) => void = () => undefined): Promise<Ran> => {
    const [first = [], ...later] = answers.map((text) => text.split(/(?<=\n)/));
    const model = new ScriptedModel({ thoughts: ['hm ', 'so '], answer: () => first, laterAnswers: later });
    const service = new VerifiedRunService(new ModelRunService({ loadModel: () => Promise.resolve(model), places: 1, keepLoaded: 1 }));
    const events: RunEvent[] = [];
    const request = { ...requestOf({ budgets: { thinking: 100, solution: 400 } }), verify: wanted };
    const outcome = await service.run(request, (batch) => {
      for (const event of batch) {
        events.push(event);
        watch(event, service);
      }
    }, never);
    events.forEach((event, index) => {
      assert.equal(v.safeParse(runEventSchema, event).success, true, JSON.stringify(event));
      assert.equal(event.seq, index);
      assert.equal(event.run, request.run);
      assert.ok(event.at >= (events[index - 1]?.at ?? 0));
    });
    const view = foldEvents(emptyView(request.run), events);
    assert.equal(view.outcome, outcome);
    assert.equal(readFileSync(join(folder, 'f.js'), 'utf8'), WRONG, 'the workspace stays as it is');
    assert.deepEqual(readdirSync(folder).sort(), ['f.js', 'test.js']);
    return { view, events, model };
  };

  it('is the smallest of those whose tests pass, and the trace has every candidate with its tests and its cost', async () => {
    const { view, events, model } = await run([wrong, large, small], verify());
    assert.equal(view.answer.trim(), small.trim());
    assert.deepEqual(view.testRuns.map(({ candidate, outcome, changedLines }) => [candidate, outcome, changedLines]), [[null, 'failed', undefined], [0, 'failed', 2], [1, 'passed', 4], [2, 'passed', 2]]);
    assert.match(view.testRuns[0]?.output ?? '', /add\(2, 3\) gives -1/);
    assert.match(view.testRuns[1]?.output ?? '', /add\(2, 3\) gives 1/);
    assert.deepEqual(view.samples.map(({ index, answer }) => [index, answer.trim()]), [[0, wrong.trim()], [1, large.trim()], [2, small.trim()]]);
    const beside = view.samples.filter(({ index }) => index > 0).reduce((sum, { thinking, solution, probes }) => sum + thinking + solution + probes, 0);
    assert.ok(beside > 0);
    assert.equal(view.usage.discarded, beside);
    const decision = view.decisions.at(-1);
    assert.deepEqual([decision?.policy, decision?.action], ['tests', 'choose-answer']);
    assert.match(decision?.reason ?? '', /2 of 3 candidates.*sample 3/);
    assert.equal(events.filter(({ type }) => type === 'ended').length, 1);
    assert.deepEqual(model.sessions.map(({ asked }) => [asked[0]?.seed, asked[0]?.sampler.temperature]), [[1, 0], [2, 0.7], [3, 0.7]]);
  });

  it('is none where no candidate passes', async () => {
    const { view } = await run([wrong, 'No code here.', wrong], verify());
    assert.deepEqual(view.testRuns.map(({ candidate, outcome }) => [candidate, outcome]), [[null, 'failed'], [0, 'failed'], [1, 'not-run'], [2, 'failed']]);
    assert.match(view.testRuns[2]?.note ?? '', /no block of code/);
    assert.match(view.testRuns[3]?.note ?? '', /same change as that of sample 1/i);
    assert.equal(view.decisions.at(-1)?.action, 'withhold');
  });

  describe('on a server', () => {
    const server = { kind: 'remote', id: 'server', name: 'M', baseUrl: 'http://127.0.0.1:9', model: 'm' } as const;
    /** Tells how many runs went on at once; the first may be made to fail. */
    const scene = async (answers: readonly string[], places: number, failing = false): Promise<{ readonly view: RunView; readonly most: number; readonly open: number }> => {
      const [first = [], ...later] = answers.map((text) => text.split(/(?<=\n)/));
      const model = new ScriptedModel({ thoughts: ['hm ', 'so '], answer: () => first, laterAnswers: later });
      const inner = new ModelRunService({ loadModel: () => Promise.resolve(model), places, keepLoaded: 1 });
      let [open, most] = [0, 0];
      const counting: RunService = {
        describe: (ref, signal) => inner.describe(ref, signal),
        steer: (id, command) => inner.steer(id, command),
        dispose: () => inner.dispose(),
        run: async (request, onEvents, signal) => {
          open += 1;
          most = Math.max(most, open);
          const outcome = await inner.run(request, onEvents, signal).finally(() => (open -= 1));
          return failing && request.run === 'run-1' ? 'exhausted' : outcome;
        },
      };
      const events: RunEvent[] = [];
      await new VerifiedRunService(counting).run({ ...requestOf({ run: 'run-1', model: server, budgets: { thinking: 100, solution: 400 } }), verify: verify() }, (batch) => void events.push(...batch), never);
      for (const [index, event] of events.entries()) {
        assert.equal(event.seq, index);
        assert.ok(event.at >= (events[index - 1]?.at ?? 0));
      }
      assert.equal(events.at(-1)?.type, 'ended');
      return { view: foldEvents(emptyView('run-1'), events), most, open };
    };

    it('has its candidates drawn at once, and tried in their order', async () => {
      const { view, most, open } = await scene([wrong, large, small], 8);
      assert.equal(most, 3);
      assert.equal(open, 0);
      assert.deepEqual(view.testRuns.map(({ candidate }) => candidate), [null, 0, 1, 2]);
      assert.equal(view.samples.length, 3);
      assert.equal(view.answer.trim(), small.trim());
    });

    it('gives the others up where the watched one comes to nothing, and still says what they took', async () => {
      const { view, open } = await scene([wrong, large, small], 8, true);
      assert.equal(open, 0, 'nothing is left behind');
      assert.deepEqual(view.samples.map(({ index }) => index), [1, 2]);
      assert.equal(view.usage.discarded, view.samples.reduce((sum, { thinking, solution, probes }) => sum + thinking + solution + probes, 0));
      assert.deepEqual(view.testRuns, []);
    });
  });

  it('says so where the tests passed before already', async () => {
    const { view } = await run([small], verify({ command: 'exit 0', candidates: 1 }));
    assert.match(view.decisions.at(-1)?.reason ?? '', /passed before the change too/);
  });

  it('tests what is not saved yet', async () => {
    const { view } = await run([small], verify({ candidates: 1, unsaved: [{ path: 'test.js', text: TEST.replace('!== 5', '!== 6') }] }));
    assert.match(view.testRuns[1]?.output ?? '', /add\(2, 3\) gives 5/);
    assert.equal(view.decisions.at(-1)?.action, 'withhold');
  });

  it('does not wait for tests that hang, or print without end', async () => {
    writeFileSync(join(folder, 'test.js'), 'setInterval(() => {}, 1000);');
    const hanging = await run([small], verify({ candidates: 1, milliseconds: 1_000 }));
    assert.deepEqual(hanging.view.testRuns.map(({ outcome }) => outcome), ['too-long', 'too-long']);
    assert.equal(hanging.view.decisions.at(-1)?.action, 'withhold');
    const endless = await run([small], verify({ candidates: 1, command: 'yes' }));
    assert.deepEqual(endless.view.testRuns.map(({ outcome }) => outcome), ['too-much-output', 'too-much-output']);
  });

  it('is stopped while the tests run, with what there is', async () => {
    writeFileSync(join(folder, 'test.js'), 'setInterval(() => {}, 1000);');
    const { view } = await run([small, small], verify(), (event, service) => {
      // The answer is held back until the tests are over, so its last token is the sign.
      if (event.type === 'tokens' && event.phase === 'solving' && event.text.includes('```\n')) setTimeout(() => void service.steer(event.run, { kind: 'stop' }), 500);
    });
    assert.equal(view.outcome, 'stopped');
    assert.ok(!view.decisions.some(({ policy }) => policy === 'tests'));
  });

  it('is not verified, and says why, where the workspace is gone or the file is not in it', async () => {
    for (const change of [{ folder: join(folder, 'nowhere') }, { path: '../f.js' }, { path: 'node_modules/x/f.js' }]) {
      const { view } = await run([small], verify(change));
      assert.equal(view.outcome, 'answered');
      assert.equal(view.notices.at(-1)?.code, 'not-verified');
      assert.equal(view.decisions.at(-1)?.action, 'withhold');
    }
  });

  it('passes other runs through as they are', async () => {
    const model = new ScriptedModel({ thoughts: ['hm '], answer: () => piecesOf('It is 5.') });
    const service = new VerifiedRunService(new ModelRunService({ loadModel: () => Promise.resolve(model), places: 1, keepLoaded: 1 }));
    const events: RunEvent[] = [];
    assert.equal(await service.run(requestOf(), (batch) => void events.push(...batch), never), 'answered');
    assert.equal(events.at(-1)?.type, 'ended');
    assert.equal(await service.steer('nobody', { kind: 'stop' }), false);
    await service.dispose();
  });
});
