/** What is remembered of a server and model while Reins runs. */
import type { CapabilityRecord } from './capability-record.ts';
import { SpeedMeter } from './speed.ts';
import { DEFAULT_CHARACTERS_PER_TOKEN } from './token-estimate.ts';
import { Tolerance } from './tolerance.ts';
import type { ServerUsage } from './wire/delta.ts';

export class ServerMemory {
  readonly tolerance = new Tolerance();
  record: CapabilityRecord | undefined;
  /** Told when a run has shown that the record was not right. */
  onLearnt: ((record: CapabilityRecord) => void) | undefined;
  /** Measured on the prompts sent so far, where the server tells their tokens. */
  charactersPerToken = DEFAULT_CHARACTERS_PER_TOKEN;

  readonly speed = new SpeedMeter();

  notePrompt(characters: number, usage: ServerUsage): void {
    const tokens = usage.promptTokens;
    // Short prompts are mostly template; figures out of this range are counts of something else (images, caching).
    if (tokens === undefined || tokens < 50) return;
    const measured = characters / tokens;
    if (measured >= 1.5 && measured <= 8) this.charactersPerToken = (this.charactersPerToken + measured) / 2;
  }

  /** It refused a begun reply after all (restarted with another template, say). */
  noteNoPrefix(): void {
    this.#change({ prefix: null });
  }

  noteUnopenedThoughts(): void {
    this.#change({ thoughts: 'inline', opensThinking: true });
  }

  /** The server thought on beyond the limit it was given. */
  noteCapIgnored(): void {
    if (this.record?.cap) this.#change({ cap: { ...this.record.cap, held: 'no' } });
  }

  /** It gave one reply where several were asked for. */
  noteOneChoice(): void {
    if (this.record?.choices === 'native') this.#change({ choices: 'loop' });
  }

  /** It told of tokens that it had read before. */
  noteCached(): void {
    if (this.record?.prefixCache === 'unknown') this.#change({ prefixCache: 'seen' });
  }

  /** The server did not end its thoughts although it said so. */
  noteNoControl(): void {
    this.#change({ control: false });
  }

  #change(change: Partial<CapabilityRecord>): void {
    if (!this.record) return;
    this.record = { ...this.record, ...change };
    this.onLearnt?.(this.record);
  }
}

const memories = new Map<string, ServerMemory>();

/** One memory for each server address and model name. */
export function memoryOf(baseUrl: string, model: string): ServerMemory {
  const key = recordKey(baseUrl, model);
  const found = memories.get(key) ?? new ServerMemory();
  memories.set(key, found);
  return found;
}

/** The name under which a record is kept. */
export function recordKey(baseUrl: string, model: string): string {
  return `${baseUrl}\n${model}`;
}

export function forgetServer(baseUrl: string, model: string): void {
  memories.delete(recordKey(baseUrl, model));
}

export function forgetServers(): void {
  memories.clear();
}
