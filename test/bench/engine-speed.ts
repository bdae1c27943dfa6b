/** What the engine costs beside the bare `session.run` loop on the same model: the same tokens, both ways, turn and turn about. */
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EngineClient } from '../../extension/engine/client.ts';
import { bundledModels } from '../../extension/models/catalogue.ts';
import { loadLocalModel } from '../../extension/models/local/load.ts';
import { median, type BenchRow } from './row.ts';

const root = join(import.meta.dirname, '..', '..');
const [model] = bundledModels(root);
const never = new AbortController().signal;
const question = 'Complete f\n\n```javascript\n// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;\n```';
const TOKENS = 120;
const ROUNDS = 40;

export async function bench(): Promise<BenchRow[]> {
  const client = new EngineClient({ entry: join(root, 'extension', 'engine', 'main.ts') });
  const prompt = await promptIds();
  const session = await openBare();
  const bare: Rate[] = [];
  const engine: Rate[] = [];
  try {
    await bareLoop(session, prompt);
    await throughEngine(client, 'warm-up');
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await bareLoop(session, prompt));
      engine.push(await throughEngine(client, `round-${round}`));
    }
  } finally {
    await client.dispose();
    await session.release();
  }
  // Clock time on a busy machine says who else was running, so the quiet rounds count: the ninth decile of each.
  const quiet = (rates: readonly Rate[]): number => rates.map(({ perSecond }) => perSecond).sort((a, b) => a - b)[Math.floor(rates.length * 0.9)]!;
  const middle = (rates: readonly Rate[]): string => `median ${Math.round(median(rates.map(({ perSecond }) => perSecond)))}`;
  const cost = (rates: readonly Rate[]): number => median(rates.map(({ cpuMs }) => cpuMs / TOKENS));
  return [
    { name: 'bare session.run loop', value: quiet(bare), unit: 'tokens/s', note: `bundled model, one thread, argmax only; ${middle(bare)}` },
    { name: 'engine, as runs come to the host', value: quiet(engine), unit: 'tokens/s', note: `sampling, log-probability and entropy of every token; ${middle(engine)}` },
    { name: 'engine against the bare loop', value: quiet(engine) / quiet(bare), unit: 'x', goal: { atLeast: 0.8 }, note: `ninth decile of ${ROUNDS} rounds of ${TOKENS} tokens each, taken in turn` },
    { name: 'bare session.run loop, processor time', value: cost(bare), unit: 'ms/token', note: 'prompt included' },
    { name: 'engine process, processor time', value: cost(engine), unit: 'ms/token', note: 'prompt, template and channel included' },
  ];
}

interface Rate {
  /** Tokens per second after the first. */
  readonly perSecond: number;
  /** Processor time of the whole round. */
  readonly cpuMs: number;
}

async function promptIds(): Promise<bigint[]> {
  // The ids themselves do not matter for the time; their number does.
  const loaded = await loadLocalModel(model!, never);
  const opened = await loaded.open({ messages: [{ role: 'user', content: question }], effort: 'high', think: true, limits: { thinking: 0, solution: 0 } }, never);
  const count = opened.prompt.tokens;
  await loaded.dispose();
  return Array.from({ length: count }, (_, i) => BigInt(260 + (i % 100)));
}

function openBare(): Promise<InferenceSession> {
  return InferenceSession.create(join(model!.folder, 'onnx', 'model.onnx'), { executionProviders: ['cpu'], intraOpNumThreads: 1, extra: { session: { intra_op: { allow_spinning: '0' } } } });
}

async function bareLoop(session: InferenceSession, prompt: readonly bigint[]): Promise<Rate> {
  const cpu = process.cpuUsage();
  let begin = 0;
  const past = session.inputNames.filter((name) => name.startsWith('past'));
  const cache: Record<string, Tensor> = {};
  for (const meta of session.inputMetadata) {
    if (meta.isTensor && past.includes(meta.name)) cache[meta.name] = new Tensor('float32', new Float32Array(0), meta.shape.map((size, i) => (i === 0 ? 1 : i === 2 ? 0 : Number(size))));
  }
  let ids = [...prompt];
  let length = 0;
  for (let i = 0; i < TOKENS; i += 1) {
    length += ids.length;
    const feeds: Record<string, Tensor> = { ...cache, input_ids: new Tensor('int64', BigInt64Array.from(ids), [1, ids.length]), attention_mask: new Tensor('int64', new BigInt64Array(length).fill(1n), [1, length]) };
    if (session.inputNames.includes('position_ids')) feeds['position_ids'] = new Tensor('int64', BigInt64Array.from(ids, (_, k) => BigInt(length - ids.length + k)), [1, ids.length]);
    const result = await session.run(feeds);
    for (const name of past) cache[name] = result[name.replace('past_key_values', 'present')] as Tensor;
    const logits = result['logits']!.data as Float32Array;
    const last = logits.subarray(logits.length - 512);
    let best = 0;
    for (let k = 1; k < last.length; k += 1) if (last[k]! > last[best]!) best = k;
    ids = [BigInt(best)];
    if (i === 0) begin = performance.now();
  }
  const ms = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: ((TOKENS - 1) / ms) * 1000, cpuMs: (user + system) / 1000 };
}

/** A run as the product makes it, timed between its first and its last tokens. */
async function throughEngine(client: EngineClient, run: string): Promise<Rate> {
  const batches: { at: number; count: number }[] = [];
  const before = await client.vitals();
  await client.run(
    { run, model: { kind: 'local', id: model!.id, name: model!.name, folder: model!.folder }, priority: 'person', question, effort: 'high', budgets: { thinking: TOKENS, solution: 1 }, sampler: { temperature: 1.5 }, exits: 'off', seed: 3 },
    (events) => {
      for (const event of events) if (event.type === 'tokens' && event.phase === 'thinking' && event.source === 'model') batches.push(event);
    },
    never,
  );
  const after = await client.vitals();
  const [first, ...rest] = batches;
  const last = rest.at(-1);
  if (!first || !last) throw new Error('The run gave too few tokens to time.');
  const tokens = rest.reduce((total, { count }) => total + count, 0);
  return { perSecond: (tokens / (last.at - first.at)) * 1000, cpuMs: (after?.cpuMs ?? NaN) - (before?.cpuMs ?? NaN) };
}
