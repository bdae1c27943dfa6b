/** What the tests of remote models share: a server for the length of a test, and a heart's run over it. */
import assert from 'node:assert/strict';
import type { Clock } from '../../../extension/reasoning/context.ts';
import { RunControl } from '../../../extension/reasoning/control.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';
import type { RunSettings } from '../../../extension/reasoning/plan.ts';
import type { OpenOptions, Session, StepOptions, Token } from '../../../extension/reasoning/port.ts';
import { runReasoning } from '../../../extension/reasoning/run.ts';
import type { ToolBox } from '../../../extension/reasoning/tools/port.ts';
import { RemoteModel, type RemoteModelOptions } from '../../../extension/models/remote/remote-model.ts';
import type { CapabilityRecord } from '../../../extension/models/remote/capability-record.ts';
import { forgetServers } from '../../../extension/models/remote/server-memory.ts';
import { generic } from '../../../extension/models/remote/servers/generic.ts';
import type { Outcome, RunEvent, RunErrorReason, RunEventOf, UnstampedEvent } from '../../../extension/trace/events.ts';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import { tokenize } from '../../support/scripted-server/script.ts';
import type { ScriptedServer, ScriptedServerOptions } from '../../support/scripted-server/types.ts';

export const noSignal = new AbortController().signal;
export const stepOptions: StepOptions = { sampler: { temperature: 0.5 }, seed: 7 };
export const openOptions: OpenOptions = { messages: [{ role: 'user', content: 'What is it?' }], effort: 'medium', think: true, limits: { thinking: 40, solution: 20 } };

export const numbered = (count: number, word: string): string[] => Array.from({ length: count }, (_, index) => ` ${word}${index}`);
/** Thoughts and answer with distinct words, so that the server knows where a continuation stands. Counts when asked to. */
export function saying(thinking: number, answer: number): NonNullable<ScriptedServerOptions['script']> {
  return ({ question }) =>
    /count from one to ten/i.test(question)
      ? { thinking: tokenize('\nThat is easy.\n'), answer: tokenize('one two three four five six seven eight nine ten') }
      : { thinking: numbered(thinking, 't'), answer: numbered(answer, 'a') };
}

/** A record as the tests need it: thoughts in a field, begun replies continued. */
export function recordOf(changes: Partial<CapabilityRecord> = {}): CapabilityRecord {
  return {
    kind: 'generic',
    version: null,
    contextLength: null,
    thoughts: 'reasoning',
    opensThinking: false,
    tags: { open: '<think>', close: '</think>' },
    effort: generic.effort,
    cap: null,
    raw: null,
    prefix: 'flags',
    closes: true,
    continuedThoughts: 'field',
    continuedAnswer: 'content',
    prefixCache: 'documented',
    control: false,
    api: 'chat',
    logprobs: false,
    topLogprobs: 0,
    choices: 'loop',
    streamsUsage: true,
    countsThoughts: true,
    evidence: [],
    ...changes,
  };
}

const running: { close(): Promise<void> }[] = [];

/** Closes with `closeServers` after the test. */
export async function serve(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const server = await startScriptedServer({ script: saying(12, 6), ...options });
  running.push(server);
  return server;
}

export async function closeServers(): Promise<void> {
  await Promise.all(running.splice(0).map((one) => one.close()));
  forgetServers();
}

export type Notice = readonly [code: string, message: string];

export interface Connected {
  readonly model: RemoteModel;
  readonly notices: Notice[];
  /** Chat requests that finding out took; those of the test come after. */
  readonly probes: number;
}

export async function connect(server: ScriptedServer, options: Partial<RemoteModelOptions> & { key?: string } = {}): Promise<Connected> {
  const notices: Notice[] = [];
  const model = await RemoteModel.connect(
    {
      ref: { id: 'remote:scripted', name: 'Scripted', baseUrl: server.baseUrl, model: 'scripted-reasoner' },
      apiKey: async () => options.key,
      onNotice: (code, message) => notices.push([code, message]),
      ...options,
    },
    noSignal,
  );
  running.push({ close: () => model.dispose() });
  return { model, notices, probes: server.chats().length };
}

/** Steps to the end or to `limit` tokens. */
export async function drain(session: Session, limit = Infinity): Promise<Token[]> {
  const tokens: Token[] = [];
  for (let used = 0; used < limit; ) {
    const token = await session.step(stepOptions, noSignal);
    tokens.push(token);
    used += token.count;
    if (token.mark === 'end' || token.mark === 'cut') break;
  }
  return tokens;
}

/** Tokens as text, with marks in angle brackets. */
export function spelled(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.mark ? `<${token.mark}>` : token.text)).join('');
}

export async function failing(work: Promise<unknown>, reason: RunErrorReason, sentence: RegExp): Promise<ReasoningError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ReasoningError, `not ours: ${String(error)}`);
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, sentence);
    return error;
  }
  assert.fail('It should have failed.');
}

const realClock = (): Clock => {
  const start = Date.now();
  return {
    now: () => Date.now() - start,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      }),
  };
};

export interface HeartRun {
  readonly outcome: Outcome;
  readonly events: readonly RunEvent[];
  of<T extends RunEvent['type']>(type: T): RunEventOf<T>[];
  /** Text of the model and of ours, by phase. */
  text(phase: string): string;
  readonly answer: string;
}

/** A run of the heart over a remote model; what its session has to say is among its notices. */
export async function runHeart(
  connected: Connected,
  settings: Partial<RunSettings>,
  onEvent: (event: RunEvent, control: RunControl) => void = () => {},
  tools?: ToolBox,
): Promise<HeartRun> {
  const events: RunEvent[] = [];
  const control = new RunControl(noSignal);
  const clock = realClock();
  const emit = (event: UnstampedEvent): void => {
    const stamped = { ...event, run: 'r', seq: events.length, at: clock.now() } as RunEvent;
    events.push(stamped);
    onEvent(stamped, control);
  };
  const outcome = await runReasoning({
    settings: { run: 'r', question: 'What is it?', effort: 'medium', exits: 'off', ...settings },
    model: connected.model,
    control,
    clock,
    startedAt: '2026-01-01T00:00:00.000Z',
    emit,
    ...(tools ? { tools } : {}),
  });
  const of = <T extends RunEvent['type']>(type: T): RunEventOf<T>[] => events.filter((event): event is RunEventOf<T> => event.type === type);
  return {
    outcome,
    events,
    of,
    text: (phase) => of('tokens').filter((event) => event.phase === phase).map((event) => event.text).join(''),
    answer: of('answer').at(-1)?.text ?? '',
  };
}
