/**
 * Turns with tools: while the model's answer ends in a request, carry it out, hand back the results with the tracker block, and let the model go on in
 * another turn. Thinking and solution budgets span all turns, the uses of each tool are counted here, and results count as prompt.
 *
 * Budget tracker and tiers: BATS, arXiv 2511.17006 (see tools/tiers.ts). The paper pushes models that answer early to use up their budget; we do not.
 */
import type { RunEventOf } from '../../trace/events.ts';
import { cleanAnswer } from '../answer.ts';
import { decide, uninterrupted, type RunContext } from '../context.ts';
import { isCancellation, ReasoningError } from '../errors.ts';
import type { ChatMessage } from '../port.ts';
import { close } from '../solving.ts';
import type { ToolLedger } from '../tools/ledger.ts';
import type { ToolAnswer, ToolBox } from '../tools/port.ts';
import { findToolBlock, type Asked, type ToolRequest } from '../tools/request.ts';
import { tierOf, trackerBlock } from '../tools/tiers.ts';
import { resultText } from '../tools/wording.ts';
import { runSingle, type Beginning, type SingleEnd } from './single.ts';
import { said } from '../../trace/said.ts';

export interface ToolUsing {
  readonly box: ToolBox;
  readonly ledger: ToolLedger;
}

export interface Turned {
  readonly context: RunContext;
  readonly end: SingleEnd;
}

/** Requests of one block that are carried out. BATS asks for at most five at once. */
const MOST_AT_ONCE = 5;
/** Turns in a row in which nothing was carried out, after which the model is not asked again. */
const MOST_IDLE = 2;
/** Share of the solution budget kept for the answer: once it is reached no more tools are used (our own rule). */
const FOR_ANSWER = 0.25;
/** Share of the context that is left, beside the answer's room, which the results of a turn may take (our own rule). */
const FOR_RESULTS = 0.5;
/** Tokens without which a result is of no use. */
const LEAST_RESULT = 32;
/** Tokens the context must have left, beside the answer's room, for a turn with results, and for one that only says that there are no more. */
const ROOM_FOR_TURN = 512;
const ROOM_FOR_WORDS = 192;

type Result = Omit<RunEventOf<'tool-result'>, 'type' | 'run' | 'seq' | 'at' | 'call' | 'text' | 'tokens' | 'estimated'>;

/** What came of one request. */
interface Came {
  /** Null: the person stopped the run. */
  readonly answer: ToolAnswer | null;
  readonly result: Result;
  /** A use of the tool was spent on it. */
  readonly tried: boolean;
}

export async function useTools(first: Turned, using: ToolUsing, nextTurn: (before: RunContext, messages: readonly ChatMessage[]) => Promise<RunContext>): Promise<Turned> {
  const turns = new ToolTurns(using);
  let { context, end } = first;
  let messages = context.plan.messages;
  while (end === 'ended') {
    const block = findToolBlock(cleanAnswer(context.state.answer, context.model.card.thinking));
    if (!block) break;
    if (turns.gaveUp) {
      decide(context, { policy: 'tools', action: 'end-answer', evidence: [], reason: said('The model asked for tools in {0} turns running in which none was to be had, so it was not asked again.', MOST_IDLE + 1) });
      break;
    }
    const room = context.ledger.roomBeforeReserve;
    if (room < ROOM_FOR_WORDS) {
      decide(context, { policy: 'tools', action: 'end-answer', evidence: [{ signal: said('tokens left in the context'), value: room, threshold: ROOM_FOR_WORDS }], reason: said('The model asked for tools, and its context has no room for another turn beside the answer.') });
      break;
    }
    const results = await turns.carryOut(context, block.asked, block.before);
    if (results === null) return { context, end: 'stopped' };
    messages = [...messages, { role: 'assistant', content: block.upTo }, { role: 'user', content: results }];
    context = await nextTurn(context, messages);
    end = await runSingle(context, await begin(context));
  }
  return { context, end };
}

async function begin(context: RunContext): Promise<Beginning> {
  const { model, plan, session, state, phases } = context;
  if (model.card.thinking && plan.think) {
    phases.to('thinking', 'tools');
    return 'thinking';
  }
  state.thoughtsEnd = session.position;
  if (model.card.thinking && session.prompt.opensThinking) {
    phases.to('thinking', 'tools');
    await close(context, 'no-thinking');
    phases.to('solving', 'no-thinking');
  }
  return 'solving';
}

class ToolTurns {
  readonly #box: ToolBox;
  readonly #ledger: ToolLedger;
  #calls = 0;
  #idle = 0;
  /** Why no tool can be used any more. */
  #closed: string | null = null;

  constructor({ box, ledger }: ToolUsing) {
    this.#box = box;
    this.#ledger = ledger;
  }

  get gaveUp(): boolean {
    return this.#idle > MOST_IDLE;
  }

  /** The message with the results; null: the person stopped the run. */
  async carryOut(context: RunContext, asked: readonly Asked[], said: string): Promise<string | null> {
    if (context.state.answerNow) this.#closed = 'No more tools: the answer is wanted now.';
    if (context.ledger.solutionLeft <= context.ledger.budgets.solution * FOR_ANSWER) this.#closed ??= 'No more tools: the rest of the solution budget is for the answer. Give it now.';
    if (context.ledger.roomBeforeReserve < ROOM_FOR_TURN) this.#closed ??= 'No more tools: the context is nearly full. Give the answer now.';
    const room = new Room(context);
    const texts: string[] = [];
    let carriedOut = 0;
    for (const [index, each] of asked.entries()) {
      this.#calls += 1;
      const call = this.#calls;
      context.emit({ type: 'tool-call', call, tool: each.request?.tool ?? 'unreadable', input: each.text, ...(index === 0 && said !== '' ? { said } : {}) });
      const { answer, result, tried } = await this.#one(context, each, index);
      if (tried) carriedOut += 1;
      const last = index === asked.length - 1;
      const tracker = last ? trackerBlock(this.#ledger.uses, this.#closed) : undefined;
      const text = answer === null ? '' : room.fit(call, each.text, answer);
      const given = [text, ...(tracker === undefined ? [] : [tracker])].join('\n\n');
      const tokens = context.model.countTokens(given);
      const estimated = context.model.card.tokenCounts === 'estimated';
      context.ledger.chargeResults(tokens, estimated);
      context.emit({ type: 'tool-result', call, ...result, text, tokens, estimated, ...(tracker === undefined ? {} : { tracker }) });
      if (answer === null) return null;
      texts.push(given);
    }
    this.#idle = carriedOut > 0 ? 0 : this.#idle + 1;
    return texts.join('\n\n');
  }

  async #one(context: RunContext, { request, problem }: Asked, index: number): Promise<Came> {
    const refused = (text: string): Came => ({ tried: false, answer: { outcome: 'refused', text }, result: { outcome: 'refused', ...(request ? this.#column(request) : {}) } });
    if (!request) return refused(`This request cannot be read. ${problem}`);
    if (this.#closed !== null) return refused(this.#closed);
    if (index >= MOST_AT_ONCE) return refused(`At most ${MOST_AT_ONCE} requests are carried out at once. Ask again in the next turn.`);
    if (!this.#ledger.charge(request.tool)) {
      const { used, limit } = this.#ledger.use(request.tool);
      const sentence = limit === 0 ? said('There is no tool {0} in this run.', request.tool) : said('The budget of {0} is spent: {1} of {2} uses.', request.tool, used, limit);
      decide(context, { policy: 'tool-budget', action: 'refuse-tool', evidence: [{ signal: said('uses of {0}', request.tool), value: used, threshold: limit }], reason: sentence });
      return refused(`${sentence} Go on without it.`);
    }
    const answer = await this.#use(context, request);
    return { tried: true, answer, result: { outcome: answer?.outcome ?? 'stopped', ...this.#column(request) } };
  }

  #column({ tool }: ToolRequest): Pick<Result, 'used' | 'limit' | 'tier'> {
    const use = this.#ledger.use(tool);
    return use.limit === 0 ? {} : { ...use, tier: tierOf(use) };
  }

  /** While a tool works, Stop and Answer Now reach it; other commands wait for the model. */
  async #use(context: RunContext, request: ToolRequest): Promise<ToolAnswer | null> {
    const { control, deadlines } = context;
    const cancel = new AbortController();
    const outOfTime = (): void => cancel.abort();
    if (deadlines.thinking.aborted) this.#closed = 'No more tools: the time for them is over. Give the answer now.';
    if (this.#closed !== null) return { outcome: 'refused', text: this.#closed };
    if (deadlines.thinking !== uninterrupted) deadlines.thinking.addEventListener('abort', outOfTime, { once: true });
    let going = true;
    const working = this.#carriedOut(request, cancel.signal).finally(() => (going = false));
    const later: Parameters<typeof control.post>[0][] = [];
    try {
      while (going) {
        await Promise.race([working, control.wait()]);
        const command = control.take();
        if (!command) continue;
        if (command.kind === 'stop') {
          cancel.abort();
          await working;
          context.emit({ type: 'steer', command, accepted: true });
          decide(context, { policy: 'user', action: 'stop', evidence: [], reason: said('You pressed Stop while a tool was at work.') });
          return null;
        }
        if (command.kind === 'answer-now') {
          this.#closed = 'No more tools: the answer is wanted now.';
          cancel.abort();
          context.emit({ type: 'steer', command, accepted: true, note: said('The tool at work was ended.') });
        } else later.push(command);
      }
      const answer = await working;
      if (deadlines.thinking.aborted) this.#closed ??= 'No more tools: the time for them is over. Give the answer now.';
      return answer ?? { outcome: 'failed', text: this.#closed ?? 'It was ended before it was done.' };
    } finally {
      deadlines.thinking.removeEventListener('abort', outOfTime);
      for (const command of later) control.post(command);
    }
  }

  /** Null: it was ended. A tool that throws must not end the run. */
  async #carriedOut(request: ToolRequest, signal: AbortSignal): Promise<ToolAnswer | null> {
    try {
      return await this.#box.use(request, signal);
    } catch (error) {
      if (signal.aborted && isCancellation(error)) return null;
      return { outcome: 'failed', text: ReasoningError.from(error).message };
    }
  }
}

/** The room the results of one turn may take in the context. */
class Room {
  readonly #context: RunContext;
  #left: number;

  constructor(context: RunContext) {
    this.#context = context;
    this.#left = Math.floor(context.ledger.roomBeforeReserve * FOR_RESULTS);
  }

  /** The result's text, cut to what fits, which is said. */
  fit(call: number, asked: string, answer: ToolAnswer): string {
    const { model } = this.#context;
    if (this.#left < LEAST_RESULT) return `Result ${call} is left out: there is no room for it. Ask for less at once.`;
    const format = model.card.thinking;
    let kept = answer.text;
    let text = resultText(call, asked, answer, format);
    for (let tokens = model.countTokens(text); tokens > this.#left && kept.length > 0; tokens = model.countTokens(text)) {
      kept = kept.slice(0, Math.floor(kept.length * Math.min(0.8, this.#left / tokens)));
      text = resultText(call, asked, { ...answer, text: `${kept}\n(cut: the rest does not fit into the model’s context)` }, format);
    }
    this.#left -= model.countTokens(text);
    return text;
  }
}
