/** All that a run is given. */
import type { UnstampedEvent } from '../trace/events.ts';
import type { Clock } from './context.ts';
import type { RunControl } from './control.ts';
import type { RunSettings } from './plan.ts';
import type { Model } from './port.ts';
import type { ToolBox } from './tools/port.ts';

export interface RunInput {
  readonly settings: RunSettings;
  readonly model: Model;
  readonly control: RunControl;
  readonly clock: Clock;
  /** ISO 8601 wall time of the start. */
  readonly startedAt: string;
  /** Carries out what the model asks for; absent: no tools can be had here. */
  readonly tools?: ToolBox | undefined;
  emit(event: UnstampedEvent): void;
}
