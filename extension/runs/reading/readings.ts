/**
 * Readings under way, beside the models: each is a session of the reader, to which the thoughts of another model are given piece by piece as if they were its
 * own. The mean state over a piece is one place of the latent trajectory, so pieces should be about equally long.
 */
import { ReasoningError } from '../../reasoning/errors.ts';
import type { Model, Session } from '../../reasoning/port.ts';
import { composeConversation } from '../../reasoning/prompt.ts';
import { LatentTrajectory, type TrajectoryReading } from '../../reasoning/signals/latent-trajectory.ts';
import type { ReadAnswer, ReadRequest } from './reader.ts';

interface Reading {
  readonly session: Session;
  readonly trajectory: LatentTrajectory;
  /** Tokens of the pieces so far, for judging a shorter last one. */
  tokens: number;
  pieces: number;
}

const NOTHING: ReadAnswer = { tokens: 0, steps: 0, figures: null, full: false };
const FULL: ReadAnswer = { ...NOTHING, full: true };

export class ThoughtReadings {
  readonly #readings = new Map<string, Reading>();

  async read(request: ReadRequest, model: Model, signal: AbortSignal): Promise<ReadAnswer> {
    const reading = this.#readings.get(request.reading) ?? (await this.#begin(request, model, signal));
    const { session, trajectory } = reading;
    if (request.text === '') return NOTHING;
    if (request.part === 'rest') return this.#rest(reading, request.text, signal);
    const chunk = await session.read?.(request.text, signal);
    if (!chunk) return FULL;
    trajectory.add(chunk.means, chunk.tokens);
    reading.tokens += chunk.tokens;
    reading.pieces += 1;
    return { tokens: chunk.tokens, full: false, ...told(trajectory.read()) };
  }

  async close(reading: string): Promise<void> {
    const found = this.#readings.get(reading);
    this.#readings.delete(reading);
    await found?.session.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#readings.keys()].map((reading) => this.close(reading)));
  }

  async #begin({ reading, question, context }: ReadRequest, model: Model, signal: AbortSignal): Promise<Reading> {
    const { card } = model;
    if (!card.capabilities.hiddenStates.available) throw new ReasoningError('bad-request', card.capabilities.hiddenStates.reason);
    const think = card.thinking !== null;
    const session = await model.open({ messages: composeConversation({ question, context }), effort: 'high', think, limits: { thinking: card.contextLength, solution: 0 } }, signal);
    if (card.thinking && !session.prompt.opensThinking) await session.append(`${card.thinking.open}\n`, signal);
    const begun: Reading = { session, trajectory: new LatentTrajectory(), tokens: 0, pieces: 0 };
    this.#readings.set(reading, begun);
    return begun;
  }

  /** On a copy: the thoughts may go on after all, and what follows then begins with this text. */
  async #rest({ session, trajectory, tokens, pieces }: Reading, text: string, signal: AbortSignal): Promise<ReadAnswer> {
    const twin = await session.fork();
    try {
      const chunk = await twin.read?.(text, signal);
      return chunk ? { tokens: chunk.tokens, full: false, ...told(trajectory.readEnded(chunk.means, chunk.tokens, pieces === 0 ? chunk.tokens : tokens / pieces)) } : FULL;
    } finally {
      await twin.close();
    }
  }
}

function told(reading: TrajectoryReading): Pick<ReadAnswer, 'steps' | 'figures'> {
  if (!('mean' in reading)) return { steps: 0, figures: null };
  const { net, netNeutral, aligned, medianStep } = reading.mean;
  return { steps: reading.steps, figures: { net, netNeutral, aligned, medianStep } };
}
