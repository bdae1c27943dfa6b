/** The engine's side of the channel: a run service, served. */
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError, type CancellationToken } from 'vscode-jsonrpc/node';
import { isCancellation, ReasoningError } from '../reasoning/errors.ts';
import type { ThoughtReader } from '../runs/reading/reader.ts';
import type { RunService } from '../runs/service.ts';
import { CANCELLED, check, eventsNotification, PROTOCOL, REASONING_ERROR, requests, type Vitals } from './contract.ts';

/** Serve until the parent is gone. Resolves then. */
export async function serve(service: RunService & Partial<ThoughtReader>, channel: NodeJS.Process): Promise<void> {
  const connection = createMessageConnection(new IPCMessageReader(channel), new IPCMessageWriter(channel));
  connection.onRequest(requests.hello.method, () => ({ protocol: PROTOCOL, pid: channel.pid }));
  connection.onRequest(requests.ping.method, vitals);
  connection.onRequest(requests.describe.method, (data: unknown, token: CancellationToken) =>
    answer(() => service.describe(check(requests.describe.params, data, 'describe').model, signalOf(token))),
  );
  connection.onRequest(requests.run.method, (data: unknown, token: CancellationToken) =>
    answer(() => {
      const request = check(requests.run.params, data, 'run');
      const send = (events: unknown): void => void connection.sendNotification(eventsNotification.method, { run: request.run, events });
      return service.run(request, send, signalOf(token));
    }),
  );
  connection.onRequest(requests.read.method, (data: unknown, token: CancellationToken) =>
    answer(() => {
      if (!service.read) throw new ReasoningError('internal', 'This engine reads no thoughts.');
      return service.read(check(requests.read.params, data, 'read'), signalOf(token));
    }),
  );
  connection.onRequest(requests.steer.method, (data: unknown) =>
    answer(() => {
      const { run, command } = check(requests.steer.params, data, 'steer');
      return service.steer(run, command);
    }),
  );
  const gone = new Promise<void>((resolve) => channel.once('disconnect', resolve));
  connection.listen();
  await gone;
  connection.dispose();
}

function vitals(): Vitals {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, memoryBytes: process.memoryUsage.rss() };
}

/** Errors cross as a reason and a sentence; the cause stays in the engine's log. */
async function answer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isCancellation(error)) throw new ResponseError(CANCELLED, 'cancelled');
    const failure = ReasoningError.from(error);
    console.error(failure.stack, failure.cause ?? '');
    throw new ResponseError(REASONING_ERROR, failure.message, { reason: failure.reason });
  }
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
