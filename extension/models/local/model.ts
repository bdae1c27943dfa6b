/** A local model behind the port: renders prompts, opens sessions, advances several of them together. */
import type { Calibration } from '../../reasoning/calibration.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import { fimPrompt, formatOfMarks, withoutMarks, withSnippets } from '../fim.ts';
import type { Infill, Model, ModelCard, OpenOptions, Session, StepOptions, Token } from '../../reasoning/port.ts';
import { type ChatTemplate } from './chat-template.ts';
import { guarded } from './literal.ts';
import { LocalSession, type SessionParts } from './session.ts';
import { opensThinking } from './thinking-format.ts';
import { said } from '../../trace/said.ts';

export class LocalModel implements Model {
  readonly card: ModelCard;
  readonly calibration: Calibration | undefined;
  readonly #parts: SessionParts;
  readonly #template: ChatTemplate;
  #disposed = false;

  constructor(card: ModelCard, parts: SessionParts, template: ChatTemplate, calibration?: Calibration) {
    this.card = card;
    this.calibration = calibration;
    this.#parts = parts;
    this.#template = template;
  }

  /** Renders the prompt; nothing runs before the first step. Throws `context-overflow` when the prompt leaves no room. */
  open(options: OpenOptions, signal: AbortSignal): Promise<LocalSession> {
    return Promise.resolve().then(() => {
      signal.throwIfAborted();
      this.#check();
      const { tokenizer } = this.#parts;
      if (options.infill) return this.#openInfill(options.infill);
      const prompt = guarded(options.messages, tokenizer.added.map(({ content }) => content));
      const rendered = this.#template.render(prompt.messages, { think: options.think, effort: options.effort });
      const text = prompt.restore(rendered);
      // Templates write the start token themselves; without one the tokenizer does.
      let isFirst = true;
      const ids = prompt.ids(rendered, (part) => {
        const first = isFirst;
        isFirst = false;
        return first ? tokenizer.encode(part, this.#template.source === undefined) : tokenizer.encodeContinuation(part);
      });
      if (ids.length === 0) throw new ReasoningError('bad-request', said('The prompt is empty. Ask something.'));
      if (ids.length >= this.card.contextLength) {
        throw new ReasoningError('context-overflow', said('The prompt takes {0} tokens and {1} can hold {2}, its answer included. Ask about less code, or choose a model with a longer context.', ids.length, this.card.name, this.card.contextLength));
      }
      return LocalSession.start(this.#parts, { text, tokens: ids.length, estimated: false, opensThinking: opensThinking(text, this.card.thinking) }, ids);
    });
  }

  tick(steps: readonly { session: Session; options: StepOptions }[], signal: AbortSignal): Promise<Token[]> {
    const own = steps.map(({ session, options }) => {
      if (!(session instanceof LocalSession)) throw new ReasoningError('internal', 'A local model can only advance its own sessions.');
      return { session, options };
    });
    return LocalSession.tick(own, signal);
  }

  countTokens(text: string): number {
    return this.#parts.tokenizer.encodeContinuation(text).length;
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#parts.decoder.dispose();
  }

  /** The prompt in the model's own marks; what people wrote is never read as one. */
  #openInfill(infill: Infill): LocalSession {
    const { tokenizer, endIds } = this.#parts;
    const known = new Map(tokenizer.added.map(({ id, content }) => [content, id]));
    const format = formatOfMarks(new Set(known.keys()));
    if (!format) throw new ReasoningError('internal', `${this.card.name} has no tokens for filling a gap in code.`);
    const text = withSnippets(infill);
    const pieces = format.pieces({ prefix: withoutMarks(text.prefix, format), suffix: withoutMarks(text.suffix, format) });
    const ids = pieces.flatMap((piece) => ('mark' in piece ? [known.get(piece.mark) ?? 0] : this.#plainIds(piece.text)));
    if (ids.length >= this.card.contextLength) throw new ReasoningError('context-overflow', said('The code around the gap takes {0} tokens and {1} can hold {2}.', ids.length, this.card.name, this.card.contextLength));
    // A completion also ends where the next file or gap would begin.
    const ends = format.ends.flatMap((mark) => known.get(mark) ?? []);
    return LocalSession.start({ ...this.#parts, tags: [], endIds: new Set([...endIds, ...ends]) }, { text: fimPrompt(format, text), tokens: ids.length, estimated: false, opensThinking: false }, ids);
  }

  /** Ids of text in which turn marks and tags are only characters. */
  #plainIds(text: string): number[] {
    const { tokenizer } = this.#parts;
    const plain = guarded([{ role: 'user', content: text }], tokenizer.added.map(({ content }) => content));
    return plain.ids(plain.messages[0]?.content ?? '', (part) => tokenizer.encodeContinuation(part));
  }

  #check(): void {
    if (this.#disposed) throw new ReasoningError('internal', 'This model has been unloaded.');
  }
}
