/**
 * One streamed reply, chunk by chunk, with the patience and the retries that servers need. A wait that is interrupted loses nothing: the chunk it waited
 * for comes with the next call. Only `abort` hangs up.
 */
import { isCancellation } from '../../reasoning/errors.ts';
import type { Body, Endpoint, RawStream, WireRequest } from './endpoint.ts';
import { httpFailureIn, inWords, keptSentence, sentence, toReasoningError, type HttpFailure } from './failures.ts';
import type { Share } from './shared-replies.ts';
import { cancelled, within } from './timeouts.ts';
import type { Tolerance } from './tolerance.ts';
import { speaks, type Delta, type ServerUsage } from './wire/delta.ts';
import { said } from '../../trace/said.ts';

export type Notify = (code: string, message: string) => void;

export interface ReplyStreamOptions {
  readonly endpoint: Endpoint;
  readonly tolerance: Tolerance;
  readonly model: string;
  /** Made when it is sent: putting it together may take a question to the server. */
  readonly request: (signal: AbortSignal) => Promise<WireRequest>;
  readonly notify: Notify;
  /** A refusal that names no field is about something else (the begun reply), so do not try with fewer fields. */
  readonly onlyNamed?: boolean;
  /** Somebody waits beside it for something else (a trial answer), so a busy server is only waited for where it says how long. */
  readonly hurried?: boolean;
  /** False for a look at the server: its text belongs to no run. */
  readonly keeps?: boolean;
  /** The reply is one of several of a single request, if the server gives it so; `field`: what it calls their number. */
  readonly share?: (Share & { readonly field: string }) | undefined;
}

/** Waits for a busy server that does not say how long, one after the other. Servers that do are waited for as often. */
const BUSY_WAITS_MS = [1000, 2000, 4000];
const MOST_REFUSALS = 5;
const LOADING_PAUSE_MS = 1000;
/** After the finish only usage may follow; a server that keeps the line open is not waited for. */
const AFTER_FINISH_MS = 2000;
/**
 * Words for an end that is none: the server gave up on the reply, and what there is of it must not pass for the whole. Sources: api-docs.deepseek.com (chat
 * completion, finish_reason); FinishReason of vLLM; finish reasons of SGLang, Mistral and OpenRouter.
 */
const GAVE_UP: ReadonlySet<string> = new Set(['abort', 'aborted', 'cancelled', 'error', 'insufficient_system_resource']);

type Opened = RawStream & Pick<WireRequest, 'read'>;

export class ReplyStream {
  /** Why the reply ended, in the server's word; null while it goes on. */
  finish: string | null = null;
  usage: ServerUsage | undefined;
  /** The server's name for the reply, once it has begun. */
  id: string | undefined;
  /** The request went out and was not refused: it is likely to be billed. */
  sent = false;
  /** It came with others in one request; `first`: the one that the prompt is billed with. */
  shared: 'first' | 'another' | null = null;
  /** Milliseconds waited for the first text, and for all that came after it. */
  readonly waited = { first: 0, rest: 0 };
  readonly #options: ReplyStreamOptions;
  readonly #hangUp = new AbortController();
  #stream: Promise<Opened> | undefined;
  #pending: Promise<IteratorResult<unknown>> | undefined;
  #started = false;
  #over = false;
  /** Milliseconds waited since the last text, or since the request went out. Chunks without a word do not begin the wait anew. */
  #silent = 0;
  /** The server's word for having given up. */
  #gaveUp: string | undefined;

  constructor(options: ReplyStreamOptions) {
    this.#options = options;
  }

  /** The next chunk with something in it; null at the end in good order. Rejects as cancelled when it has been hung up. */
  async next(signal: AbortSignal): Promise<Delta | null> {
    while (!this.#over) {
      if (this.#gaveUp !== undefined) this.#breakOff(this.#gaveUp);
      this.#pending ??= this.#pull();
      let result: IteratorResult<unknown>;
      const since = performance.now();
      try {
        result = await within(this.#pending, Math.max(0, this.#patience() - this.#silent), signal, () => this.#tooLate());
      } catch (error) {
        if (isCancellation(error)) throw error; // the chunk stays pending
        if (this.finish !== null) break;
        this.abort();
        throw toReasoningError(error, this.#options.endpoint.failure(this.#options.model, { streaming: this.#started, kept: this.#kept }));
      } finally {
        this.#waitedFor(performance.now() - since);
      }
      this.#pending = undefined;
      if (this.#hangUp.signal.aborted) break;
      if (result.done) {
        this.#over = true;
        if (this.finish === null) await this.#judgeEnd();
        break;
      }
      const delta = this.#read(result.value, (await this.#stream)?.read);
      if (speaks(delta)) return delta;
    }
    if (this.finish === null) throw cancelled();
    this.abort();
    return null;
  }

  /** Hang up; the server sees it and stops generating. */
  abort(): void {
    this.#over = true;
    this.#hangUp.abort();
    this.#stream?.catch(() => {});
  }

  #waitedFor(milliseconds: number): void {
    this.waited[this.#started ? 'rest' : 'first'] += milliseconds;
    this.#silent += milliseconds;
  }

  #breakOff(word: string): never {
    const { endpoint } = this.#options;
    this.abort();
    throw endpoint.error('stream-cut', `${said('{0} broke the reply off ({1}).', endpoint.address.host, word)}${keptSentence(this.#kept)} ${said('Try again; if it repeats, look at the server\'s log.')}`);
  }

  #read(value: unknown, read: WireRequest['read'] | undefined): Delta {
    const { endpoint } = this.#options;
    const delta = read?.(value) ?? null;
    if (!delta) {
      this.abort();
      throw endpoint.error('server-error', `${said('{0} sent something that is not a chat completion.', endpoint.address.host)}${keptSentence(this.#kept)} ${said('Check that the address belongs to an OpenAI-compatible server.')}`);
    }
    if (delta.failure !== undefined) {
      this.abort();
      throw endpoint.error('server-error', `${said('{0} broke off with an error of its own.', endpoint.address.host)}${keptSentence(this.#kept)} ${said('It said: {0}', sentence(delta.failure))}`);
    }
    if (speaks(delta)) this.#started = true;
    if (speaks(delta) || (delta.finish && this.finish === null)) this.#silent = 0;
    // What came in the same chunk is given out first.
    if (delta.finish && GAVE_UP.has(delta.finish)) this.#gaveUp = delta.finish;
    else if (delta.finish) this.finish = delta.finish;
    if (delta.usage) this.usage = delta.usage;
    // By its name all replies of a request would be controlled together.
    if (this.shared === null) this.id ??= delta.id;
    return delta;
  }

  /** A stream that ends without a finish: some servers never send one but say [DONE]; otherwise it was cut. */
  async #judgeEnd(): Promise<void> {
    const stream = await this.#stream;
    if (stream?.tail?.done) {
      this.finish = 'stop';
      return;
    }
    throw toReasoningError(new Error('ended early'), this.#options.endpoint.failure(this.#options.model, { streaming: true, kept: this.#kept }));
  }

  get #kept(): boolean {
    return this.#started && this.#options.keeps !== false;
  }

  #patience(): number {
    const { timeouts } = this.#options.endpoint;
    if (this.finish !== null) return AFTER_FINISH_MS;
    return this.#started ? timeouts.betweenTokens : timeouts.firstToken;
  }

  #tooLate(): Error {
    const { endpoint, model } = this.#options;
    const waited = inWords(this.#patience());
    const host = endpoint.address.host;
    return endpoint.error(
      'timeout',
      this.#started
        ? `${said('{0} sent nothing for {1} in the middle of its reply.', host, waited)}${keptSentence(this.#kept)} ${said('Try again; if it repeats, look at the server\'s log.')}`
        : said('{0} did not begin to reply within {1}. {2} may still be loading, or the server is busy. Try again in a moment.', host, waited, model),
    );
  }

  async #pull(): Promise<IteratorResult<unknown>> {
    this.#stream ??= this.#open();
    const stream = await this.#stream;
    return await stream.chunks.next();
  }

  async #open(): Promise<Opened> {
    const { endpoint, tolerance, notify } = this.#options;
    const request = await this.#options.request(this.#hangUp.signal);
    const forget = tolerance.remember();
    const given: string[] = [];
    let limited = true;
    for (let waits = 0, refusals = 0; ; ) {
      const sent = tolerance.apply(limited ? request.body : { ...request.body, max_tokens: undefined });
      try {
        this.sent = true;
        const stream = (await this.#joined(request, sent)) ?? (await endpoint.stream({ ...request, body: sent }, this.#hangUp.signal));
        if (given.length > 0) notify('fields-not-supported', said('{0} does not accept {1}; the request was sent without.', endpoint.address.host, [...new Set(given)].join(', ')));
        return { ...stream, read: request.read };
      } catch (error) {
        this.sent = this.#hangUp.signal.aborted;
        const http = httpFailureIn(error);
        const overflow = isOverflow(error, this.#options);
        const learnt = http && refusals < MOST_REFUSALS && !overflow ? tolerance.learn(http, sent, this.#options.onlyNamed) : [];
        const wait = http ? this.#waitFor(http, waits) : undefined;
        if (overflow && limited && 'max_tokens' in request.body) {
          limited = false; // the prompt may fit, only not together with the limit; Reins counts anyway
        } else if (learnt.length > 0) {
          refusals += 1;
          // The other name of the token limit is a spelling, not a loss.
          given.push(...learnt.filter((field) => field !== 'max_tokens'));
        } else if (wait !== undefined) {
          waits += 1;
          if (!isLoading(http)) notify('waiting-for-server', waitSentence(endpoint.address.host, wait, http));
          else if (waits === 1) notify('waiting-for-server', said('{0} is loading the model; Reins waits for it.', endpoint.address.host));
          await endpoint.pause(wait, this.#hangUp.signal);
        } else {
          forget();
          throw http?.status === 404 ? await this.#withOffer(error) : error;
        }
      }
    }
  }

  async #joined(request: WireRequest, sent: Body): Promise<RawStream | null> {
    const { share, endpoint } = this.#options;
    const stream = share ? await share.group.join(share.index, sent, share.field, (body, signal) => endpoint.stream({ ...request, body }, signal), this.#hangUp.signal) : null;
    if (share && stream) this.shared = share.index === 0 ? 'first' : 'another';
    return stream;
  }

  /** Milliseconds to wait before the request is sent again; undefined when that would not help. */
  #waitFor(http: HttpFailure, waits: number): number | undefined {
    if (http.status !== 429 && http.status !== 503) return undefined;
    if (isLoading(http)) return LOADING_PAUSE_MS; // bounded by the patience for the first token
    // Credit does not come back by waiting.
    if (waits >= BUSY_WAITS_MS.length || http.code === 'insufficient_quota') return undefined;
    const wait = http.retryAfter ?? (this.#options.hurried ? undefined : BUSY_WAITS_MS[waits]);
    return wait !== undefined && wait <= this.#options.endpoint.timeouts.retryAfter ? wait : undefined;
  }

  /** A model that is not there: say which are. */
  async #withOffer(error: unknown): Promise<unknown> {
    const { endpoint, model } = this.#options;
    const offered = await endpoint.listModels(this.#hangUp.signal).catch(() => null);
    if (offered === null || offered.some((one) => one.id === model)) return error;
    const names = offered.slice(0, 8).map((one) => one.id).join(', ');
    const more = offered.length > 8 ? `, and ${offered.length - 8} more` : '';
    return endpoint.error('model-missing', said('{0} has no model "{1}". {2}', endpoint.address.host, model, names === '' ? 'The server offers none.' : `Choose another model name; the server offers: ${names}${more}.`), error);
  }
}

function waitSentence(host: string, wait: number, http: HttpFailure | undefined): string {
  if (http?.retryAfter !== undefined) return said('{0} asks to wait {1}; Reins tries again then.', host, inWords(wait));
  return http?.status === 429 ? said('{0} is limiting requests; Reins tries again in {1}.', host, inWords(wait)) : said('{0} is not ready; Reins tries again in {1}.', host, inWords(wait));
}

/** llama-server's 503 while it reads the model from disk. */
function isLoading(http: HttpFailure | undefined): boolean {
  return http?.status === 503 && http.retryAfter === undefined && /loading/i.test(http.detail);
}

function isOverflow(error: unknown, { endpoint, model }: ReplyStreamOptions): boolean {
  const translated = toReasoningError(error, endpoint.failure(model));
  return 'reason' in translated && translated.reason === 'context-overflow';
}
