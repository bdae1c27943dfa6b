/**
 * What is known of one model on one server, and how it was found out. The record is data only: it is kept with the server's version, shown to the person,
 * and can be overridden piece by piece in the settings.
 */
import * as v from 'valibot';

export const kindIds = [
  'llama-server', 'vllm', 'ollama', 'openai', 'deepseek', 'sglang', 'lm-studio', 'openrouter', 'mistral', 'anthropic', 'gemini', 'dashscope', 'groq',
  'xai', 'generic',
] as const;
export type KindId = (typeof kindIds)[number];

/**
 * Where thoughts arrive. `summary`: only a retelling is shown; `hidden`: they are spent but not shown; `none`: none were seen.
 */
export const thoughtPlaces = ['reasoning', 'reasoning_content', 'thinking', 'parts', 'inline', 'summary', 'hidden', 'none'] as const;
export type ThoughtPlace = (typeof thoughtPlaces)[number];

/**
 * How a partly written reply is handed over to be continued, as the last message, from the assistant. `flags`: continue_final_message, tags in the
 * content (vLLM, SGLang); `reasoning`: the same with the thoughts in reasoning_content (llama-server); `trailing`: nothing more (older servers);
 * `prefix`: prefix true and reasoning_content (DeepSeek); `thinking-part`: prefix true and an open or closed thinking part (Mistral).
 */
export const prefixStyles = ['flags', 'reasoning', 'trailing', 'prefix', 'thinking-part'] as const;
export type PrefixStyle = (typeof prefixStyles)[number];

/**
 * Whether a prompt whose beginning was read before is read, and billed, only from there on. `documented`: its makers say so; `seen`: it told of tokens from its
 * cache; `set` and `no`: the person says so; `unknown`: nobody does.
 */
export const prefixCaches = ['documented', 'seen', 'set', 'no', 'unknown'] as const;

/** A field of a request by its path, e.g. reasoning.effort. */
const fieldSchema = v.object({ path: v.pipe(v.string(), v.minLength(1)), value: v.union([v.string(), v.number(), v.boolean(), v.null()]) });
export type Field = v.InferOutput<typeof fieldSchema>;

const effortSchema = v.object({
  /** Null: there is only on and off. */
  path: v.nullable(v.pipe(v.string(), v.minLength(1))),
  /** The server's word for each of our efforts. */
  words: v.object({ low: v.string(), medium: v.string(), high: v.string() }),
  /** What turns thinking off, or as low as it goes. */
  off: v.array(fieldSchema),
});
/** How a server is told how hard to think. */
export type EffortField = v.InferOutput<typeof effortSchema>;

const capSchema = v.object({
  /** Every path the limit is written to, in tokens. */
  paths: v.array(v.pipe(v.string(), v.minLength(1))),
  /** Fields that must come with it. */
  with: v.array(fieldSchema),
  /** The least the server takes. */
  minimum: v.number(),
  /** The effort may not be sent beside it. */
  insteadOfEffort: v.boolean(),
  /** exact: documented as a hard end; advisory: a target. */
  strength: v.picklist(['exact', 'advisory']),
  /** Whether a tiny limit was kept when tried. */
  held: v.picklist(['yes', 'no', 'untried']),
});
/** A limit on thinking apart from the answer's. */
export type ThinkingCap = v.InferOutput<typeof capSchema>;

export const recordSchema = v.object({
  kind: v.picklist(kindIds),
  version: v.nullable(v.string()),
  /** Tokens the model can hold, where the server tells. */
  contextLength: v.nullable(v.number()),
  thoughts: v.picklist(thoughtPlaces),
  /** The chat template has already written the open tag, so the reply begins inside the thoughts. */
  opensThinking: v.boolean(),
  /** How the model marks its thoughts where they are spelled out. */
  tags: v.object({ open: v.string(), close: v.string() }),
  effort: effortSchema,
  cap: v.nullable(capSchema),
  /** The prompt can be sent as tokens (or text) that Reins puts together itself, so everything can be continued exactly. */
  raw: v.nullable(v.picklist(['tokens', 'text'])),
  /** Null: the server starts afresh or refuses. */
  prefix: v.nullable(v.picklist(prefixStyles)),
  /** A begun reply whose thoughts are over, with no answer yet, is gone on with by the answer. False: the model thinks on. */
  closes: v.boolean(),
  /** Where thoughts arrive when a reply is continued inside them: some servers file them under content then, tags included. */
  continuedThoughts: v.picklist(['field', 'content']),
  /** Where the answer arrives when it is continued: some servers file it under thoughts. */
  continuedAnswer: v.picklist(['field', 'content']),
  prefixCache: v.picklist(prefixCaches),
  /** Thoughts can be ended while the reply goes on (llama-server). */
  control: v.boolean(),
  /** Which of a provider's interfaces is used. */
  api: v.picklist(['chat', 'responses']),
  logprobs: v.boolean(),
  /** Likeliest tokens listed with each token. */
  topLogprobs: v.number(),
  /** Whether several replies can come from one request. */
  choices: v.picklist(['native', 'loop']),
  streamsUsage: v.boolean(),
  /** The server tells how many tokens were thoughts. */
  countsThoughts: v.boolean(),
  /** What was seen, one sentence a fact. */
  evidence: v.array(v.string()),
});
export type CapabilityRecord = v.InferOutput<typeof recordSchema>;

/** From best to worst; the first one there is used, and the rest are what Reins falls back on. */
export const routes = ['raw-tokens', 'raw-text', 'server-cap', 'chat-continuation', 'reasoning-prefix', 'ask-again', 'effort-only'] as const;
export type RouteName = (typeof routes)[number];

/** The ways in which this server lets two budgets be kept. */
export function routesOf(record: CapabilityRecord): RouteName[] {
  if (!showsThoughts(record)) return ['effort-only'];
  const found: RouteName[] = [];
  if (record.raw !== null) found.push(record.raw === 'tokens' ? 'raw-tokens' : 'raw-text');
  if (capHolds(record)) found.push('server-cap');
  if (record.prefix !== null) found.push(record.prefix === 'prefix' || record.prefix === 'thinking-part' ? 'reasoning-prefix' : 'chat-continuation');
  return [...found, 'ask-again'];
}

export function showsThoughts(record: Pick<CapabilityRecord, 'thoughts'>): boolean {
  return record.thoughts !== 'hidden' && record.thoughts !== 'summary';
}

/** The server ends the thoughts by itself at a limit it is given, and it was seen to. */
export function capHolds({ cap }: Pick<CapabilityRecord, 'cap'>): boolean {
  return cap !== null && cap.strength === 'exact' && cap.held === 'yes';
}

/**
 * What counts the tokens. `exact`: the server's own tokens are seen; `counted`: a tokenizer on this machine, which a person says is the model's, counts the
 * text that comes; `estimated`: neither, or thoughts are generated that do not come.
 */
export type TokenCounts = 'exact' | 'counted' | 'estimated';

export function tokenCountsOf(record: Pick<CapabilityRecord, 'raw' | 'thoughts'>, hasTokenizer: boolean): TokenCounts {
  if (record.raw === 'tokens') return 'exact';
  return hasTokenizer && showsThoughts(record) ? 'counted' : 'estimated';
}

/** A reply that has begun can be gone on with exactly where it stands. */
export function continues({ raw, prefix }: Pick<CapabilityRecord, 'raw' | 'prefix'>): boolean {
  return raw !== null || prefix !== null;
}

/** A request that repeats a prompt and adds to it costs little more than what it adds. */
export function keepsPrefixes({ prefixCache }: Pick<CapabilityRecord, 'prefixCache'>): boolean {
  return prefixCache !== 'no' && prefixCache !== 'unknown';
}

/** Thoughts can be ended where they stand, and the answer follows in place. */
export function endsInPlace({ raw, prefix, closes, control }: Pick<CapabilityRecord, 'raw' | 'prefix' | 'closes' | 'control'>): boolean {
  return raw !== null || control || (prefix !== null && closes);
}

/**
 * How the thinking budget is kept there. `exactly`: by the server, or by tokens that are counted; `by-estimate`: it ends in place, where an estimate of the tokens
 * has come to it; `asking-again`: degraded; `not`: thoughts are not shown.
 */
export type BudgetHold = 'exactly' | 'by-estimate' | 'asking-again' | 'not';

export function budgetHoldOf(record: CapabilityRecord, hasTokenizer: boolean): BudgetHold {
  if (!showsThoughts(record)) return 'not';
  if (capHolds(record)) return 'exactly';
  if (!endsInPlace(record)) return 'asking-again';
  return tokenCountsOf(record, hasTokenizer) === 'estimated' ? 'by-estimate' : 'exactly';
}

/** What a person may set for a server by hand; anything left out is found out. */
export const overridesSchema = v.partial(
  v.object({
    kind: v.picklist(kindIds),
    /** No better way than this one is used. */
    route: v.picklist(['raw-tokens', 'raw-text', 'server-cap', 'chat-continuation', 'reasoning-prefix', 'ask-again']),
    /** Path of the field that limits thinking; null: there is none. */
    thinkingCap: v.nullable(v.pipe(v.string(), v.minLength(1))),
    /** Path of the field for the effort; null: there is none. */
    effort: v.nullable(v.pipe(v.string(), v.minLength(1))),
    thinkingTags: v.object({ open: v.pipe(v.string(), v.minLength(1)), close: v.pipe(v.string(), v.minLength(1)) }),
    opensThinking: v.boolean(),
    prefixCache: v.boolean(),
    /** The model writes bare results, as one that was trained here does; otherwise it is asked for one in words. No server tells. */
    bareAnswers: v.boolean(),
  }),
);
export type RecordOverrides = v.InferOutput<typeof overridesSchema>;

/** The record with what the person set. A route leaves out what is better than it. */
export function withOverrides(record: CapabilityRecord, overrides: RecordOverrides): CapabilityRecord {
  const best = routes.indexOf(overrides.route ?? routes[0]);
  const allows = (route: RouteName): boolean => routes.indexOf(route) >= best;
  const cap = capWith(record.cap, overrides.thinkingCap);
  const prefixRoute: RouteName = record.prefix === 'prefix' || record.prefix === 'thinking-part' ? 'reasoning-prefix' : 'chat-continuation';
  return {
    ...record,
    ...(overrides.opensThinking === undefined ? {} : { opensThinking: overrides.opensThinking }),
    ...(overrides.thinkingTags === undefined ? {} : { tags: overrides.thinkingTags }),
    ...(overrides.prefixCache === undefined ? {} : { prefixCache: overrides.prefixCache ? ('set' as const) : ('no' as const) }),
    ...(overrides.effort === undefined ? {} : { effort: { ...record.effort, path: overrides.effort } }),
    raw: record.raw !== null && allows(record.raw === 'tokens' ? 'raw-tokens' : 'raw-text') ? record.raw : null,
    cap: cap !== null && allows('server-cap') ? cap : null,
    prefix: record.prefix !== null && allows(prefixRoute) ? record.prefix : null,
  };
}

function capWith(cap: ThinkingCap | null, path: string | null | undefined): ThinkingCap | null {
  if (path === undefined) return cap;
  // A person who names the field vouches for it.
  return path === null ? null : { minimum: 0, insteadOfEffort: false, ...cap, with: [], paths: [path], strength: 'exact', held: 'yes' };
}
