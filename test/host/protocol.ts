/** What the launcher tells the runner, in the environment variable REINS_HOST_TESTS, and what the runner writes back to files. */

export interface RunRequest {
  /** File URL of mocha's entry, outside the extension host's own modules. */
  readonly mocha: string;
  /** One JSON line for each thing that happens, appended as it happens. */
  readonly progressFile: string;
  /** Written once, at the end. */
  readonly resultsFile: string;
  readonly grep?: string | undefined;
}

export type Progress =
  | { readonly kind: 'suite'; readonly depth: number; readonly title: string }
  | { readonly kind: 'pass'; readonly depth: number; readonly title: string; readonly ms: number }
  | { readonly kind: 'pending'; readonly depth: number; readonly title: string }
  | { readonly kind: 'retry'; readonly depth: number; readonly title: string; readonly error: string }
  | { readonly kind: 'fail'; readonly depth: number; readonly title: string; readonly error: string };

/** The shape that scripts/lib/mocha-reporter.mjs writes for the other tests too. */
export interface Results {
  readonly passes: number;
  readonly failures: number;
  readonly pending: number;
  readonly duration: number;
  readonly failed: readonly { readonly title: string; readonly message: string }[];
  /** Failed once and tried again: what they did then is counted above. */
  readonly retried: readonly { readonly title: string; readonly message: string }[];
}
