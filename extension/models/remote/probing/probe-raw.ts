/**
 * Whether a prompt that Reins puts together itself works: the server must write the prompt of a question, the thoughts must be spelled out with tags that
 * Reins knows, and a begun reply must be gone on with. A model whose thoughts are marked in another way (gpt-oss) is left to the server's own parser.
 */
import { ReasoningError } from '../../../reasoning/errors.ts';
import type { CapabilityRecord } from '../capability-record.ts';
import { endsOpen } from '../routes/raw-route.ts';
import type { RawAccess } from '../servers/raw-access.ts';
import type { ServerKind } from '../servers/server-kind.ts';
import { knownTags } from '../thought-parser.ts';
import { thinkTags, type Tags } from '../transcript.ts';
import { BEGUN, CONTINUED, GOES_ON, QUESTION, THOUGHT } from './counting.ts';
import { look, type Probing } from './look.ts';
import { said } from '../../../trace/said.ts';

type Found = Pick<CapabilityRecord, 'raw' | 'tags'> & { readonly logprobs: boolean; readonly topLogprobs: number };

/** Whether the template of a server that writes prompts opens thoughts: then the model thinks, though it may not have done so just now. */
export async function templateOpensThoughts({ endpoint, model }: Probing, kind: ServerKind, signal: AbortSignal): Promise<boolean> {
  const access = kind.raw?.(endpoint, model);
  if (!access) return false;
  const rendered = await access.render([QUESTION], { think: true, effort: 'low' }, signal).catch((error: unknown) => {
    if (error instanceof ReasoningError) return null; // then nothing is known
    throw error;
  });
  return rendered !== null && knownTags.some(([open, close]) => endsOpen(rendered.text, { open, close }));
}

/** Tokens of the look at how a reply begins. */
const GLANCE = 8;
const step = { sampler: { temperature: 0 }, seed: 1 } as const;

export async function probeRaw(probing: Probing, kind: ServerKind, thinks: boolean, evidence: string[], signal: AbortSignal): Promise<Found> {
  const nothing: Found = { raw: null, tags: thinkTags, logprobs: false, topLogprobs: 0 };
  const access = kind.raw?.(probing.endpoint, probing.model);
  if (!access) return nothing;
  try {
    return (await tryRaw(probing, access, thinks, kind.topLogprobs, evidence, signal)) ?? nothing;
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'AbortError') throw error;
    if (ReasoningError.is(error, 'unauthorized') || ReasoningError.is(error, 'offline')) throw error;
    evidence.push(said('A prompt of our own was not possible: {0}', error.message));
    return nothing;
  }
}

async function tryRaw(probing: Probing, access: RawAccess, thinks: boolean, logprobs: number, evidence: string[], signal: AbortSignal): Promise<Found | null> {
  const { text, ids } = await access.render([QUESTION], { think: thinks, effort: 'low' }, signal);
  const ask = async (more: string, limit: number) => {
    const added = more === '' || ids === null ? [] : ((await access.tokenize?.(more, signal)) ?? []);
    const prompt = ids === null ? { text: text + more } : { ids: [...ids, ...added] };
    const seen = await look(probing, access.request({ prompt, limit, step, logprobs, bias: [] }), signal);
    return { ...seen, asGiven: 'ids' in prompt && seen.ids && seen.usage?.promptTokens === prompt.ids.length };
  };
  const opened = knownTags.find(([open, close]) => endsOpen(text, { open, close }));
  const first = await ask('', GLANCE);
  const seen = knownTags.find(([open]) => open === first.openTag);
  const found = opened ?? seen;
  if (thinks && !found) {
    evidence.push(said('With a prompt of our own the thoughts were not marked by tags that Reins knows, so the server is left to tell them apart.'));
    return null;
  }
  const tags: Tags = found ? { open: found[0], close: found[1] } : thinkTags;
  const begun = found ? `${opened ? '' : `${tags.open}\n`}${THOUGHT}\n${tags.close}\n\n${BEGUN}` : BEGUN;
  const onward = await ask(begun, CONTINUED);
  // Some models cannot count. A server that has read just the tokens it was given has put nothing between, so it goes on from the last of them.
  if (!GOES_ON.test(onward.text) && !onward.asGiven) {
    evidence.push(said('A begun reply in a prompt of our own was not continued.'));
    return null;
  }
  const raw = ids !== null && first.ids ? 'tokens' : 'text';
  evidence.push(raw === 'tokens' ? said('A prompt of our own, in tokens, was continued; every token came with its id.') : said('A prompt of our own, as text, was continued.'));
  return { raw, tags, logprobs: first.logprobs, topLogprobs: first.topLogprobs };
}
