/** The HTTP part of the servers that play a real one: routes by method and path, and every request kept for assertions. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Json = Readonly<Record<string, unknown>>;

export interface WireSeen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
  /** Tokens sent so far. */
  sent: number;
  /** The client hung up before the end. */
  aborted: boolean;
}

export interface Exchange {
  readonly seen: WireSeen;
  readonly response: ServerResponse;
  readonly body: Json;
}

export type Routes = Readonly<Record<string, (exchange: Exchange) => Promise<void> | void>>;

export interface WireServer {
  /** Without a path. */
  readonly origin: string;
  readonly requests: readonly WireSeen[];
  /** Bodies sent to one path, in order. */
  sentTo(path: string): readonly Json[];
  until(test: (requests: readonly WireSeen[]) => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function serveWire(routes: Routes): Promise<WireServer> {
  const requests: WireSeen[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const part of request.setEncoding('utf8')) text += String(part);
      const body = (text === '' ? {} : JSON.parse(text)) as Json;
      const seen: WireSeen = { method: request.method ?? 'GET', path: request.url ?? '/', headers: request.headers, body, sent: 0, aborted: false };
      requests.push(seen);
      response.on('close', () => (seen.aborted = !response.writableFinished));
      response.on('error', () => {});
      const route = routes[`${seen.method} ${seen.path}`];
      if (route) await route({ seen, response, body });
      else json(response, 404, { error: { message: `There is nothing at ${seen.path}.`, code: 404, type: 'not_found_error' } });
    })().catch((error: unknown) => (response.headersSent ? response.destroy() : json(response, 500, { error: { message: String(error) } })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    sentTo: (path) => requests.filter((request) => request.path === path && request.method === 'POST').map(({ body }) => body),
    until: async (test) => {
      for (const end = Date.now() + 8000; !test(requests); ) {
        if (Date.now() > end) throw new Error('The server did not see what was waited for.');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(response: ServerResponse, status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** A stream of server-sent events or of JSON lines. `token` waits a moment, and says whether anybody still listens. */
export interface Sending {
  event(value: unknown, name?: string): void;
  token(): Promise<boolean>;
  end(last?: string): void;
}

export function sending({ seen, response }: Exchange, format: 'events' | 'lines' = 'events', delayMs = 0): Sending {
  response.writeHead(200, { 'content-type': format === 'events' ? 'text/event-stream' : 'application/x-ndjson' });
  return {
    event: (value, name) => response.write(format === 'lines' ? `${JSON.stringify(value)}\n` : `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`),
    token: async () => {
      seen.sent += 1;
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      else if (seen.sent % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
      return !response.destroyed;
    },
    end: (last) => void response.end(last),
  };
}
