/**
 * Whether a server keeps what it has read of a prompt: asked the same thing twice, it must tell of tokens from its cache the second time. A server that tells
 * nothing may keep it all the same, so it stays unknown.
 */
import type { CapabilityRecord } from '../capability-record.ts';
import { withFields } from '../fields.ts';
import type { ServerKind } from '../servers/server-kind.ts';
import { QUESTION } from './counting.ts';
import { chatLook, lookIfAccepted, type Probing } from './look.ts';
import { said } from '../../../trace/said.ts';

/** Caches work in blocks, of 64 tokens at most where they are of use here: this is about three of them. */
const PASSAGE = 'The lake lies still before the wind comes up. '.repeat(16);

export async function probeCache(probing: Probing, kind: ServerKind, evidence: string[], signal: AbortSignal): Promise<CapabilityRecord['prefixCache']> {
  if (kind.keepsPrefixes) {
    evidence.push(said('{0} is documented to keep what it has read of a prompt.', kind.name));
    return 'documented';
  }
  const messages = [{ role: 'user', content: `${PASSAGE}\n\n${QUESTION.content}` }];
  const request = chatLook(probing, withFields({ messages, max_tokens: 1 }, kind.extras));
  let cached = 0;
  for (let time = 0; time < 2; time += 1) cached = (await lookIfAccepted(probing, request, signal))?.usage?.cachedTokens ?? 0;
  evidence.push(cached > 0 ? said('Asked the same twice, it had {0} tokens of the prompt in its cache.', cached) : said('Asked the same twice, it told of no tokens in a cache.'));
  return cached > 0 ? 'seen' : 'unknown';
}
