/** Whether a server gives several replies to one request: asked for two, it must send a chunk of the second. */
import * as v from 'valibot';
import type { CapabilityRecord } from '../capability-record.ts';
import { withFields } from '../fields.ts';
import type { ServerKind } from '../servers/server-kind.ts';
import { QUESTION } from './counting.ts';
import { chatLook, lookIfAccepted, type Probing } from './look.ts';
import { said } from '../../../trace/said.ts';

const secondSchema = v.object({ choices: v.array(v.object({ index: v.number() })) });
/** Tokens of each: it is the second reply's existence that counts. */
const FEW = 2;

/** `native`: it does. Only asked of kinds that are documented to. */
export async function probeChoices(probing: Probing, kind: ServerKind, api: CapabilityRecord['api'], evidence: string[], signal: AbortSignal): Promise<CapabilityRecord['choices']> {
  if (kind.choices === 'loop' || api === 'responses') return 'loop';
  const request = chatLook(probing, withFields({ messages: [QUESTION], max_tokens: FEW, n: 2 }, kind.extras));
  let second = false;
  const read: typeof request.read = (value) => {
    const parsed = v.safeParse(secondSchema, value);
    second ||= parsed.success && parsed.output.choices.some(({ index }) => index === 1);
    return request.read(value);
  };
  const seen = await lookIfAccepted(probing, { ...request, read }, signal);
  evidence.push(seen === null ? said('Several replies to one request were refused.') : second ? said('Two replies came from one request.') : said('Only one reply came where two were asked for.'));
  return seen !== null && second ? 'native' : 'loop';
}
