/** The command line's options: parsed, checked, and refused in sentences. */
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { ReasoningError } from '../reasoning/errors.ts';
import type { Price } from '../runs/cost.ts';
import { MOST_SAMPLES } from '../runs/service.ts';
import { askedEffortSchema, budgetEndSchema, samplingSchema, type AskedEffort, type BudgetEnd, type Sampling } from '../trace/events.ts';

export interface LocalChoice {
  readonly kind: 'local';
  readonly folder: string | undefined;
}
export interface ServerChoice {
  readonly kind: 'server';
  readonly url: string;
  readonly name: string;
  /** Folder with the model's tokenizer.json. */
  readonly tokenizer: string | undefined;
}

export interface AskOptions {
  readonly question: string;
  readonly file: string | undefined;
  readonly effort: AskedEffort;
  /** Tokens; undefined takes the effort's own figure. */
  readonly thinking: number | undefined;
  readonly solution: number | undefined;
  readonly seconds: number | undefined;
  readonly exits: Exits;
  /** How the thinking budget ends the thoughts; undefined: as suits the model. */
  readonly budgetEnd: BudgetEnd | undefined;
  readonly model: LocalChoice | ServerChoice;
  /** The local model is asked first, and the server when the answer is less sure than `least` (0 to 1) and it keeps the bounds. Money and seconds. */
  readonly handOn: { readonly first: LocalChoice; readonly least: number; readonly most: { readonly cost: number | undefined; readonly seconds: number | undefined } } | undefined;
  /** Of the model at the server; what runs cost is told then. */
  readonly price: Price | undefined;
  readonly currency: string;
  /** The folder of a model that reads the thoughts of the one at the server. */
  readonly readWith: string | undefined;
  readonly seed: number | undefined;
  /** Times the question is asked, or lines of thought. */
  readonly samples: number | undefined;
  readonly sampling: Sampling | undefined;
  /** Split the question into parts first. */
  readonly plan: boolean;
  /** Tokens per second. */
  readonly pace: number | undefined;
  readonly hold: number | undefined;
  readonly json: boolean;
  readonly record: boolean;
  readonly traceDir: string | undefined;
}

const known = {
  file: { type: 'string' },
  effort: { type: 'string' },
  thinking: { type: 'string' },
  solution: { type: 'string' },
  seconds: { type: 'string' },
  exits: { type: 'string' },
  'no-exit': { type: 'boolean' },
  'budget-end': { type: 'string' },
  model: { type: 'string' },
  server: { type: 'string' },
  'server-model': { type: 'string' },
  tokenizer: { type: 'string' },
  'least-confidence': { type: 'string' },
  'max-cost': { type: 'string' },
  'max-seconds': { type: 'string' },
  price: { type: 'string' },
  currency: { type: 'string' },
  'read-with': { type: 'string' },
  seed: { type: 'string' },
  samples: { type: 'string' },
  sampling: { type: 'string' },
  plan: { type: 'boolean' },
  pace: { type: 'string' },
  hold: { type: 'string' },
  json: { type: 'boolean' },
  'trace-dir': { type: 'string' },
  'no-record': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const exitsSchema = v.picklist(['effort', 'off', 'cautious', 'eager']);
/** average: tokens a run. */
type Exits = v.InferOutput<typeof exitsSchema> | { readonly average: number };

const LONGEST_QUESTION = 100_000;

/** The options, or 'help'. Throws a `bad-request` with the sentence to print. */
export function parseOptions(argv: readonly string[]): AskOptions | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  const question = positionals.join(' ').trim();
  if (question === '') throw bad('Ask something, for example: npm run ask -- "Complete f" --file sample/triple.js');
  if (question.length > LONGEST_QUESTION) throw bad(`The question is too long: ${question.length} characters, and at most ${LONGEST_QUESTION} are taken. Put code into a file and name it with --file.`);
  return {
    question,
    file: filled('file', values.file),
    effort: effort(values.effort),
    thinking: whole('thinking', values.thinking, 0, 'tokens'),
    solution: whole('solution', values.solution, 1, 'tokens'),
    seconds: seconds(values.seconds),
    exits: exits(values.exits, values['no-exit']),
    budgetEnd: budgetEnd(values['budget-end']),
    model: model(values['least-confidence'] === undefined ? values.model : undefined, values.server, values['server-model'], values.tokenizer),
    handOn: handOn(values),
    price: price(values.price, values.server),
    currency: filled('currency', values.currency) ?? 'USD',
    readWith: readWith(values['read-with'], values.server),
    seed: whole('seed', values.seed, 0, ''),
    samples: samples(values.samples),
    sampling: sampling(values.sampling),
    plan: values.plan === true,
    pace: whole('pace', values.pace, 1, 'tokens a second'),
    hold: whole('hold', values.hold, 0, 'tokens'),
    json: values.json === true,
    record: values['no-record'] !== true,
    traceDir: filled('trace-dir', values['trace-dir']),
  };
}

function samples(value: string | undefined): number | undefined {
  const number = whole('samples', value, 1, 'samples');
  if (number !== undefined && number > MOST_SAMPLES) throw bad(`--samples takes ${MOST_SAMPLES} at most, not ${number}.`);
  return number;
}

function sampling(value: string | undefined): Sampling | undefined {
  if (value === undefined) return undefined;
  const known = v.safeParse(samplingSchema, value);
  if (!known.success) throw bad(`--sampling is one of ${samplingSchema.options.join(', ')}, not "${value}".`);
  return known.output;
}

function parse(argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof known; allowPositionals: true }>> {
  try {
    return parseArgs({ args: joinNegatives(argv), options: known, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const unknown = /^Unknown option '([^']*)'/.exec(message)?.[1];
    if (unknown !== undefined) throw bad(`There is no option ${unknown}. See them all with --help.`);
    const lacking = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument (?:missing|is ambiguous)/.exec(message)?.[1];
    if (lacking !== undefined) throw bad(`${lacking} needs a value. See --help.`);
    const valueless = /^Option '(?:-\w, )?(--[\w-]+)' does not take an argument/.exec(message)?.[1];
    if (valueless !== undefined) throw bad(`${valueless} takes no value. See --help.`);
    throw bad(`${message} See --help.`);
  }
}

/** `--thinking -5` as `--thinking=-5`, so that it is refused as a number and not as an unknown option. */
function joinNegatives(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [index, argument] of argv.entries()) {
    const before = argv[index - 1];
    if (/^-\d/.test(argument) && before !== undefined && /^--[a-z-]+$/.test(before)) joined[joined.length - 1] = `${before}=${argument}`;
    else joined.push(argument);
  }
  return joined;
}

function whole(name: string, value: string | undefined, least: number, unit: string): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (!(number >= least)) throw bad(`--${name} needs a whole number${unit === '' ? '' : ` of ${unit}`}, ${least} or more, not "${value}".`);
  return number;
}

function seconds(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,6}(\.\d+)?$/.test(value) ? Number(value) : NaN;
  if (!(number > 0)) throw bad(`--seconds needs a number above 0, not "${value}".`);
  return number;
}

function effort(value: string | undefined): AskedEffort {
  const parsed = v.safeParse(askedEffortSchema, value ?? 'medium');
  if (!parsed.success) throw bad(`--effort is low, medium, high or auto, not "${value}".`);
  return parsed.output;
}

function exits(value: string | undefined, none: boolean | undefined): Exits {
  if (none && value !== undefined && value !== 'off') throw bad('--no-exit is --exits off, so the two exclude each other.');
  if (value !== undefined && /^[1-9]\d{0,8}$/.test(value)) return { average: Number(value) };
  const parsed = v.safeParse(exitsSchema, value ?? (none ? 'off' : 'effort'));
  if (!parsed.success) throw bad(`--exits is effort, off, cautious, eager or the tokens a run may take on average, not "${value}".`);
  return parsed.output;
}

function budgetEnd(value: string | undefined): BudgetEnd | undefined {
  const parsed = v.safeParse(v.optional(budgetEndSchema), value);
  if (!parsed.success) throw bad(`--budget-end is cut, soft or guided, not "${value}".`);
  return parsed.output;
}

function filled(name: string, value: string | undefined): string | undefined {
  if (value === '') throw bad(`--${name} needs a value. See --help.`);
  return value;
}

function model(folder: string | undefined, server: string | undefined, name: string | undefined, tokenizer: string | undefined): LocalChoice | ServerChoice {
  if (server === undefined) {
    if (name !== undefined) throw bad('--server-model names a model at a server: give the server with --server URL.');
    if (tokenizer !== undefined) throw bad('--tokenizer counts the tokens of a model at a server: give the server with --server URL. A model on this machine has its own.');
    return { kind: 'local', folder: filled('model', folder) };
  }
  if (folder !== undefined) throw bad('--model and --server exclude each other: choose a model on this machine or one at a server, or say with --least-confidence when the server is asked after it.');
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol)) throw bad(`--server needs the address of a server, such as http://localhost:8000/v1, not "${server}".`);
  if (new URL(server).username || new URL(server).password) throw bad('--server must not contain a key or password. Put the key into the environment variable REINS_API_KEY.');
  if (!name) throw bad('--server needs --server-model NAME too: the name of the model at that server.');
  return { kind: 'server', url: server, name, tokenizer: filled('tokenizer', tokenizer) };
}

type Values = ReturnType<typeof parse>['values'];

function handOn({ 'least-confidence': value, 'max-cost': maxCost, 'max-seconds': maxSeconds, model: folder, server, price: priced, thinking, solution }: Values): AskOptions['handOn'] {
  if (value === undefined) {
    if (maxCost !== undefined || maxSeconds !== undefined) throw bad('--max-cost and --max-seconds bound whether the server is asked after the local model: say with --least-confidence when it would be.');
    return undefined;
  }
  if (server === undefined) throw bad('--least-confidence says when a server is asked after the local model: give the server with --server URL.');
  const least = /^(0|1|0?\.\d{1,6}|1\.0+)$/.test(value) ? Number(value) : NaN;
  if (!(least >= 0 && least <= 1)) throw bad(`--least-confidence needs a number from 0 to 1, not "${value}".`);
  if (maxCost !== undefined && (priced === undefined || thinking === undefined || solution === undefined)) throw bad('--max-cost needs --price, --thinking and --solution: the most a request can cost comes from them.');
  return { first: { kind: 'local', folder: filled('model', folder) }, least, most: { cost: amount('max-cost', maxCost), seconds: amount('max-seconds', maxSeconds) } };
}

function amount(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{0,9}(\.\d{1,9})?$/.test(value) ? Number(value) : NaN;
  if (!(number > 0)) throw bad(`--${name} needs a number above 0, not "${value}".`);
  return number;
}

function price(value: string | undefined, server: string | undefined): Price | undefined {
  if (value === undefined) return undefined;
  if (server === undefined) throw bad('--price is what the model at a server costs: give the server with --server URL. A model on this machine costs nothing.');
  const [prompt, output, cached, ...more] = value.split('/').map((part) => (/^(\d{1,9}|\d{0,9}\.\d{1,9})$/.test(part) ? Number(part) : NaN));
  if (prompt === undefined || output === undefined || more.length > 0 || [prompt, output, cached ?? 0].some(Number.isNaN)) throw bad(`--price needs the money for a million tokens of prompt and of what is generated, such as 0.5/2, and perhaps of cached prompt, such as 0.5/2/0.1, not "${value}".`);
  return { prompt, output, ...(cached === undefined ? {} : { cached }) };
}

function readWith(folder: string | undefined, server: string | undefined): string | undefined {
  if (folder !== undefined && server === undefined) throw bad('--read-with names a model on this machine that reads the thoughts of one at a server: give the server with --server URL. A model on this machine needs no other to read its own.');
  return filled('read-with', folder);
}

function bad(sentence: string): ReasoningError {
  return new ReasoningError('bad-request', sentence);
}
