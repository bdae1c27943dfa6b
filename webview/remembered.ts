/** What outlives a hidden panel: the draft question and which sections are open, what is drawn. Everything else comes from the host. */
import * as v from 'valibot';

const schema = v.object({ draft: v.string(), useSelection: v.boolean(), ownCode: v.optional(v.boolean(), false), open: v.record(v.string(), v.boolean()), chosen: v.optional(v.record(v.string(), v.string()), {}) });
type State = v.InferOutput<typeof schema>;

export interface Remembered {
  readonly draft: string;
  readonly useSelection: boolean;
  /** The draft brings its own code: the selection stays out of this one question. */
  readonly ownCode: boolean;
  setDraft(draft: string): void;
  setUseSelection(use: boolean): void;
  setOwnCode(own: boolean): void;
  /** Whether the section is open; `byDefault` until the person has said otherwise. */
  isOpen(section: string, byDefault: boolean): boolean;
  setOpen(section: string, open: boolean): void;
  /** What was chosen where there are several ways to draw a thing; only one of `choices` is ever given. */
  chosen<T extends string>(what: string, choices: readonly T[], byDefault: T): T;
  choose(what: string, value: string): void;
}

export function createRemembered(read: () => unknown, write: (state: unknown) => void): Remembered {
  const parsed = v.safeParse(schema, read());
  let state: State = parsed.success ? parsed.output : { draft: '', useSelection: true, ownCode: false, open: {}, chosen: {} };
  const change = (part: Partial<State>): void => {
    state = { ...state, ...part };
    write(state);
  };
  return {
    get draft() {
      return state.draft;
    },
    get useSelection() {
      return state.useSelection;
    },
    get ownCode() {
      return state.ownCode;
    },
    setDraft: (draft) => change({ draft }),
    setUseSelection: (useSelection) => change({ useSelection }),
    setOwnCode: (ownCode) => change({ ownCode }),
    isOpen: (section, byDefault) => state.open[section] ?? byDefault,
    setOpen: (section, open) => change({ open: { ...state.open, [section]: open } }),
    chosen: (what, choices, byDefault) => choices.find((choice) => choice === state.chosen[what]) ?? byDefault,
    choose: (what, value) => change({ chosen: { ...state.chosen, [what]: value } }),
  };
}
