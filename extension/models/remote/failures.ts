/** Turns whatever goes wrong between here and a server into a typed reason and a sentence that says what to do. No key is ever part of one. */
import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { isCancellation, redact, ReasoningError } from '../../reasoning/errors.ts';
import type { RunErrorReason } from '../../trace/events.ts';
import { cancelled } from './timeouts.ts';
import { said } from '../../trace/said.ts';

export interface FailureContext {
  /** Host and port, for the sentence. */
  readonly host: string;
  readonly model?: string;
  readonly secrets: readonly string[];
  /** True once a stream has begun: a lost connection then means a cut answer. */
  readonly streaming?: boolean;
  /** True when text of this reply has come and stays with the run: only then is it worth a word. */
  readonly kept?: boolean;
}

/** An answer of the server that was an HTTP error. Thrown by our fetch, so that no third party words the sentence. */
export class HttpFailure extends Error {
  readonly status: number;
  /** The server's own words, shortened; empty when it sent a web page. */
  readonly detail: string;
  readonly code: string;
  /** Request field the server objects to, if it names one. */
  readonly param: string;
  /** Milliseconds the server asks to wait, if it does. */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: string, headers: Headers, secrets: readonly string[]) {
    super(`HTTP ${status}`);
    this.name = 'HttpFailure';
    const said = readErrorBody(redact(body, secrets));
    this.status = status;
    this.detail = said.message;
    this.code = said.code;
    this.param = said.param;
    this.retryAfter = readRetryAfter(headers);
  }
}

/** First of that kind in the chain of causes (the SDK wraps what our fetch throws). */
export function httpFailureIn(error: unknown): HttpFailure | undefined {
  return chain(error).find((one): one is HttpFailure => one instanceof HttpFailure);
}

/** Said only of a reply that had begun to come. */
export function keptSentence(kept: boolean | undefined): string {
  return kept ? ` ${said('What came so far is kept.')}` : '';
}

export function toReasoningError(error: unknown, context: FailureContext): Error {
  if (isCancellation(error) || error instanceof APIUserAbortError) return cancelled();
  const causes = chain(error);
  const own = causes.find((one): one is ReasoningError => one instanceof ReasoningError);
  if (own) return own;
  const make = (reason: RunErrorReason, message: string): ReasoningError => new ReasoningError(reason, message, { cause: error, secrets: context.secrets });
  const http = httpFailureIn(error);
  if (http) return fromStatus(http, context, make);
  if (error instanceof APIError && !(error instanceof APIConnectionError)) {
    // An error object inside the stream.
    return make('server-error', `${said('{0} broke off with an error of its own.', context.host)}${keptSentence(context.kept)} ${said('It said: {0}', sentence(error.message))}`);
  }
  if (error instanceof SyntaxError) return make('server-error', said('{0} sent a stream that is not valid JSON, so the rest of the reply could not be read. Try again; if it repeats, look at the server\'s log.', context.host));
  const codes = causes.map((one) => codeOf(one)).filter((code) => code !== '');
  if (context.streaming) return make('stream-cut', `${said('The connection to {0} was lost before the reply was complete.', context.host)}${keptSentence(context.kept)} ${said('Try again; if it repeats, look at the server\'s log.')}`);
  return fromNetwork(codes, causes.map((one) => (one instanceof Error ? one.message : '')).join(' '), context, make);
}

type Make = (reason: RunErrorReason, message: string) => ReasoningError;

function fromStatus(http: HttpFailure, { host, model }: FailureContext, make: Make): ReasoningError {
  const own = http.detail === '' ? '' : ` ${said('It said: {0}', http.detail)}`;
  const { status } = http;
  if (/context_length|context_overflow/.test(http.code) || /context (length|size|window)|maximum context|exceeds? the (available )?context|too many tokens|prompt is too long/i.test(http.detail) || status === 413) {
    return make('context-overflow', said('The question and code are too long for {0} on {1}. Ask about less code or lower the budgets.', model ?? said('the model'), host) + own);
  }
  if (status === 401) return make('unauthorized', said('{0} did not accept the key. Check the key of this server.', host) + own);
  if (status === 403) return make('unauthorized', (model ? said('{0} refused access to {1}: the key may not have the permission, or the account is not allowed to use it.', host, model) : said('{0} refused access: the key may not have the permission, or the account is not allowed to use it.', host)) + own);
  if (status === 404 || status === 405) return make(model ? 'model-missing' : 'server-refused', model ? said('{0} does not know the model "{1}", or has no chat completions there. Check the model\'s name and that the address ends in /v1.', host, model) + own : said('There is no OpenAI-compatible server at this address of {0}. Check that it ends in /v1 or what the server\'s manual says.', host) + own);
  if (status === 407) return make('server-unreachable', `${proxySignIn(host)}${own}`);
  if (status === 402 || http.code === 'insufficient_quota') return make('rate-limited', said('The account at {0} has no credit left.', host) + own);
  if (status === 429) {
    const wait = http.retryAfter === undefined ? said('Wait a little and try again.') : said('It asks to wait {0}.', inWords(http.retryAfter));
    return make('rate-limited', said('{0} is limiting requests. {1}', host, wait) + own);
  }
  if (status === 503) return make('server-error', said('{0} is not ready (503): it may be loading the model or overloaded. Try again in a moment.', host) + own);
  if (status >= 500) return make('server-error', said('{0} failed with an error of its own ({1}). Try again; if it repeats, look at the server\'s log.', host, status) + own);
  return make('bad-request', said('{0} did not accept the request ({1}).', host, status) + own);
}

function proxySignIn(host: string): string {
  return said('A proxy between here and {0} asks for a sign-in. Set the proxy in the settings of the editor or the system, with its user name.', host);
}

function fromNetwork(codes: readonly string[], text: string, { host }: FailureContext, make: Make): ReasoningError {
  const has = (...wanted: readonly string[]): boolean => codes.some((code) => wanted.includes(code));
  // Node's own client words it so when a proxy does not open the way.
  const proxy = /proxy response \((\d{3})\)/i.exec(text);
  if (proxy?.[1] === '407') return make('server-unreachable', proxySignIn(host));
  if (proxy) return make('server-unreachable', said('A proxy between here and {0} did not let the connection through ({1}). Check the proxy\'s rules, or leave {2} out of the proxy\'s settings.', host, proxy[1] ?? '', host));
  if (has('ECONNREFUSED')) return make('server-unreachable', said('Nothing answers at {0}. Start the server, or check the address and port.', host));
  if (has('ENOTFOUND')) return make('server-unreachable', said('The name {0} could not be found. Check the spelling of the address and your connection.', host));
  if (has('EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN')) return make('server-unreachable', said('{0} cannot be looked up or reached: this machine seems to be offline. Check the connection, or choose the bundled model, which needs none.', host));
  if (has('EHOSTUNREACH', 'EHOSTDOWN')) return make('server-unreachable', said('There is no way to {0} from here. Check that the machine is on and in the same network or VPN.', host));
  if (has('ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT')) return make('server-unreachable', said('{0} did not take the connection in time. Check the address, a firewall, or a VPN.', host));
  if (has('UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT')) return make('timeout', said('{0} took the request but did not answer in time.', host));
  if (has('ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO') || /wrong version number|packet length too long/i.test(text)) return make('server-unreachable', said('{0} does not speak TLS. If it is a server on your own machine or network, write http:// instead of https://.', host));
  if (codes.some((code) => /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_/.test(code))) return make('server-unreachable', said('The certificate of {0} is not trusted here ({1}). Add its authority to the system\'s certificates; Reins does not skip the check.', host, codes.find((code) => /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_/.test(code)) ?? ''));
  if (has('ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE')) return make('server-unreachable', said('{0} closed the connection without an answer. Check the server\'s log, and whether a proxy stands in between.', host));
  return make('server-unreachable', codes[0] ? said('{0} could not be reached ({1}). Check the address and your connection.', host, codes[0]) : said('{0} could not be reached. Check the address and your connection.', host));
}

function chain(error: unknown): unknown[] {
  const out: unknown[] = [];
  for (let one = error; one !== undefined && one !== null && out.length < 8; one = one instanceof Error ? one.cause : undefined) {
    out.push(one);
    if (one instanceof AggregateError) out.push(...(one.errors as unknown[]));
  }
  return out;
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

function readErrorBody(body: string): { message: string; code: string; param: string } {
  const none = { message: '', code: '', param: '' };
  const text = body.trim();
  if (text === '' || text.startsWith('<')) return none;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ...none, message: sentence(text) };
  }
  const outer = record(value);
  const error = record(outer['error']);
  const message = first(error['message'], outer['error'], outer['message'], outer['detail']);
  return { message: sentence(message), code: first(error['code'], error['type'], outer['code']), param: first(error['param']) };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function first(...values: readonly unknown[]): string {
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? '';
}

/** A server's words: at most 200 characters, on one line, with a full stop. */
export function sentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > 200 ? `${line.slice(0, 199)}…` : line;
  return short === '' || /[.!?…]$/.test(short) ? short : `${short}.`;
}

function readRetryAfter(headers: Headers): number | undefined {
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** A duration a person can read. */
export function inWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 90) return seconds === 1 ? said('1 second') : said('{0} seconds', seconds);
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? said('{0} minutes', minutes) : said('{0} hours', Math.round(minutes / 60));
}
