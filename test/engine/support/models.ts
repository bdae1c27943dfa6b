/** Models, references and shorthands for the engine's tests. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledModels } from '../../../extension/models/catalogue.ts';
import { loadLocalModel } from '../../../extension/models/local/load.ts';
import type { LocalModel } from '../../../extension/models/local/model.ts';
import type { LocalSession } from '../../../extension/models/local/session.ts';
import type { StepOptions, Token } from '../../../extension/reasoning/port.ts';
import type { ModelRef } from '../../../extension/runs/service.ts';

export const root = join(import.meta.dirname, '../../..');
export const fixtures = join(root, 'test/fixtures/models');
export const never = new AbortController().signal;
export const greedy: StepOptions = { sampler: { temperature: 0 }, seed: 1, logprob: true, entropy: true };

export const bundled = bundledModels(root)[0]!;
export const bundledRef: ModelRef = { kind: 'local', id: bundled.id, name: bundled.name, folder: bundled.folder };
export const hasBundled = existsSync(join(bundled.folder, 'onnx', 'model.onnx'));

export interface Reference {
  readonly input_ids: readonly number[];
  readonly last_logits: readonly number[];
  readonly greedy: readonly number[];
  readonly hidden_mean_per_layer: readonly (readonly number[])[];
}

export function referenceOf(name: string): Reference {
  return JSON.parse(readFileSync(join(fixtures, name, 'reference.json'), 'utf8')) as Reference;
}

export function fixtureRef(name: string): Extract<ModelRef, { kind: 'local' }> {
  return { kind: 'local', id: name, name, folder: join(fixtures, name) };
}

export function loadFixture(name: string): Promise<LocalModel> {
  return loadLocalModel(fixtureRef(name), never, { memory: Infinity });
}

/** A session on the words of the toy tokenizer: id 7 is `t7`. */
export function openWords(model: LocalModel, ids: readonly number[]): Promise<LocalSession> {
  const content = ids.map((id) => ['<unk>', '<s>', '</s>'][id] ?? `t${id}`).join(' ');
  return model.open({ messages: [{ role: 'user', content }], effort: 'low', think: false, limits: { thinking: 0, solution: 0 } }, never);
}

/** Words that random weights continue with variety. */
export const someWords: readonly number[] = [40, 17, 33, 90, 121, 64, 5, 200, 7, 44, 3, 250];

export async function take(session: LocalSession, count: number, options: StepOptions = greedy): Promise<Token[]> {
  const tokens: Token[] = [];
  for (let i = 0; i < count; i += 1) tokens.push(await session.step(options, never));
  return tokens;
}

/** Largest distance between two lists. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < b.length; i += 1) most = Math.max(most, Math.abs((a[i] ?? NaN) - b[i]!));
  return most;
}
