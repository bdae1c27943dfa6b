/**
 * A chat model of another extension, as the heart knows models. The editor hands out its answer as text and nothing else: there is no channel for
 * thoughts and no way to go on from a place of ours. So the answer's budget is what Reins can keep, by counting and by cancelling.
 */
import type { Availability, Model, ModelCard, OpenOptions, Session, StepOptions, Token } from '../../reasoning/port.ts';
import type { Effort } from '../../trace/events.ts';
import { estimateTokens } from '../remote/token-estimate.ts';
import type { ChatAccess, ModelOptions } from './chat-access.ts';
import { ProvidedSession } from './provided-session.ts';
import { said } from '../../trace/said.ts';

export interface ProvidedRef {
  readonly id: string;
  readonly name: string;
  /** The extension's name for itself among the providers of chat models. */
  readonly vendor: string;
  /** What to send along for an effort, where the person has said what the other extension understands. */
  readonly effort?: { readonly [E in Effort]?: ModelOptions | undefined } | undefined;
}

export class ProvidedModel implements Model {
  readonly card: ModelCard;
  readonly #access: ChatAccess;
  readonly #ref: ProvidedRef;
  readonly #open = new Set<Session>();

  constructor(ref: ProvidedRef, access: ChatAccess) {
    this.#ref = ref;
    this.#access = access;
    const tellsEffort = Object.values(ref.effort ?? {}).some((options) => options !== undefined);
    this.card = {
      id: ref.id,
      name: ref.name,
      backend: 'remote',
      origin: ref.vendor,
      // What the model may write comes on top of it, but nobody says how much that is.
      contextLength: access.maxInputTokens,
      thinking: null,
      effort: tellsEffort ? 'requested' : 'cap',
      tokenCounts: 'estimated',
      capabilities: capabilitiesOf(ref.name),
      defaultSampler: { temperature: 0.6, topP: 0.95 },
    };
  }

  async open(options: OpenOptions, signal: AbortSignal): Promise<Session> {
    const session = await ProvidedSession.open({ access: this.#access, open: options, modelOptions: this.#ref.effort?.[options.effort] ?? {}, onClose: (closed) => this.#open.delete(closed) }, signal);
    this.#open.add(session);
    return session;
  }

  tick(steps: readonly { session: Session; options: StepOptions }[], signal: AbortSignal): Promise<Token[]> {
    return Promise.all(steps.map(({ session, options }) => session.step(options, signal)));
  }

  /** Asking the other extension takes time, and this has to be known at once. */
  countTokens(text: string): number {
    return estimateTokens(text);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.close()));
  }
}

function capabilitiesOf(name: string): ModelCard['capabilities'] {
  const no = (reason: string): Availability => ({ available: false, reason });
  const textOnly = (what: string): Availability => no(said('{0} comes from another extension, and the editor hands out its answer as text only: {1}.', name, what));
  return {
    endThinking: 'unavailable',
    probe: textOnly(said('a trial answer is not possible')),
    rewind: textOnly(said('it cannot go back to an earlier place')),
    append: textOnly(said('it cannot go on from text that is put in')),
    logprobs: textOnly(said('there are no log-probabilities')),
    entropy: textOnly(said('there is no entropy')),
    confidence: textOnly(said('there is no token confidence')),
    hiddenStates: textOnly(said('there are no hidden states')),
    score: textOnly(said('it cannot score a given text')),
    fork: textOnly(said('a line of thought cannot be copied')),
    endTagBias: textOnly(said('the end of its thoughts is not ours to move')),
    tools: textOnly(said('it cannot be given what a tool found')),
    infill: textOnly(said('it does not fill gaps while you type, and it is not asked without your doing')),
  };
}
