/** The settings, read and validated in one place. A value that is not valid counts as not set, and the log says so. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { actions } from '../assist/actions/kinds.ts';
import { overridesSchema } from '../models/remote/capability-record.ts';
import type { Timeouts } from '../models/remote/timeouts.ts';
import { pricesSchema } from '../runs/cost.ts';
import { MOST_USES } from '../reasoning/tools/names.ts';
import { modelOptionsSchema, MOST_SAMPLES } from '../runs/service.ts';
import { askedEffortSchema, effortSchema, samplingSchema, signalLevelSchema } from '../trace/events.ts';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const seconds = v.pipe(v.number(), v.minValue(1), v.maxValue(86_400));

/** Absent kinds keep their own effort. */
const actionEfforts = { explain: actions.explain.effort, fix: actions.fix.effort, complete: actions.complete.effort, refactor: actions.refactor.effort, document: actions.document.effort, tests: actions.tests.effort };
const actionEffortsSchema = v.object({
  explain: v.optional(effortSchema, actionEfforts.explain),
  fix: v.optional(effortSchema, actionEfforts.fix),
  complete: v.optional(effortSchema, actionEfforts.complete),
  refactor: v.optional(effortSchema, actionEfforts.refactor),
  document: v.optional(effortSchema, actionEfforts.document),
  tests: v.optional(effortSchema, actionEfforts.tests),
});

const uses = v.pipe(whole, v.maxValue(MOST_USES));
/** Absent tools keep their own budget. */
const toolBudgets = { read_file: 10, search: 6, diagnostics: 4, run_tests: 3 };
const toolBudgetSettingSchema = v.object({
  read_file: v.optional(uses, toolBudgets.read_file),
  search: v.optional(uses, toolBudgets.search),
  diagnostics: v.optional(uses, toolBudgets.diagnostics),
  run_tests: v.optional(uses, toolBudgets.run_tests),
});

const serverSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  baseUrl: v.pipe(v.string(), v.url(), v.regex(/^https?:/)),
  model: v.pipe(v.string(), v.minLength(1)),
  contextLength: v.optional(whole),
  tokenizer: v.optional(v.pipe(v.string(), v.minLength(1))),
  overrides: v.optional(overridesSchema),
});
const chatModelSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  vendor: v.pipe(v.string(), v.minLength(1)),
  id: v.pipe(v.string(), v.minLength(1)),
  effort: v.optional(v.object({ low: v.optional(modelOptionsSchema), medium: v.optional(modelOptionsSchema), high: v.optional(modelOptionsSchema) })),
});
export type ChatModelSetting = v.InferOutput<typeof chatModelSchema>;

export type ServerSetting = v.InferOutput<typeof serverSchema>;

/** Every setting with its schema and the value taken when what is set is not valid. The defaults proper are in package.json. */
const definitions = {
  effort: { schema: askedEffortSchema, otherwise: 'medium' },
  'budgets.thinking': { schema: v.nullable(whole), otherwise: null },
  'budgets.solution': { schema: v.nullable(v.pipe(whole, v.minValue(1))), otherwise: null },
  'budgets.seconds': { schema: v.nullable(v.pipe(v.number(), v.minValue(1))), otherwise: null },
  exits: { schema: v.picklist(['effort', 'off', 'cautious', 'eager', 'average']), otherwise: 'effort' },
  averageTokens: { schema: v.pipe(whole, v.minValue(1)), otherwise: 200 },
  budgetEnd: { schema: v.picklist(['auto', 'cut', 'soft', 'guided']), otherwise: 'auto' },
  signals: { schema: signalLevelSchema, otherwise: 'cheap' },
  keepThinkingStep: { schema: v.pipe(whole, v.minValue(1)), otherwise: 64 },
  pace: { schema: v.pipe(v.number(), v.minValue(0)), otherwise: 40 },
  seed: { schema: v.nullable(v.pipe(whole, v.maxValue(4_294_967_295))), otherwise: null },
  'sampler.temperature': { schema: v.nullable(v.pipe(v.number(), v.minValue(0))), otherwise: null },
  'sampler.topK': { schema: v.nullable(v.pipe(whole, v.minValue(1))), otherwise: null },
  'sampler.topP': { schema: v.nullable(share), otherwise: null },
  'sampler.minP': { schema: v.nullable(share), otherwise: null },
  modelFolders: { schema: v.array(v.pipe(v.string(), v.minLength(1))), otherwise: [] },
  servers: { schema: v.array(serverSchema), otherwise: [] },
  chatModels: { schema: v.array(chatModelSchema), otherwise: [] },
  planFirst: { schema: v.boolean(), otherwise: false },
  sampling: { schema: samplingSchema, otherwise: 'vote' },
  samples: { schema: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_SAMPLES)), otherwise: 1 },
  prices: { schema: pricesSchema, otherwise: {} },
  costCap: { schema: v.nullable(v.pipe(v.number(), v.gtValue(0))), otherwise: null },
  'automatic.maxSeconds': { schema: v.nullable(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400))), otherwise: null },
  'automatic.maxCost': { schema: v.nullable(v.pipe(v.number(), v.gtValue(0))), otherwise: null },
  'automatic.leastConfidence': { schema: v.nullable(share), otherwise: 0.5 },
  currency: { schema: v.pipe(v.string(), v.minLength(1), v.maxLength(8)), otherwise: 'USD' },
  'timeouts.connect': { schema: seconds, otherwise: 15 },
  'timeouts.firstToken': { schema: seconds, otherwise: 180 },
  'timeouts.betweenTokens': { schema: seconds, otherwise: 60 },
  'timeouts.retryAfter': { schema: v.pipe(v.number(), v.minValue(0)), otherwise: 10 },
  'experimental.readThoughtsWith': { schema: v.string(), otherwise: '' },
  'engine.nodePath': { schema: v.string(), otherwise: '' },
  'engine.idleMinutes': { schema: v.pipe(v.number(), v.minValue(1)), otherwise: 10 },
  'inlineCompletion.enabled': { schema: v.boolean(), otherwise: true },
  'inlineCompletion.languages': { schema: v.array(v.string()), otherwise: ['javascript', 'typescript'] },
  'inlineCompletion.source': { schema: v.picklist(['bundled', 'chosen']), otherwise: 'bundled' },
  'inlineCompletion.leastConfidence': { schema: v.nullable(share), otherwise: null },
  'inlineCompletion.contextCharacters': { schema: v.pipe(whole, v.minValue(200)), otherwise: 8000 },
  'actions.effort': { schema: actionEffortsSchema, otherwise: actionEfforts },
  'actions.lightBulb': { schema: v.boolean(), otherwise: true },
  'tools.enabled': { schema: v.boolean(), otherwise: false },
  'tools.budget': { schema: toolBudgetSettingSchema, otherwise: toolBudgets },
  'tests.command': { schema: v.pipe(v.string(), v.maxLength(2000)), otherwise: '' },
  'tests.candidates': { schema: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_SAMPLES)), otherwise: 3 },
  'tests.seconds': { schema: v.pipe(v.number(), v.minValue(1), v.maxValue(3600)), otherwise: 60 },
  'examples.check': { schema: v.boolean(), otherwise: true },
  'traces.completions': { schema: v.boolean(), otherwise: false },
  'traces.record': { schema: v.boolean(), otherwise: true },
  'traces.maxRuns': { schema: v.pipe(whole, v.minValue(1)), otherwise: 200 },
  'traces.maxMegabytes': { schema: v.pipe(whole, v.minValue(1)), otherwise: 100 },
  offline: { schema: v.boolean(), otherwise: false },
} as const;

export type SettingName = keyof typeof definitions;
export type SettingValue<N extends SettingName> = v.InferOutput<(typeof definitions)[N]['schema']>;

export class Settings {
  readonly #warn: (text: string) => void;
  readonly #warned = new Set<string>();

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  get<N extends SettingName>(name: N, scope?: vscode.ConfigurationScope): SettingValue<N> {
    const value: unknown = vscode.workspace.getConfiguration('reins', scope).get(name);
    const { schema, otherwise } = definitions[name];
    const parsed = v.safeParse(schema, value);
    if (parsed.success) return parsed.output as SettingValue<N>;
    this.#complain(name, parsed.issues[0].message);
    return otherwise as SettingValue<N>;
  }

  /** Write a user setting; null and defaults are removed rather than written. */
  async set<N extends SettingName>(name: N, value: SettingValue<N> | undefined): Promise<void> {
    await vscode.workspace.getConfiguration('reins').update(name, value ?? undefined, vscode.ConfigurationTarget.Global);
  }

  /** Tells of a change to any of the settings named, or to any at all. */
  onDidChange(names: readonly SettingName[], listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (names.some((name) => event.affectsConfiguration(`reins.${name}`))) listener();
    });
  }

  #complain(name: string, why: string): void {
    if (this.#warned.has(name)) return;
    this.#warned.add(name);
    this.#warn(`The setting reins.${name} is not valid and is not used: ${why}`);
  }
}

/** The waits for servers, in milliseconds. */
export function timeoutsOf(settings: Settings): Timeouts {
  return {
    connect: settings.get('timeouts.connect') * 1000,
    firstToken: settings.get('timeouts.firstToken') * 1000,
    betweenTokens: settings.get('timeouts.betweenTokens') * 1000,
    retryAfter: settings.get('timeouts.retryAfter') * 1000,
  };
}
