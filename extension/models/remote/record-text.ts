/** A capability record in words, as Markdown: what a person can control there, by which way, and how that is known. */
import { capHolds, continues, endsInPlace, keepsPrefixes, routesOf, showsThoughts, tokenCountsOf, type CapabilityRecord, type RouteName } from './capability-record.ts';
import type { Speed } from './speed.ts';
import { kindOf } from './servers/recognise.ts';

const ways: Readonly<Record<RouteName, string>> = {
  'raw-tokens': 'Prompts in tokens. Reins puts the whole sequence together itself and counts the server’s own tokens, so both budgets and every step in are exact.',
  'raw-text': 'Prompts as text. Reins puts the whole sequence together itself; going on is exact, and tokens are counted by the pieces that come.',
  'server-cap': 'A limit on thinking that the server keeps by itself. The budget is kept in one request.',
  'chat-continuation': 'A begun reply is handed over and gone on with. Reins counts, hangs up at the budget, and goes on in a second request.',
  'reasoning-prefix': 'Begun thoughts are handed over and gone on with. Reins counts and hangs up at the budget.',
  'ask-again': 'Asked again, with the thoughts quoted in the question. Runs that need this are labelled degraded.',
  'effort-only': 'Only the effort. Thoughts are not shown, so a thinking budget cannot be kept; the answer’s room is kept by asking again.',
};

export interface RecordHeading {
  readonly host: string;
  readonly model: string;
  /** As measured in this session. */
  readonly speed?: Speed | null;
  /** The folder of the tokenizer that was named for it. */
  readonly tokenizer?: string | undefined;
}

export function recordText(record: CapabilityRecord, { host, model, speed, tokenizer }: RecordHeading): string {
  const kind = kindOf(record.kind);
  const rows = rowsOf(record, tokenizer).map(([what, how]) => `| ${what} | ${cell(how)} |`);
  return [
    `# What Reins can control: ${inline(model)} on ${inline(host)}`,
    '',
    `${kind.name}${record.version === null ? '' : ` ${inline(record.version)}`}${record.contextLength === null ? '' : `, ${record.contextLength} tokens of context`}. Documentation: <${kind.source}>`,
    '',
    '| | |',
    '|---|---|',
    ...rows,
    ...(speed ? [`| Speed in this session | ${speedWord(speed)} |`] : []),
    '',
    '## Ways, best first',
    '',
    ...routesOf(record).map((route, index) => `${index + 1}. **${route}**: ${ways[route]}`),
    '',
    '## How this is known',
    '',
    ...record.evidence.map((fact) => `- ${inline(fact)}`),
    '',
    '## If it is wrong',
    '',
    'Connect to the server again to have it tried out anew. What you know better can be set in `reins.servers`, beside the model’s name:',
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
    ['Thoughts', thoughtsWord(record)],
    ['Effort', record.effort.path === null ? 'only on and off' : `\`${record.effort.path}\`: ${[...new Set(Object.values(record.effort.words))].join(', ')}`],
    ['Limit on thinking', capWord(record)],
    ['Thinking budget', !shown ? 'cannot be kept' : endsInPlace(record) || capHolds(record) ? 'kept exactly' : 'kept by asking again (degraded)'],
    ['Answer Now', shown && endsInPlace(record) ? (record.raw === null && record.control ? 'in the live reply' : 'in place') : 'by asking again (degraded)'],
    ['Keep Thinking, Steer', !shown ? 'not possible: the thoughts are not shown' : inPlace ? 'in place' : 'by asking again (degraded)'],
    ['Trial answers', !shown || !inPlace ? 'not possible' : keepsPrefixes(record) ? 'possible' : 'off: each could read and bill the whole prompt again'],
    ['Keeps what it has read of a prompt', cacheWord(record)],
    ['Log-probabilities', record.logprobs ? `with each token${record.topLogprobs > 0 ? `, and the ${record.topLogprobs} likeliest` : ''}` : 'not given'],
    ['Several replies at once', record.choices === 'native' ? 'in one request' : 'in as many requests'],
    ['Token counts', countsWord(record, tokenizer)],
    ['Usage', `${record.streamsUsage ? 'reported' : 'not reported'}; tokens of thought ${record.countsThoughts ? 'reported' : 'not reported, Reins counts them'}`],
  ];
}

function speedWord({ firstMs, perPromptTokenMs, perTokenMs, samples }: Speed): string {
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`;
  const rate = perTokenMs > 0 ? `, then about ${(1000 / perTokenMs).toFixed(0)} tokens a second` : '';
  return `first token after about ${seconds(firstMs)} and ${seconds(perPromptTokenMs * 1000)} more for each 1000 tokens of prompt${rate} (fitted to ${samples} requests)`;
}

function thoughtsWord({ thoughts, opensThinking, tags }: CapabilityRecord): string {
  switch (thoughts) {
    case 'none':
      return 'none seen';
    case 'hidden':
      return 'not shown';
    case 'summary':
      return 'only a summary is shown';
    case 'inline':
      return opensThinking ? `in the content; the template has opened them, \`${tags.close}\` ends them` : `in the content, between \`${tags.open}\` and \`${tags.close}\``;
    case 'parts':
      return 'as parts of the content';
    case 'reasoning':
    case 'reasoning_content':
    case 'thinking':
      return `in the field \`${thoughts}\``;
  }
}

function cacheWord({ prefixCache }: CapabilityRecord): string {
  switch (prefixCache) {
    case 'documented':
      return 'yes, by its documentation';
    case 'seen':
      return 'yes, as seen';
    case 'set':
      return 'yes, set by hand';
    case 'no':
      return 'no, set by hand';
    case 'unknown':
      return 'not known; `prefixCache` in `overrides` sets it';
  }
}

function capWord({ cap }: CapabilityRecord): string {
  if (cap === null) return 'none';
  const fields = cap.paths.map((path) => `\`${path}\``).join(', ');
  if (cap.strength === 'advisory') return `${fields}: a target, not a limit`;
  switch (cap.held) {
    case 'yes':
      return `${fields}: kept when tried`;
    case 'no':
      return `${fields}: not kept when tried, so it is not used`;
    case 'untried':
      return `${fields}: taken, but not seen to be kept`;
  }
}

function countsWord(record: CapabilityRecord, tokenizer: string | undefined): string {
  switch (tokenCountsOf(record, tokenizer !== undefined)) {
    case 'exact':
      return 'exact: the server’s own tokens';
    case 'counted':
      return `counted with the tokenizer in ${inline(tokenizer ?? '')}; the prompt is estimated, marked ≈, because the server writes it`;
    case 'estimated':
      return showsThoughts(record) ? 'estimated, marked ≈; *Reins: Choose Tokenizer Folder…* has them counted' : 'estimated, marked ≈, because thoughts that are not shown cannot be counted';
  }
}

/** A server's own words stay on one line and are no markup. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[<>[\]`*_\\]/g, '\\$&');
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|');
}
