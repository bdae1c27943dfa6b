/** What the scenarios of single servers share: a model connected to one, and what a run over it came to. */
import { RemoteModel, type RemoteModelOptions } from '../../../../extension/models/remote/remote-model.ts';
import { forgetServers } from '../../../../extension/models/remote/server-memory.ts';
import type { KindId, RecordOverrides } from '../../../../extension/models/remote/capability-record.ts';
import type { RunEvent } from '../../../../extension/trace/events.ts';
import type { WireServer } from '../../../support/wire/http.ts';
import type { ToyScript } from '../../../support/wire/toy-model.ts';
import { noSignal, numbered, type Connected, type Notice } from '../support.ts';

const running: { close(): Promise<void> }[] = [];

export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((one) => one.close()));
  forgetServers();
}

export type On = Connected & { readonly server: WireServer };

export interface ConnectTo {
  readonly model: string;
  /** Path of the API; default /v1. */
  readonly root?: string;
  readonly kind?: KindId;
  readonly overrides?: RecordOverrides;
  readonly options?: Partial<RemoteModelOptions>;
}

/** Closes with `closeAll` after the test. */
export async function connectTo(server: WireServer, { model: name, root = '/v1', kind, overrides, options }: ConnectTo): Promise<On> {
  running.push(server);
  const notices: Notice[] = [];
  const ref = { id: 'remote:toy', name: 'Toy', baseUrl: `${server.origin}${root}`, model: name, overrides: { ...(kind ? { kind } : {}), ...overrides } };
  const model = await RemoteModel.connect({ ref, apiKey: async () => undefined, onNotice: (code, message) => notices.push([code, message]), ...options }, noSignal);
  running.push({ close: () => model.dispose() });
  return { model, notices, probes: server.requests.length, server };
}

/** Thoughts t0 t1 … and answer a0 a1 … */
export function saying(thinking: number, answer: number): () => ToyScript {
  return () => ({ thinking: numbered(thinking, 't'), answer: numbered(answer, 'a') });
}

export const budgets = (thinking: number, solution: number): { budgets: { thinking: number; solution: number } } => ({ budgets: { thinking, solution } });

/** True once, when the text of this phase has come. */
export function onceShown(phase: string, text: string): (event: RunEvent) => boolean {
  let done = false;
  return (event) => !done && event.type === 'tokens' && event.phase === phase && event.source === 'model' && event.text === text && (done = true);
}
