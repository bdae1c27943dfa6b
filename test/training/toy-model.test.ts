/** A model made from nothing by the whole pipeline, as small as it can be, is an ordinary model to the product. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLocalModel } from '../../extension/models/local/load.ts';
import type { ModelRef } from '../../extension/runs/service.ts';
import { newClient, requestOf, runAll, textOf } from '../engine/support/clients.ts';
import { distance, greedy, never, take } from '../engine/support/models.ts';
import { python, runPython } from './support.ts';

interface Reference {
  readonly user: string;
  readonly continuation: readonly number[];
  readonly differences: Readonly<Record<string, number>>;
  readonly int8: { readonly largest: number };
  readonly heads: Readonly<Record<string, readonly number[]>>;
}

const indexOfLargest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

describe('toy model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reins-toy-'));
  const model = join(folder, 'model');
  const ref = { kind: 'local', id: 'toy', name: 'Toy', folder: model } satisfies ModelRef;
  let output = '';
  let reference: Reference;
  before(async function () {
    if (python === undefined) return this.skip();
    const made = await runPython(['training/make.py', '--size', 'toy', '--control', '--out', folder, '--threads', '1']);
    output = made.output;
    assert.equal(made.code, 0, output.slice(-4000));
    reference = JSON.parse(readFileSync(join(model, 'reference.json'), 'utf8')) as Reference;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is made step by step, up to its grades', () => {
    for (const step of ['tokenizer', 'supervised 1', 'supervised 2', 'control', 'control export', 'reinforcement', 'heads', 'export', 'answers', 'grades']) assert.match(output, new RegExp(`\\] ${step}\\n`));
    assert.match(output, /\| all \| \| \d/);
    assert.match(output, /is ready, after/);
  });

  it('says the mean loss of the steps it made, also where another phase had made some of them', () => {
    // So few steps leave about what guessing costs: log 512 = 6.2 nats a token.
    const losses = [...output.matchAll(/^step 25 loss (\S+)/gm)].map(([, loss]) => Number(loss));
    assert.ok(losses.length > 0 && losses.every((loss) => loss > 4 && loss < 7), String(losses));
  });

  it('has a control beside it, which is an ordinary model too', async () => {
    const control = await loadLocalModel({ ...ref, id: 'control', folder: join(folder, 'whole-thoughts') }, never);
    assert.equal(control.card.thinking !== null, true);
    await control.dispose();
  });

  it('is not made again, whichever number of threads', async () => {
    const again = await runPython(['training/make.py', '--size', 'toy', '--control', '--out', folder, '--threads', '2']);
    assert.equal(again.code, 0, again.output);
    assert.doesNotMatch(again.output, /\n {2}\d+\.\d s/);
    assert.equal(again.output.match(/done before/g)?.length, output.match(/^\[\d+\/\d+\]/gm)?.length);
  });

  it('gives in ONNX Runtime what PyTorch and transformers give', () => {
    assert.deepEqual(Object.keys(reference.differences).sort(), ['heads', 'pytorch', 'transformers']);
    for (const difference of Object.values(reference.differences)) assert.ok(difference < 2e-4);
    assert.ok(reference.int8.largest > 0);
    assert.equal(reference.heads['self_evaluation']?.length, 1);
    assert.equal(reference.heads['remaining_length']?.length, 2);
  });

  it("says in the product's own loader what it said in PyTorch", async () => {
    const loaded = await loadLocalModel(ref, never);
    try {
      const session = await loaded.open({ messages: [{ role: 'user', content: reference.user }], effort: 'high', think: true, limits: { thinking: 300, solution: 100 } }, never);
      const most = Math.min(40, reference.continuation.length);
      const tokens = await take(session, most, { ...greedy, selfEvaluation: true, remainingLength: true, earlyExits: true });
      assert.deepEqual(tokens.map(({ id }) => id), reference.continuation.slice(0, most));
      const { selfEvaluation, remainingLength, earlyExits } = tokens[0]!;
      assert.ok(Math.abs(selfEvaluation! - reference.heads['self_evaluation']![0]!) < 1e-4);
      assert.ok(distance([remainingLength!.alpha, remainingLength!.lambda], reference.heads['remaining_length']!) < 1e-3);
      const favourites = Object.keys(reference.heads).filter((name) => name.startsWith('early_exit_logits.')).sort().map((name) => indexOfLargest(reference.heads[name]!));
      assert.deepEqual(earlyExits, favourites.map((favourite) => favourite === tokens[0]!.id));
    } finally {
      await loaded.dispose();
    }
  });

  it('answers a question in the engine, within both budgets', async () => {
    const { client } = newClient();
    try {
      const question = 'What does this print?\n\nlet a = 2;\nconsole.log(a + 1);';
      const { outcome, events } = await runAll(client, requestOf({ model: ref, question, budgets: { thinking: 24, solution: 12 } }));
      assert.ok(outcome === 'answered' || outcome === 'exhausted', outcome);
      assert.ok(textOf(events).length > 0);
      const ended = events.at(-1);
      assert.ok(ended?.type === 'ended' && ended.usage.thinking <= 24 && ended.usage.solution <= 12);
    } finally {
      await client.dispose();
    }
  });
});
