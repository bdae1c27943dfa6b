/** How fast each model was in this session: servers by their requests, models on this machine by the runs asked of them. */
import { SpeedMeter, type Speed } from '../../models/remote/speed.ts';
import { speedSampleOf } from '../../runs/local-speed.ts';
import type { ModelRef } from '../../runs/service.ts';
import type { LiveRun } from '../runs/live-run.ts';

type RemoteRef = Extract<ModelRef, { kind: 'remote' }>;

export class Speeds {
  readonly #local = new Map<string, SpeedMeter>();
  /** Loaded with the first run over a server: before that there is no speed to know. */
  #remote: ((model: RemoteRef) => Speed | null) | undefined;

  /** Null while there is too little to go by. */
  of(model: ModelRef): Speed | null {
    return model.kind === 'remote' ? (this.#remote?.(model) ?? null) : (this.#local.get(model.id)?.speed ?? null);
  }

  /** A run that has ended, or just begins on a server. */
  note({ request: { model }, events, live }: LiveRun): void {
    if (model.kind === 'remote') {
      if (!this.#remote) void this.#learnRemote();
      return;
    }
    const sample = live ? null : speedSampleOf(events);
    if (!sample) return;
    const meter = this.#local.get(model.id) ?? new SpeedMeter();
    this.#local.set(model.id, meter);
    meter.add(sample);
  }

  async #learnRemote(): Promise<void> {
    const { memoryOf } = await import('../../models/remote/server-memory.ts');
    this.#remote = ({ baseUrl, model }) => memoryOf(baseUrl, model).speed.speed;
  }
}
