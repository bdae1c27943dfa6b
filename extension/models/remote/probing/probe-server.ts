/**
 * Finds out, by a few tiny requests at connect time, what a server does with one of its models: where its thoughts arrive, whether a limit on them is kept,
 * and which ways there are to go on with a reply that has begun. Nothing is taken from documentation that can be seen.
 */
import { isCancellation, ReasoningError } from '../../../reasoning/errors.ts';
import { continues, type CapabilityRecord, type KindId, type ThoughtPlace } from '../capability-record.ts';
import type { WireRequest } from '../endpoint.ts';
import { withFields } from '../fields.ts';
import { recognise, type RecognisedKind } from '../servers/recognise.ts';
import type { ServerKind } from '../servers/server-kind.ts';
import type { ListedModel } from '../wire/models.ts';
import { readResponseEvent } from '../wire/responses.ts';
import { thinkTags } from '../transcript.ts';
import { hasControl } from '../routes/control.ts';
import { QUESTION, THINKER } from './counting.ts';
import { chatLook, look, lookIfAccepted, type Probing, type Seen } from './look.ts';
import { probeCache } from './probe-cache.ts';
import { probeCap } from './probe-cap.ts';
import { probeChoices } from './probe-choices.ts';
import { probePrefix } from './probe-prefix.ts';
import { probeRaw, templateOpensThoughts } from './probe-raw.ts';
import { said } from '../../../trace/said.ts';

/** Tokens of the first look: enough to see how a reply begins. */
const GLANCE = 32;
/** How unmarked thoughts begin. */
const RAMBLING = /^\s*(okay|ok\b|alright|hmm|first,|let me|let's|so,|so i|we need|i need|the user|to count)/i;

export interface ProbeOptions {
  /** What the person says the server is. */
  readonly kind?: KindId | undefined;
  /** A record from an earlier session, good as long as the server is the same. */
  readonly known?: CapabilityRecord | undefined;
}

/** Asks the server (once: the result is remembered). Throws the typed error of a server that cannot be used at all. */
export async function probeServer(probing: Probing, options: ProbeOptions, signal: AbortSignal): Promise<CapabilityRecord> {
  const { memory } = probing;
  if (memory.record && (options.kind === undefined || options.kind === memory.record.kind)) return memory.record;
  const listed = await listedModels(probing, signal);
  const recognised = await recognise(probing.endpoint, probing.model, listed, options.kind, signal);
  memory.record = isCurrent(options.known, recognised) ? options.known : await tryOut(probing, recognised, listed, signal);
  return memory.record;
}

/** The same kind in the same version does what it did. Services without a version are tried anew each session. */
function isCurrent(known: CapabilityRecord | undefined, { kind, version }: RecognisedKind): known is CapabilityRecord {
  return known !== undefined && version !== null && known.kind === kind.id && known.version === version;
}

async function tryOut(probing: Probing, recognised: RecognisedKind, listed: readonly ListedModel[], signal: AbortSignal): Promise<CapabilityRecord> {
  const { memory, endpoint, model } = probing;
  const { kind } = recognised;
  const evidence = [recognised.evidence];
  const { seen, api } = await firstLook(probing, recognised, evidence, signal);
  const place = await secondThoughts(probing, kind, placeOf(seen, evidence), evidence, signal);
  const opensThinking = place === 'none' || seen.closedUnopened ? seen.closedUnopened || rambles(seen) : false;
  if (opensThinking) evidence.push(said('The reply began like thoughts without an opening tag.'));
  const thoughts = opensThinking ? 'inline' : place;
  const shown = thoughts !== 'hidden' && thoughts !== 'summary';
  const cap = shown && thoughts !== 'none' ? await probeCap(probing, kind, evidence, signal) : kind.cap?.strength === 'advisory' ? kind.cap : null;
  const raw = shown ? await probeRaw(probing, kind, thoughts !== 'none', evidence, signal) : { raw: null, tags: thinkTags, logprobs: false, topLogprobs: 0 };
  // Where the prompt can be ours there is no need for the server's own ways.
  const found = shown && raw.raw === null ? await probePrefix(probing, kind, thoughts, evidence, signal) : { prefix: null, closes: true, continuedThoughts: thoughts === 'inline' ? 'content' as const : 'field' as const, continuedAnswer: 'content' as const };
  const control = shown && kind.control === true && (await hasControl(endpoint, model, signal));
  if (control) evidence.push(said('Thoughts can be ended while a reply goes on.'));
  const loaded = (await kind.loadedLength?.({ endpoint, model, listed }, signal)) ?? null;
  return {
    kind: kind.id,
    version: recognised.version,
    contextLength: loaded ?? recognised.contextLength ?? listed.find((one) => one.id === model)?.contextLength ?? null,
    thoughts,
    opensThinking,
    tags: seen.openTag === '' ? raw.tags : tagsOf(seen.openTag),
    effort: memory.tolerance.accepts(kind.effort.path ?? '') ? kind.effort : { ...kind.effort, path: null },
    cap,
    raw: raw.raw,
    ...found,
    // Only trial answers ask, and they need a reply that can be gone on with.
    prefixCache: shown && continues({ raw: raw.raw, prefix: found.prefix }) ? await probeCache(probing, kind, evidence, signal) : kind.keepsPrefixes ? 'documented' : 'unknown',
    control,
    api,
    logprobs: seen.logprobs || raw.logprobs,
    topLogprobs: raw.raw === null ? seen.topLogprobs : raw.topLogprobs,
    choices: await probeChoices(probing, kind, api, evidence, signal),
    streamsUsage: seen.usage !== undefined,
    countsThoughts: seen.usage?.reasoningTokens !== undefined,
    evidence,
  };
}

/** Many servers do not list their models, or not to every key; that is no reason to fail. A server that is not there is. */
async function listedModels({ endpoint }: Probing, signal: AbortSignal): Promise<readonly ListedModel[]> {
  return await endpoint.listModels(signal).catch((error: unknown) => {
    const gone = ['server-unreachable', 'offline', 'timeout'].some((reason) => error instanceof ReasoningError && error.reason === reason);
    if (isCancellation(error) || gone) throw error;
    return [];
  });
}

async function firstLook(probing: Probing, { kind }: RecognisedKind, evidence: string[], signal: AbortSignal): Promise<{ seen: Seen; api: CapabilityRecord['api'] }> {
  const { path, words } = kind.effort;
  if (kind.responses) {
    const body = { model: probing.model, input: [QUESTION], max_output_tokens: GLANCE, reasoning: { effort: words.low, summary: 'auto' }, store: false };
    const request: WireRequest = { path: '/responses', body, format: 'events', read: readResponseEvent };
    const seen = await lookIfAccepted(probing, request, signal);
    if (seen !== null) return { seen, api: 'responses' };
    evidence.push(said('The Responses interface was refused, so chat completions are used.'));
  }
  const logprobs = kind.topLogprobs > 0 ? { logprobs: true, top_logprobs: kind.topLogprobs } : {};
  const fields = [...kind.extras, ...(path === null ? [] : [{ path, value: words.low }])];
  const body = withFields({ messages: [QUESTION], max_tokens: GLANCE, ...logprobs }, fields);
  return { seen: await look(probing, chatLook(probing, body), signal), api: 'chat' };
}

/** Easy questions are answered without a thought by some models that think: where the template opens thoughts, a harder one is asked. */
async function secondThoughts(probing: Probing, kind: ServerKind, place: ThoughtPlace, evidence: string[], signal: AbortSignal): Promise<ThoughtPlace> {
  if (place !== 'none' || !(await templateOpensThoughts(probing, kind, signal))) return place;
  evidence.push(said('The template opens thoughts, so a harder question was asked.'));
  const found = placeOf(await look(probing, chatLook(probing, withFields({ messages: [THINKER], max_tokens: GLANCE }, kind.extras)), signal), evidence);
  if (found !== 'none') return found;
  // A model may turn both questions down without a thought. Such servers are used with prompts of our own, where the place hardly matters.
  evidence.push(said('The template opens thoughts, so the model is taken to think although it had no thoughts here.'));
  return 'reasoning_content';
}

function placeOf(seen: Seen, evidence: string[]): ThoughtPlace {
  if (seen.place === 'summary') {
    evidence.push(said('Only a summary of the thoughts came.'));
    return 'summary';
  }
  if (seen.place !== null) {
    evidence.push(seen.place === 'inline' ? said('Thoughts came between tags in the content.') : said('Thoughts came in the field {0}.', seen.place));
    return seen.place;
  }
  const unseen = (seen.usage?.reasoningTokens ?? 0) > 0 || (seen.content.trim() === '' && seen.finish === 'length');
  evidence.push(unseen ? said('Tokens were spent on thoughts that were not shown.') : said('No thoughts were seen.'));
  return unseen ? 'hidden' : 'none';
}

function rambles(seen: Seen): boolean {
  return RAMBLING.test(seen.content) && !/\bone[\s,]+two\b/i.test(seen.content);
}

function tagsOf(open: string): CapabilityRecord['tags'] {
  return { open, close: open.replace(/^([<[])/, '$1/') };
}
