/** What the heart knows of tools: they are asked by name, and give text. Who carries them out knows the workspace. */
import type { ToolRequest } from './request.ts';

/** refused: it is not allowed, or the request makes no sense; failed: it was tried and did not work. `text` is what the model gets. */
export interface ToolAnswer {
  readonly outcome: 'ok' | 'refused' | 'failed';
  readonly text: string;
}

export interface ToolBox {
  /** Rejects with an AbortError when the signal fires, and in no other way. */
  use(request: ToolRequest, signal: AbortSignal): Promise<ToolAnswer>;
}
