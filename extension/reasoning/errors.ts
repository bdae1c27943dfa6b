/** Errors with a typed reason and a sentence a person can act on. Secrets are redacted here, where errors are built. */
import type { RunErrorReason } from '../trace/events.ts';

const SECRET_PATTERNS: readonly RegExp[] = [
  /\b(?:sk|pk|rk|key|tok)[-_][A-Za-z0-9_-]{8,}/g,
  /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi,
  /((?:api[-_]?key|authorization|x-api-key|token|secret|password)["']?\s*[:=]\s*["']?)[^\s"',;&]{4,}/gi,
  /(\/\/)[^/\s:@]+:[^/\s@]+@/g,
];

/** Replace anything that looks like a key, and every secret given, by a mark. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length >= 4) clean = clean.replaceAll(secret, '[redacted]');
  }
  clean = clean.replace(SECRET_PATTERNS[0]!, '[redacted]');
  clean = clean.replace(SECRET_PATTERNS[1]!, '$1 [redacted]');
  clean = clean.replace(SECRET_PATTERNS[2]!, '$1[redacted]');
  return clean.replace(SECRET_PATTERNS[3]!, '$1[redacted]@');
}

/** The one error class of the product. `message` is a sentence for a person; `cause` keeps the original for the log. */
export class ReasoningError extends Error {
  readonly reason: RunErrorReason;

  constructor(reason: RunErrorReason, message: string, options: { cause?: unknown; secrets?: readonly string[] } = {}) {
    super(redact(message, options.secrets), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ReasoningError';
    this.reason = reason;
  }

  static is(error: unknown, reason?: RunErrorReason): error is ReasoningError {
    return error instanceof ReasoningError && (reason === undefined || error.reason === reason);
  }

  /** Wrap anything thrown. An error that is ours already passes through. */
  static from(error: unknown, reason: RunErrorReason = 'internal', secrets: readonly string[] = []): ReasoningError {
    if (error instanceof ReasoningError) return error;
    const text = error instanceof Error ? error.message : String(error);
    return new ReasoningError(reason, text, { cause: error, secrets });
  }
}

/** Thrown when an AbortSignal fires; the one predicate for cancellation in the product. */
export function isCancellation(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'APIUserAbortError' || error.name === 'Canceled');
}
