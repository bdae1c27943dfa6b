/**
 * A loopback OpenAI-compatible server that says what a script tells it, in the wire format of a real server. For tests, and for trying Reins by hand:
 *
 *     node -e "import('./test/support/scripted-server/server.ts').then((m) => m.startScriptedServer({ delayMs: 60 })).then((s) => console.log(s.baseUrl))"
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { profiles } from './profiles.ts';
import { echoReasoner, restOfScript } from './script.ts';
import { writeStream, type Pace } from './stream.ts';
import type { ChatBody, Fault, Profile, ScriptedServer, ScriptedServerOptions, SeenRequest } from './types.ts';

const HTML = '<!doctype html><html><head><title>Sign in</title></head><body>Please sign in to the network.</body></html>';

export async function startScriptedServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const profile: Profile = { ...profiles[options.profile ?? 'vllm'], ...options.overrides };
  const models = options.models === undefined ? ['scripted-reasoner'] : options.models;
  const root = options.root ?? '/v1';
  const requests: SeenRequest[] = [];
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const pace: Pace = { delayMs: options.delayMs ?? 0, holdAfter: options.holdAfter, released };
  let chatCount = 0;

  /** In the sizes of the usage: four characters a token. */
  function cachedOf(body: ChatBody | null): number {
    const prompt = JSON.stringify(body?.messages ?? []);
    return Math.max(0, ...requests.map((before) => Math.floor(sameStart(prompt, JSON.stringify(before.body?.messages ?? [])) / 4)));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, { error: { message: String(error) } });
      else response.destroy();
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const body = await readBody(request);
    const seen: SeenRequest = { method: request.method ?? 'GET', path, headers: request.headers, body, cached: cachedOf(body), tokensSent: 0, aborted: false, finished: false };
    requests.push(seen);
    response.on('close', () => (seen.aborted = !response.writableFinished));
    response.on('finish', () => (seen.finished = true));
    response.on('error', () => {});
    const isChat = seen.method === 'POST' && path === `${root}/chat/completions`;
    const fault = isChat ? options.faults?.[chatCount++] : path === `${root}/models` ? options.modelsFault : undefined;
    if (fault && failEarly(request, response, fault)) return;
    if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`) {
      return json(response, 401, { error: { message: `Incorrect API key provided: ${request.headers.authorization ?? 'none'}.`, code: 'invalid_api_key' } });
    }
    if (seen.method === 'GET' && path === `${root}/models` && models) {
      return json(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model', max_model_len: 8192 })) });
    }
    if (!isChat) return json(response, 404, { error: { message: `There is nothing at ${path}.` } });
    await chat(response, seen, fault);
  }

  async function chat(response: ServerResponse, seen: SeenRequest, fault: Fault | undefined): Promise<void> {
    const body = seen.body;
    if (!body?.messages) return json(response, 400, { error: { message: 'messages is required', param: 'messages' } });
    if (models && !models.includes(body.model ?? '')) return json(response, 404, { error: { message: `The model \`${body.model ?? ''}\` does not exist.`, code: 'model_not_found' } });
    const refused = profile.refusedFields.find((field) => body[field] !== undefined);
    if (refused === 'max_tokens') return json(response, 400, { error: { message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", param: 'max_tokens', code: 'unsupported_parameter' } });
    if (refused !== undefined) return json(response, 400, { error: { message: `Unrecognized request argument supplied: ${refused}`, type: 'invalid_request_error' } });
    if (profile.prefix === 'refused' && body.messages.at(-1)?.role === 'assistant') return json(response, 400, { error: { message: 'The last message must be from the user.' } });
    const question = body.messages.findLast((message) => message.role === 'user')?.content ?? '';
    const last = body.messages.at(-1);
    const begun = last?.role === 'assistant' ? `${last.reasoning_content ?? ''}${last.content ?? ''}` : '';
    const input = { question, effort: body.reasoning_effort ?? 'medium', begun };
    const script = typeof options.script === 'function' ? options.script(input) : (options.script ?? echoReasoner(input));
    await writeStream(response, seen, body, restOfScript(script, body, profile), profile, pace, fault);
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}${root}`,
    requests,
    chats: () => requests.filter((request) => request.path === `${root}/chat/completions`),
    release: () => release(),
    until: (test, timeoutMs = 5000) => until(() => test(requests), timeoutMs),
    close: async () => {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sameStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

function failEarly(request: IncomingMessage, response: ServerResponse, fault: Fault): boolean {
  if (fault.kind === 'status') json(response, fault.status, { error: { message: fault.message ?? `status ${fault.status}`, ...(fault.code ? { code: fault.code } : {}) } }, fault.headers);
  else if (fault.kind === 'html') response.writeHead(fault.status ?? 200, { 'content-type': 'text/html; charset=utf-8' }).end(HTML);
  else if (fault.kind === 'close') request.socket.destroy();
  else if (fault.kind === 'redirect') response.writeHead(307, { location: fault.location }).end();
  else return fault.kind === 'hang' && fault.after === 0;
  return true;
}

function json(response: ServerResponse, status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

async function readBody(request: IncomingMessage): Promise<ChatBody | null> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += String(part);
  return text === '' ? null : (JSON.parse(text) as ChatBody);
}

async function until(test: () => boolean, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!test()) {
    if (Date.now() > end) throw new Error('The scripted server did not see what was waited for.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
