/**
 * A capability record in words, as Markdown: what a person can control there, by which way, and how that is known. The words are those of recorded sentences, so
 * whoever shows them can have each said in another language.
 */
import { budgetHoldOf, continues, endsInPlace, keepsPrefixes, routesOf, showsThoughts, tokenCountsOf, type CapabilityRecord, type RouteName } from './capability-record.ts';
import type { Speed } from './speed.ts';
import { kindOf } from './servers/recognise.ts';
import { said } from '../../trace/said.ts';

const ways: Readonly<Record<RouteName, string>> = {
  'raw-tokens': said('Prompts in tokens. Reins puts the whole sequence together itself and counts the server’s own tokens, so both budgets and every step in are exact.'),
  'raw-text': said('Prompts as text. Reins puts the whole sequence together itself; going on is exact, and tokens are counted by the pieces that come.'),
  'server-cap': said('A limit on thinking that the server keeps by itself. The budget is kept in one request.'),
  'chat-continuation': said('A begun reply is handed over and gone on with. Reins counts, hangs up at the budget, and goes on in a second request.'),
  'reasoning-prefix': said('Begun thoughts are handed over and gone on with. Reins counts and hangs up at the budget.'),
  'ask-again': said('Asked again, with the thoughts quoted in the question. Runs that need this are labelled degraded.'),
  'effort-only': said('Only the effort. Thoughts are not shown, so a thinking budget cannot be kept; the answer’s room is kept by asking again.'),
};

export interface RecordHeading {
  readonly host: string;
  readonly model: string;
  /** As measured in this session. */
  readonly speed?: Speed | null;
  /** The folder of the tokenizer that was named for it. */
  readonly tokenizer?: string | undefined;
  /** Says a sentence in the reader's language; absent: English. */
  readonly tell?: (sentence: string) => string;
}

export function recordText(record: CapabilityRecord, { host, model, speed, tokenizer, tell = asItIs }: RecordHeading): string {
  const kind = kindOf(record.kind);
  const rows = rowsOf(record, tokenizer).map(([what, how]) => `| ${tell(what)} | ${cell(tell(how))} |`);
  return [
    `# ${tell(said('What Reins can control: {0} on {1}', inline(model), inline(host)))}`,
    '',
    `${kind.name}${record.version === null ? '' : ` ${inline(record.version)}`}${record.contextLength === null ? '' : `, ${tell(said('{0} tokens of context', record.contextLength))}`}. ${tell(said('Documentation: {0}', `<${kind.source}>`))}`,
    '',
    '| | |',
    '|---|---|',
    ...rows,
    ...(speed ? [`| ${tell(said('Speed in this session'))} | ${tell(speedWord(speed))} |`] : []),
    '',
    `## ${tell(said('Ways, best first'))}`,
    '',
    ...routesOf(record).map((route, index) => `${index + 1}. **${route}**: ${tell(ways[route])}`),
    '',
    `## ${tell(said('How this is known'))}`,
    '',
    ...record.evidence.map((fact) => `- ${inline(tell(fact))}`),
    '',
    `## ${tell(said('If it is wrong'))}`,
    '',
    tell(said('Connect to the server again to have it tried out anew. What you know better can be set in {0}, beside the model’s name:', '`reins.servers`')),
    '',
    '```json',
    JSON.stringify({ overrides: { kind: record.kind, route: routesOf(record)[0] === 'effort-only' ? 'ask-again' : routesOf(record)[0], thinkingCap: record.cap?.paths[0] ?? null } }, null, 2),
    '```',
    '',
  ].join('\n');
}

function rowsOf(record: CapabilityRecord, tokenizer: string | undefined): readonly (readonly [what: string, how: string])[] {
  const shown = showsThoughts(record);
  const inPlace = continues(record);
  return [
    [said('Thoughts'), thoughtsWord(record)],
    [said('Effort'), record.effort.path === null ? said('only on and off') : `\`${record.effort.path}\`: ${[...new Set(Object.values(record.effort.words))].join(', ')}`],
    [said('Limit on thinking'), capWord(record)],
    [said('Thinking budget'), budgetWord(record, tokenizer)],
    [said('Answer Now'), shown && endsInPlace(record) ? (record.raw === null && record.control ? said('in the live reply') : said('in place')) : said('by asking again (degraded)')],
    [said('Keep Thinking, Steer'), !shown ? said('not possible: the thoughts are not shown') : inPlace ? said('in place') : said('by asking again (degraded)')],
    [said('Trial answers'), !shown || !inPlace ? said('not possible') : keepsPrefixes(record) ? said('possible') : said('off: each could read and bill the whole prompt again')],
    [said('Keeps what it has read of a prompt'), cacheWord(record)],
    [said('Log-probabilities'), !record.logprobs ? said('not given') : record.topLogprobs > 0 ? said('with each token, and the {0} likeliest', record.topLogprobs) : said('with each token')],
    [said('Several replies at once'), record.choices === 'native' ? said('in one request') : said('in as many requests')],
    [said('Token counts'), countsWord(record, tokenizer)],
    [said('Usage'), usageWord(record)],
  ];
}

function budgetWord(record: CapabilityRecord, tokenizer: string | undefined): string {
  const hold = budgetHoldOf(record, tokenizer !== undefined);
  switch (hold) {
    case 'exactly':
      return said('kept exactly');
    case 'by-estimate':
      return said('kept in place, in estimated tokens');
    case 'asking-again':
      return said('kept by asking again (degraded)');
    case 'not':
      return said('cannot be kept');
  }
}

function usageWord({ streamsUsage, countsThoughts }: CapabilityRecord): string {
  if (streamsUsage) return countsThoughts ? said('reported; tokens of thought reported') : said('reported; tokens of thought not reported, Reins counts them');
  return countsThoughts ? said('not reported; tokens of thought reported') : said('not reported; tokens of thought not reported, Reins counts them');
}

function speedWord({ firstMs, perPromptTokenMs, perTokenMs, samples }: Speed): string {
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`;
  const waits = [seconds(firstMs), seconds(perPromptTokenMs * 1000)];
  return perTokenMs > 0
    ? said('first token after about {0} and {1} more for each 1000 tokens of prompt, then about {2} tokens a second (fitted to {3} requests)', ...waits, (1000 / perTokenMs).toFixed(0), samples)
    : said('first token after about {0} and {1} more for each 1000 tokens of prompt (fitted to {2} requests)', ...waits, samples);
}

function thoughtsWord({ thoughts, opensThinking, tags }: CapabilityRecord): string {
  switch (thoughts) {
    case 'none':
      return said('none seen');
    case 'hidden':
      return said('not shown');
    case 'summary':
      return said('only a summary is shown');
    case 'inline':
      return opensThinking ? said('in the content; the template has opened them, {0} ends them', code(tags.close)) : said('in the content, between {0} and {1}', code(tags.open), code(tags.close));
    case 'parts':
      return said('as parts of the content');
    case 'reasoning':
    case 'reasoning_content':
    case 'thinking':
      return said('in the field {0}', code(thoughts));
  }
}

function cacheWord({ prefixCache }: CapabilityRecord): string {
  switch (prefixCache) {
    case 'documented':
      return said('yes, by its documentation');
    case 'seen':
      return said('yes, as seen');
    case 'set':
      return said('yes, set by hand');
    case 'no':
      return said('no, set by hand');
    case 'unknown':
      return said('not known; {0} in {1} sets it', code('prefixCache'), code('overrides'));
  }
}

function capWord({ cap }: CapabilityRecord): string {
  if (cap === null) return said('none');
  const fields = cap.paths.map(code).join(', ');
  if (cap.strength === 'advisory') return said('{0}: a target, not a limit', fields);
  switch (cap.held) {
    case 'yes':
      return said('{0}: kept when tried', fields);
    case 'no':
      return said('{0}: not kept when tried, so it is not used', fields);
    case 'untried':
      return said('{0}: taken, but not seen to be kept', fields);
  }
}

function countsWord(record: CapabilityRecord, tokenizer: string | undefined): string {
  switch (tokenCountsOf(record, tokenizer !== undefined)) {
    case 'exact':
      return said('exact: the server’s own tokens');
    case 'counted':
      return said('counted with the tokenizer in {0}; the prompt is estimated, marked ≈, because the server writes it', inline(tokenizer ?? ''));
    case 'estimated':
      return showsThoughts(record) ? said('estimated, marked ≈; *Reins: Choose Tokenizer Folder…* has them counted') : said('estimated, marked ≈, because thoughts that are not shown cannot be counted');
  }
}

function code(text: string): string {
  return `\`${text}\``;
}

function asItIs(sentence: string): string {
  return sentence;
}

/** A server's own words stay on one line and are no markup. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[<>[\]`*_\\]/g, '\\$&');
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|');
}
