/** Runs over a real server, and what they came to. */
import { existsSync } from 'node:fs';
import { RemoteModel } from '../../../extension/models/remote/remote-model.ts';
import type { RecordOverrides } from '../../../extension/models/remote/capability-record.ts';
import { RemoteRunService } from '../../../extension/runs/remote-service.ts';
import type { EventListener, ModelRef, RunRequest, RunService } from '../../../extension/runs/service.ts';
import type { Outcome, RunEvent } from '../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import type { RunView } from '../../../extension/trace/view.ts';
import { bundled, hasBundled } from '../../engine/support/models.ts';

export const never = new AbortController().signal;

/** Asked of the bundled model in its own words: a function with a hole and what it should return. */
export const question = 'Complete f';
export const context = { label: 'f', languageId: 'javascript', code: '// f(1) = -1\n// f(4) = 5\nfunction f(x) {\n  let t = 1;\n  for (let i = 0; i < x; i++) {\n    t += ___;\n  }\n  return t;\n}\n' };

/** The program to test against, or why there is none. */
export function program(): { readonly path: string } | { readonly missing: string } {
  const path = process.env.REINS_LLAMA_SERVER;
  if (!hasBundled) return { missing: `the model folder ${bundled.folder} has no graph` };
  if (path === undefined) return { missing: 'there is no llama-server; `npm test -- server` builds one, or REINS_LLAMA_SERVER names one' };
  return existsSync(path) ? { path } : { missing: `REINS_LLAMA_SERVER names ${path}, which does not exist` };
}

export function refOf(baseUrl: string, overrides?: RecordOverrides): Extract<ModelRef, { kind: 'remote' }> {
  return { kind: 'remote', id: `${baseUrl}#${bundled.id}`, name: bundled.name, baseUrl, model: bundled.id, ...(overrides ? { overrides } : {}) };
}

export function connect(ref: Extract<ModelRef, { kind: 'remote' }>): Promise<RemoteModel> {
  return RemoteModel.connect({ ref, apiKey: () => Promise.resolve(undefined) }, never);
}

export function serviceOf(): RemoteRunService {
  return new RemoteRunService({
    openModel: (ref, _key, signal) => RemoteModel.connect({ ref, apiKey: () => Promise.resolve(undefined) }, signal),
    keyOf: () => Promise.resolve(undefined),
    offline: () => false,
  });
}

let runs = 0;

/** Greedy, with no exit, so that it always comes out the same. */
export function requestOf(model: ModelRef, change: Partial<RunRequest> = {}): RunRequest {
  runs += 1;
  return { run: `run-${runs}`, model, priority: 'person', question, context, effort: 'high', exits: 'off', seed: 1, sampler: { temperature: 0 }, ...change };
}

export interface Ran {
  readonly outcome: Outcome;
  readonly events: readonly RunEvent[];
  readonly view: RunView;
}

export async function runAll(service: RunService, request: RunRequest, watch: EventListener = () => undefined): Promise<Ran> {
  const events: RunEvent[] = [];
  const outcome = await service.run(request, (batch) => {
    events.push(...batch);
    watch(batch);
  }, never);
  return { outcome, events, view: foldEvents(emptyView(request.run), events) };
}
