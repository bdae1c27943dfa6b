/** Where capability records are kept between sessions. A damaged record is no record: the server is then tried out again. */
import * as v from 'valibot';
import { recordSchema, type CapabilityRecord } from './capability-record.ts';

export interface RecordStore {
  load(key: string): CapabilityRecord | undefined;
  save(key: string, record: CapabilityRecord): Promise<void>;
}

/** What was read from wherever records are kept. */
export function readRecord(value: unknown): CapabilityRecord | undefined {
  const parsed = v.safeParse(recordSchema, value);
  return parsed.success ? parsed.output : undefined;
}
