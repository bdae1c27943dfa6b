/** A run as it happens, as lines on a terminal or in a pipe. At the end: what it used, and the answer as the last line. */
import type { Decision, RunEvent, RunEventOf } from '../trace/events.ts';
import { costOf, moneyText, type Price } from '../runs/cost.ts';
import { emptyView, foldEvents } from '../trace/fold.ts';
import { signalLabel } from '../trace/signals.ts';
import type { RunView } from '../trace/view.ts';
import { printable, type Style } from './terminal.ts';

export interface Sink {
  /** The run and, last, the answer. */
  out(text: string): void;
  /** What is wrong, and what a run without an answer used. */
  problem(text: string): void;
}

interface Prices {
  readonly price: Price;
  readonly currency: string;
}

export class LiveView {
  readonly #sink: Sink;
  readonly #style: Style;
  #view: RunView;
  readonly #prices: Prices | undefined;
  #lineBegun = false;

  /** `prices`: of the model at a server, where they are known. */
  constructor(run: string, sink: Sink, style: Style, prices?: Prices) {
    this.#view = emptyView(run);
    this.#prices = prices;
    this.#sink = sink;
    this.#style = style;
  }

  get view(): RunView {
    return this.#view;
  }

  show(events: readonly RunEvent[]): void {
    for (const event of events) this.#showOne(event);
    this.#view = foldEvents(this.#view, events);
  }

  /** A line between the thoughts. */
  line(text: string): void {
    this.#endLine();
    this.#sink.out(`${text}\n`);
  }

  /** The totals, and the answer if there is one. Without one they are no output: nobody shall take them for the answer. */
  finish(): void {
    const answer = printable(this.#view.answer).trimEnd();
    const used = this.#style.quiet(`${totals(this.#view)}${costWords(this.#view, this.#prices)}`);
    if (answer === '') {
      this.#endLine();
      return this.#sink.problem(`${used}\n`);
    }
    this.line(used);
    if (answer.includes('\n')) this.line('---');
    this.line(answer);
  }

  #showOne(event: RunEvent): void {
    switch (event.type) {
      case 'started':
        return this.line(this.#style.heading(startLine(event)));
      case 'queue':
        return this.line(this.#style.quiet(event.position > 0 ? `waiting, ${event.position} before this run` : 'no longer waiting'));
      case 'phase':
        return this.#phase(event);
      case 'tokens':
        return this.#tokens(event);
      case 'rewound':
        return event.phase === 'solving' ? this.line(this.#style.quiet(`took back ${event.count} tokens of the answer: ${oneLine(event.text)}`)) : undefined;
      case 'probe':
        // A look past the end tag says nothing but its entropy, which is a signal.
        return event.kind === 'entropy-after-end' ? undefined : this.line(this.#style.quiet(`[${event.atToken}] trial answer: ${oneLine(event.answer)}`));
      case 'decision':
        return decisionLines(event.decision).forEach((line) => this.line(this.#style.decision(line)));
      case 'budget':
        return this.line(this.#style.quiet(`budgets now: thinking ${event.budgets.thinking}, solution ${event.budgets.solution} tokens. ${oneLine(event.note)}`));
      case 'steer':
        return event.accepted ? undefined : this.line(this.#style.quiet(`not possible: ${oneLine(event.note ?? event.command.kind)}`));
      case 'hold':
        return this.line(this.#style.heading(event.held ? `held at token ${event.atToken}` : 'goes on'));
      case 'sample':
        return this.line(this.#style.quiet(`sample ${event.index + 1}, ${event.outcome}: ${oneLine(event.answer)}`));
      case 'tool-call':
        return this.line(this.#style.quiet(`tool ${event.call}: ${oneLine(event.input)}`));
      case 'tool-result':
        return this.line(this.#style.quiet(`tool ${event.call}, ${event.outcome}, ${event.tokens} tokens: ${oneLine(event.text)}`));
      case 'test-run':
        return this.line(this.#style.quiet(`tests ${event.candidate === null ? 'without a change' : `of sample ${event.candidate + 1}`}: ${event.outcome}`));
      case 'notice':
        return this.#problem(`note: ${oneLine(event.message)}`);
      case 'error':
        return this.#problem(oneLine(event.message));
      case 'signal':
      case 'request':
      case 'answer':
      case 'ended':
        return;
      default:
        return event satisfies never;
    }
  }

  #phase(event: RunEventOf<'phase'>): void {
    if (event.to === 'thinking') this.line(this.#style.heading('thinking'));
    if (event.to === 'solving') this.line(this.#style.heading('answering'));
  }

  /** The answer's own tokens wait for the end: it has the last line for itself. */
  #tokens({ phase, source, text }: RunEventOf<'tokens'>): void {
    const shown = printable(text);
    if (shown === '' || phase === 'solving' || phase === 'done') return;
    if (phase === 'closing') return this.line(this.#style.quiet(shown.trim()));
    this.#sink.out(source === 'model' ? shown : this.#style.quiet(shown));
    this.#lineBegun = !shown.endsWith('\n');
  }

  #problem(text: string): void {
    this.#endLine();
    this.#sink.problem(`${this.#style.problem(text)}\n`);
  }

  #endLine(): void {
    if (this.#lineBegun) this.#sink.out('\n');
    this.#lineBegun = false;
  }
}

function startLine({ model, effort, effortKind, budgets, seed }: RunEventOf<'started'>): string {
  const where = model.backend === 'local' ? 'on this machine' : (model.origin ?? 'remote');
  const seconds = budgets.seconds === undefined ? '' : `, ${budgets.seconds} s`;
  const kind = { trained: '', requested: ' (requested)', cap: ' (as a cap)' }[effortKind];
  return `${oneLine(model.name)}, ${oneLine(where)} · effort ${effort}${kind} · at most ${budgets.thinking} tokens of thought, ${budgets.solution} of answer${seconds} · seed ${seed}`;
}

function decisionLines(decision: Decision): string[] {
  const saved = decision.savedTokensEstimate === undefined ? '' : ` Saves about ${Math.round(decision.savedTokensEstimate)} tokens (estimate).`;
  const evidence = decision.evidence.map(({ signal, value, threshold }) => `${oneLine(signalLabel(signal))} ${oneLine(String(value))}${threshold === undefined ? '' : ` (threshold ${oneLine(String(threshold))})`}`);
  return [`[${decision.atToken}] ${decision.action}, decided by ${oneLine(decision.policy)}: ${oneLine(decision.reason)}${saved}`, ...(evidence.length > 0 ? [`    ${evidence.join(', ')}`] : [])];
}

function totals({ started, outcome, usage, budgets, elapsedMs, truncated, notices }: RunView): string {
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
  if (!started && usage.thinking + usage.solution === 0) return `${outcome ?? 'cut off'} before it began, ${seconds}`;
  const about = usage.estimated ? 'about ' : '';
  const probes = usage.probes > 0 ? ` (${usage.probes} for probes)` : '';
  const discarded = usage.discarded > 0 ? `, ${usage.discarded} discarded` : '';
  return `${outcome ?? 'cut off'}: thinking ${about}${usage.thinking + usage.probes} of ${budgets.thinking} tokens${probes}, solution ${about}${usage.solution} of ${budgets.solution}${truncated ? ' (cut off)' : ''}${discarded}${serverCounts(notices)}, ${seconds}`;
}

/** What the requests of a run cost, apart; nothing for a model on this machine. */
function costWords({ requests }: RunView, prices: Prices | undefined): string {
  if (!prices || requests === null) return '';
  const { total, estimated, ...parts } = costOf(requests, prices.price);
  const money = (amount: number): string => moneyText(amount, prices.currency, estimated);
  const names = { prompt: 'prompt', cached: 'cached prompt', thinking: 'thinking', probes: 'trial answers', samples: 'further samples', solution: 'solution' } as const;
  const apart = (Object.keys(names) as (keyof typeof names)[]).filter((name) => parts[name] > 0).map((name) => `${names[name]} ${money(parts[name])}`);
  return `, cost ${money(total)}${apart.length > 1 ? ` (${apart.join(', ')})` : ''}`;
}

/** What a server says it counted, where it told more than could be seen. Notices carry it in their sentence only. */
function serverCounts(notices: RunView['notices']): string {
  const figures = (code: string): number[] => notices.filter((notice) => notice.code === code).map(({ message }) => Number(/\d+/.exec(message)?.[0] ?? 0));
  const hidden = figures('hidden-thoughts').reduce((sum, figure) => sum + figure, 0);
  const counted = figures('server-usage').at(-1) ?? 0;
  return `${hidden > 0 ? `, ${hidden} tokens of hidden thought by the server's count` : ''}${counted > 0 ? `, ${counted} tokens by the server's count of its last reply` : ''}`;
}

function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
