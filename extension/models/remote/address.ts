/** Addresses of servers as people type them, made into the base address of an OpenAI-compatible API. */
import { ReasoningError } from '../../reasoning/errors.ts';
import { said } from '../../trace/said.ts';

export interface ServerAddress {
  /** Without a trailing slash, e.g. https://host/v1. */
  readonly baseUrl: string;
  /** Host and port, for showing. */
  readonly host: string;
  readonly local: boolean;
  /** What a person should know before a key is sent there. */
  readonly warning?: string;
}

const PRIVATE = [/^127\./, /^10\./, /^192\.168\./, /^172\.(1[6-9]|2\d|3[01])\./, /^169\.254\./, /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./];
const KNOWN_PATH = /\/(?:chat\/completions|completions|models|responses)\/?$/;

/** True for this machine and for private networks (RFC 1918, link-local, RFC 6598, .local and one-word names). */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopback(host)) return true;
  if (/^\d+(\.\d+){3}$/.test(host)) return PRIVATE.some((pattern) => pattern.test(host));
  if (host.includes(':')) return /^(f[cd]|fe[89ab])/.test(host);
  return !host.includes('.') || /\.(local|lan|internal|home\.arpa)$/.test(host);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\./.test(host);
}

/**
 * Accepts `host:port`, with or without a scheme, with or without /v1, and the full address of an endpoint. A path that is already there is kept
 * (gateways have their own); only an empty one gets /v1. Plain http is for private hosts.
 */
export function normalizeAddress(input: string): ServerAddress {
  const text = input.trim();
  if (text === '') throw new ReasoningError('bad-request', said('Enter the address of the server, for example http://127.0.0.1:8080/v1.'));
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const guess = hasScheme ? text : `${isPrivateHost(hostOf(text)) ? 'http' : 'https'}://${text}`;
  let url: URL;
  try {
    url = new URL(guess);
  } catch {
    throw new ReasoningError('bad-request', said('"{0}" is not an address. Enter one like http://127.0.0.1:8080/v1.', shortened(text)));
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new ReasoningError('bad-request', said('The address of a server starts with http:// or https://.'));
  if (url.username !== '' || url.password !== '') {
    throw new ReasoningError('bad-request', said('Leave user name and password out of the address; enter the key separately, so that it can be stored safely.'));
  }
  const local = isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
  const secure = url.protocol === 'https:';
  if (!secure && !isPrivateHost(url.hostname)) {
    throw new ReasoningError('bad-request', said('{0} is on the internet; use https:// so that your code and key are not sent in the clear.', url.host));
  }
  const path = url.pathname.replace(KNOWN_PATH, '').replace(/\/+$/, '');
  const baseUrl = `${url.origin}${path === '' ? '/v1' : path}`;
  const warning = secure || local ? undefined : said('The connection to {0} is not encrypted: anyone on that network can read prompts, answers and the key.', url.host);
  return { baseUrl, host: url.host, local, ...(warning === undefined ? {} : { warning }) };
}

function hostOf(text: string): string {
  const host = text.split('/')[0] ?? '';
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : (host.split(':')[0] ?? '');
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
