/** The tools a model may ask for, and how often. */
import * as v from 'valibot';

export const toolNames = ['read_file', 'search', 'diagnostics', 'run_tests'] as const;
export type ToolName = (typeof toolNames)[number];

/** No budget may be larger: a run must come to its end. */
export const MOST_USES = 100;

const uses = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_USES));

export const toolBudgetsSchema = v.object({ read_file: uses, search: uses, diagnostics: uses, run_tests: uses });
/** How often each tool may be used in a run. */
export type ToolBudgets = v.InferOutput<typeof toolBudgetsSchema>;
