/** The `ask` command from its arguments to its exit code. Everything it touches comes from outside, so that it can be tested. */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { ReadStream } from 'node:tty';
import { ReasoningError } from '../reasoning/errors.ts';
import { AutomaticRunService } from '../runs/automatic/automatic-service.ts';
import { RecordedRunService } from '../runs/recorder.ts';
import type { ModelRef, RunRequest, RunService } from '../runs/service.ts';
import type { SteerCommand } from '../trace/events.ts';
import { TraceStore } from '../trace/store/store.ts';
import type { RunView } from '../trace/view.ts';
import { exitCodeOf, exitCodeOfError, exitCodes } from './exit-codes.ts';
import { awaitFirstToken, type FirstTokenWait } from './first-token.ts';
import { help } from './help.ts';
import { keysLine, listenToKeys } from './keys.ts';
import { LiveView } from './live-view.ts';
import { handedOn, localFirst, type LocalFirst } from './local-first.ts';
import { chooseModel } from './model-choice.ts';
import { parseOptions, type AskOptions } from './options.ts';
import { readCode } from './read-code.ts';
import { printable, styleFor } from './terminal.ts';
import { defaultTraceFolder } from './trace-folder.ts';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface AskWorld {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: ReadStream | { readonly isTTY: false };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. */
  readonly folder: string;
  /** The repository. */
  readonly root: string;
  readonly createService: (model: ModelRef, reader?: ModelRef) => Promise<RunService>;
  /** Calls back when the person interrupts (Ctrl+C). Returns how to stop listening. */
  readonly onInterrupt: (interrupt: () => void) => () => void;
  /** Milliseconds without a token after which that is said; absent: ten seconds. */
  readonly firstTokenMs?: number;
}

/** Run the command. Returns the exit code; never throws. */
export async function askCommand(argv: readonly string[], world: AskWorld): Promise<number> {
  try {
    const options = parseOptions(argv);
    if (options === 'help') {
      world.stdout.write(help);
      return exitCodes.answered;
    }
    return await ask(options, world);
  } catch (error) {
    const failure = ReasoningError.from(error);
    world.stderr.write(`${styleFor(world.stderr, world.env).problem(printable(failure.message))}\n`);
    return exitCodeOfError(failure.reason);
  }
}

async function ask(options: AskOptions, world: AskWorld): Promise<number> {
  const model = await chooseModel(options.handOn?.first ?? options.model, world.root, world.folder);
  const later = options.handOn && (await chooseModel(options.model, world.root, world.folder));
  const reader = options.readWith === undefined ? undefined : await chooseModel({ kind: 'local', folder: options.readWith }, world.root, world.folder);
  const context = options.file === undefined ? undefined : await readCode(options.file, world.folder);
  const asked = requestOf(options, model, context);
  const first: LocalFirst | undefined = options.handOn && later && { server: later, least: options.handOn.least, most: options.handOn.most, price: options.price, currency: options.currency };
  const request = first ? localFirst(asked, first) : asked;
  const store = options.record ? new TraceStore({ folder: options.traceDir === undefined ? defaultTraceFolder(world.env) : resolve(world.folder, options.traceDir) }) : null;

  const created: RunService[] = [];
  const serviceFor = async (one: ModelRef): Promise<RunService> => {
    const inner = new AutomaticRunService(await world.createService(one, reader));
    created.push(inner);
    return store ? new RecordedRunService(inner, store) : inner;
  };
  const service = await serviceFor(model);
  const abort = new AbortController();
  const stopListening = world.onInterrupt(() => abort.abort());
  const wait = awaitFirstToken((sentence) => void world.stderr.write(`${sentence}\n`), world.firstTokenMs);
  try {
    await checkBudgets(options, model, service, abort.signal);
    const ran = await run(request, service, options, world, abort, wait);
    const next = first && handedOn(request, ran.view, first);
    if (first && !next && ran.view.decisions.at(-1)?.action === 'hand-on') world.stderr.write('No other model keeps the bounds any more, so the answer stays as it is.\n');
    return next ? (await run(next, await serviceFor(next.model), options, world, abort, wait)).code : ran.code;
  } catch (error) {
    if (abort.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    wait.stop();
    stopListening();
    await Promise.all(created.map((one) => one.dispose()));
  }
}

interface Ran {
  readonly code: number;
  readonly view: RunView;
}

async function run(request: RunRequest, service: RunService, options: AskOptions, world: AskWorld, abort: AbortController, wait: FirstTokenWait): Promise<Ran> {
  const { stdout, stderr, stdin } = world;
  const sink = { out: (text: string) => void stdout.write(text), problem: (text: string) => void stderr.write(text) };
  const silent = { out: () => undefined, problem: () => undefined };
  const view = new LiveView(request.run, options.json ? silent : sink, styleFor(stdout, world.env), options.price && { price: options.price, currency: options.currency });
  const steer = (command: SteerCommand): void => {
    if (command.kind === 'stop') abort.abort();
    else void service.steer(request.run, command).catch(() => false); // a run that is over needs no steering
  };
  const keysOff = stdin.isTTY ? listenToKeys(stdin, steer) : undefined;
  try {
    if (keysOff && !options.json) view.line(styleFor(stdout, world.env).quiet(keysLine));
    await service.run(
      request,
      (events) => {
        wait.see(events);
        if (options.json) stdout.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
        view.show(events);
      },
      abort.signal,
    );
  } finally {
    keysOff?.();
  }
  if (!options.json) view.finish();
  return { code: exitCodeOf(view.view), view: view.view };
}

/** Said before anything is generated: budgets that no prompt could leave room for. */
async function checkBudgets(options: AskOptions, model: ModelRef, service: RunService, signal: AbortSignal): Promise<void> {
  const asked = (options.thinking ?? 0) + (options.solution ?? 0);
  // Of a server this would be asked twice where it is silent; the run refuses such budgets too.
  if (asked === 0 || model.kind === 'remote') return;
  // A model that cannot be loaded is told by the run itself, as an event.
  const card = await service.describe(model, signal).catch(() => null);
  if (!card || asked <= card.contextLength) return;
  throw new ReasoningError('context-overflow', `The budgets add up to ${asked} tokens, and ${card.name} holds ${card.contextLength}, the prompt included. Lower --thinking or --solution.`);
}

function requestOf(options: AskOptions, model: ModelRef, context: RunRequest['context']): RunRequest {
  const { thinking, solution, seconds, seed, samples, sampling, plan, pace, hold } = options;
  return {
    run: randomUUID(),
    model,
    priority: 'person',
    question: options.question,
    ...(context ? { context } : {}),
    effort: options.effort === 'auto' ? 'high' : options.effort,
    ...(options.effort === 'auto' ? { effortAsked: 'auto' as const } : {}),
    budgets: { ...(thinking === undefined ? {} : { thinking }), ...(solution === undefined ? {} : { solution }), ...(seconds === undefined ? {} : { seconds }) },
    exits: options.exits,
    ...(options.budgetEnd === undefined ? {} : { budgetEnd: options.budgetEnd }),
    ...(seed === undefined ? {} : { seed }),
    ...(samples === undefined ? {} : { samples }),
    ...(sampling === undefined ? {} : { sampling }),
    ...(plan ? { planFirst: true } : {}),
    ...(pace === undefined ? {} : { pace }),
    ...(hold === undefined ? {} : { holdAt: hold }),
  };
}
