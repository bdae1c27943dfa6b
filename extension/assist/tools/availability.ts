/** Whether tools can be had, by what decides it: first the person's trust, then what there is to look at, then the model. Pure. */
import type { Availability } from '../../reasoning/port.ts';

export interface ToolSituation {
  readonly trusted: boolean;
  readonly folders: number;
  /** Of these, folders on a disk that this process can reach: in others nothing can be searched, and no program be run. */
  readonly onDisk: number;
  readonly model: { readonly kind: 'local' | 'remote' | 'provided'; readonly bundled: boolean } | null;
  /** What the model's card says; undefined where it is not known or says nothing. */
  readonly card: Availability | undefined;
}

export type NoTools = { readonly why: 'untrusted' | 'no-folder' | 'virtual' | 'no-model' | 'bundled' | 'local' } | { readonly why: 'model'; readonly reason: string };

/** Null: tools can be had. */
export function whyNoTools({ trusted, folders, onDisk, model, card }: ToolSituation): NoTools | null {
  if (!trusted) return { why: 'untrusted' };
  if (folders === 0) return { why: 'no-folder' };
  if (onDisk === 0) return { why: 'virtual' };
  if (model === null) return { why: 'no-model' };
  if (model.bundled) return { why: 'bundled' };
  if (card?.available === false) return { why: 'model', reason: card.reason };
  return model.kind === 'local' ? { why: 'local' } : null;
}
