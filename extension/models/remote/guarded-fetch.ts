/**
 * The one place where Reins touches the network for a model: fetch, with rules. Only the chosen server is contacted (a redirect elsewhere is refused),
 * only the headers needed are sent (the SDK would add others, also from the environment), an answer that is no API answer is named as such.
 */
import * as v from 'valibot';
import { ReasoningError } from '../../reasoning/errors.ts';
import { HttpFailure } from './failures.ts';
import { offlineError } from './offline.ts';
import { said } from '../../trace/said.ts';

/** What Node's client says of a connection that was closed. */
const closedSchema = v.object({ code: v.literal('UND_ERR_SOCKET'), socket: v.object({ bytesRead: v.number() }) });

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface GuardOptions {
  /** Scheme, host and port that may be contacted. */
  readonly origin: string;
  readonly key: string | undefined;
  /** For tests; default the global one at the time of the call (editors patch it for proxies and certificates). */
  readonly fetch?: Fetch | undefined;
  /** True while every call is forbidden. */
  readonly offline?: (() => boolean) | undefined;
}

/** How a stream ended. `done` is true once the server said [DONE]. */
export interface StreamTail {
  done: boolean;
}

const tails = new WeakMap<Response, StreamTail>();
const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 3;
/** Bytes of an error answer that are read. */
const MOST_ERROR_TEXT = 16_384;
/** Bytes of one line of a stream, or of a short answer. A reply of a million tokens in one piece is smaller. */
const MOST_LINE = 64 * 1024 * 1024;

export function streamTail(response: Response): StreamTail | undefined {
  return tails.get(response);
}

export function guardedFetch(options: GuardOptions): Fetch {
  return async (input, init = {}) => {
    let url = new URL(input instanceof Request ? input.url : input);
    const fetchNow: Fetch = options.fetch ?? globalThis.fetch;
    for (let redirects = 0; ; redirects += 1) {
      if (url.origin !== options.origin) throw elsewhere(url);
      if (options.offline?.()) throw offlineError();
      const response = await sent(() => fetchNow(url.href, { ...init, headers: plainHeaders(init, options.key), redirect: 'manual' }));
      const location = response.headers.get('location');
      // Status 0 is how some implementations hide a redirect they did not follow.
      const redirected = REDIRECTS.includes(response.status) || response.status === 0;
      if (!redirected) return await checked(response, init, options.key === undefined ? [] : [options.key]);
      await response.body?.cancel().catch(() => {});
      if (location === null || redirects >= MOST_REDIRECTS) throw new ReasoningError('server-refused', said('{0} redirects without an end or an address. Check the address of the server.', url.host));
      url = new URL(location, url);
    }
  };
}

/**
 * A server may close a connection that it keeps open just while the next request is on its way there. Such a request was not answered, so it is sent once more, on
 * a connection of its own (RFC 9112, section 9.3.1). A connection that never brought an answer was closed for a reason, which is told.
 */
async function sent(send: () => Promise<Response>): Promise<Response> {
  try {
    return await send();
  } catch (error) {
    if (!wasReused(error)) throw error;
    return send();
  }
}

function wasReused(error: unknown): boolean {
  const result = v.safeParse(closedSchema, error instanceof Error ? error.cause : undefined);
  return result.success && result.output.socket.bytesRead > 0;
}

function elsewhere(url: URL): ReasoningError {
  return new ReasoningError('server-refused', said('The server redirects to {0}, which is not the server you chose, so nothing was sent there. If that is right, enter it as the server\'s address.', url.host));
}

function plainHeaders(init: RequestInit, key: string | undefined): Headers {
  const headers = new Headers({ accept: new Headers(init.headers).get('accept') ?? 'application/json', 'user-agent': 'reins' });
  if (init.body) headers.set('content-type', 'application/json');
  if (key !== undefined && key !== '') headers.set('authorization', `Bearer ${key}`);
  return headers;
}

async function checked(response: Response, init: RequestInit, secrets: readonly string[]): Promise<Response> {
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok) throw new HttpFailure(response.status, await shortText(response), response.headers, secrets);
  if (type.includes('text/html')) {
    await response.body?.cancel().catch(() => {});
    throw new ReasoningError('server-refused', said('The address answers with a web page, not with an API. Check that it ends in /v1, and that no sign-in page of a network or proxy stands in between.'));
  }
  const wantsStream = typeof init.body === 'string' && init.body.includes('"stream":true');
  if (!response.body) return response;
  if (!wantsStream) return limited(response, response.body);
  if (type.includes('application/json')) {
    const failure = new HttpFailure(response.status, await shortText(response), response.headers, secrets);
    throw new ReasoningError('server-error', failure.detail === '' ? said('The server does not stream its replies, which Reins needs to watch and steer them.') : said('The server answered with an error: {0}', failure.detail));
  }
  return withTail(response, response.body);
}

/** Pass the bytes on and notice the [DONE] that the SDK keeps to itself: without it, a stream that just ends was cut. */
function withTail(response: Response, body: ReadableStream<Uint8Array>): Response {
  const tail: StreamTail = { done: false };
  const decoder = new TextDecoder();
  const length = lineLength();
  let end = '\n';
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      length(bytes);
      end = (end + decoder.decode(bytes, { stream: true })).slice(-4096);
      if (/[\r\n]data:\s*\[DONE\]/.test(end)) tail.done = true;
      end = end.slice(-64);
      controller.enqueue(bytes);
    },
  });
  const watched = new Response(body.pipeThrough(watch), { status: response.status, headers: response.headers });
  tails.set(watched, tail);
  return watched;
}

/** A short answer that is not short is not read into memory. */
function limited(response: Response, body: ReadableStream<Uint8Array>): Response {
  let total = 0;
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      total += bytes.length;
      if (total > MOST_LINE) throw tooMuch();
      controller.enqueue(bytes);
    },
  });
  return new Response(body.pipeThrough(watch), { status: response.status, headers: response.headers });
}

/** Counts the bytes since the last line break. */
function lineLength(): (bytes: Uint8Array) => void {
  let since = 0;
  return (bytes) => {
    const at = bytes.lastIndexOf(0x0a);
    since = at < 0 ? since + bytes.length : bytes.length - at - 1;
    if (since > MOST_LINE) throw tooMuch();
  };
}

function tooMuch(): ReasoningError {
  return new ReasoningError('server-error', said('The server sent more than {0} MB in one piece, so Reins hung up. Check that the address belongs to a model server.', MOST_LINE / 1024 / 1024));
}

async function shortText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < MOST_ERROR_TEXT) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    // A body that breaks off says nothing more; the status is enough.
  }
  return text;
}
