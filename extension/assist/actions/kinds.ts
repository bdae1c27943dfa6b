/** What can be done with code: the words a model is asked in, and how hard it thinks unless somebody says otherwise. */
import type { Effort } from '../../trace/events.ts';

export const actionKinds = ['explain', 'fix', 'complete', 'refactor', 'document', 'tests'] as const;
export type ActionKind = (typeof actionKinds)[number];

/** What comes of an answer. edit: lines that replace the ones asked about; file: a new file; words: nothing but the answer itself. */
export type ActionResult = 'edit' | 'file' | 'words';

interface Action {
  readonly result: ActionResult;
  readonly effort: Effort;
  /** For the model, so never translated. */
  readonly instruction: string;
}

export const actions: Readonly<Record<ActionKind, Action>> = {
  explain: { result: 'words', effort: 'low', instruction: 'Explain what this code does and why, in short paragraphs. Name anything that looks wrong.' },
  fix: { result: 'edit', effort: 'high', instruction: 'Find what is wrong in this code and correct it. Change nothing else.' },
  complete: { result: 'edit', effort: 'medium', instruction: 'Complete this code: fill in what is missing, in the style of what is there.' },
  refactor: { result: 'edit', effort: 'medium', instruction: 'Make this code clearer without changing what it does.' },
  document: { result: 'edit', effort: 'low', instruction: 'Add documentation comments in the usual style of the language. Change no code.' },
  tests: { result: 'file', effort: 'medium', instruction: 'Write tests for this code, its edge cases included, with the test library that its surroundings suggest.' },
};
