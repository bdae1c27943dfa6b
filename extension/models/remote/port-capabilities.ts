/** What a capability record means for the verbs of the model port. */
import type { Availability, Capabilities } from '../../reasoning/port.ts';
import { CONFIDENCE_CANDIDATES } from './confidence.ts';
import { capHolds, continues, endsInPlace, keepsPrefixes, showsThoughts, type CapabilityRecord } from './capability-record.ts';
import { said } from '../../trace/said.ts';

const yes: Availability = { available: true };
const no = (reason: string): Availability => ({ available: false, reason });

/** From the likeliest tokens where the answer would begin. */
function endEntropy(record: CapabilityRecord): Availability {
  if (!record.logprobs || record.topLogprobs < CONFIDENCE_CANDIDATES) return no(said('This server does not list the {0} likeliest tokens, from which the entropy after the end tag is estimated.', CONFIDENCE_CANDIDATES));
  return record.raw !== null || (record.prefix !== null && record.closes) ? yes : no(said('This server cannot be brought to where the answer would begin, so there is nothing to look at.'));
}

/** Trial answers repeat the prompt and all thoughts. Where these are read anew every time, they would cost far more than they can save. */
function trials(record: CapabilityRecord): Availability {
  if (keepsPrefixes(record)) return yes;
  return no(
    record.prefixCache === 'no'
      ? said('This server does not keep what it has read of a prompt, so each trial answer could read and bill the whole prompt and all thoughts again. Trial answers are off here; prefixCache in reins.servers turns them on.')
      : said('It is not known whether this server keeps what it has read of a prompt, so each trial answer could read and bill the whole prompt and all thoughts again. Trial answers are off here; prefixCache in reins.servers turns them on.'),
  );
}

/** `biasesEnd`: the end tag is one token, and prompts are tokens. */
export function portCapabilities(record: CapabilityRecord, biasesEnd = false): Capabilities {
  const hidden = !showsThoughts(record);
  const inPlace = continues(record);
  const unseen = no(said('This server does not show its thoughts, so they cannot be steered; only the effort can be set.'));
  const afresh = (what: string): Availability => no(said('This server cannot continue a reply that has begun, so {0}.', what));
  return {
    // Unseen thoughts can still be broken off: the answer is then asked for again, with the least effort there is.
    endThinking: endsInPlace(record) && !hidden ? 'exact' : 'degraded',
    thinkingBudget: hidden ? 'unavailable' : endsInPlace(record) || capHolds(record) ? 'exact' : 'degraded',
    probe: hidden ? unseen : inPlace ? trials(record) : afresh(said('a trial answer is not possible')),
    rewind: hidden ? unseen : yes,
    append: hidden ? unseen : yes,
    logprobs: record.logprobs ? yes : no(said('This server does not send log-probabilities.')),
    confidence: record.logprobs && record.topLogprobs >= CONFIDENCE_CANDIDATES ? yes : no(said('This server does not list the {0} likeliest tokens, from which token confidence is made.', CONFIDENCE_CANDIDATES)),
    entropy: no(said('A server sends at most the likeliest tokens, not the whole distribution that entropy needs.')),
    endEntropy: hidden ? unseen : endEntropy(record),
    hiddenStates: no(said('OpenAI-compatible servers do not give out hidden states; choose a local model for signals that need them.')),
    score: no(said('This server does not score a given text.')),
    endTagBias: biasesEnd ? yes : no(said('This server gives no way to make the end of the thoughts more or less likely.')),
    fork: hidden ? unseen : inPlace ? yes : afresh(said('a line of thought cannot be copied; start another run instead')),
  };
}
