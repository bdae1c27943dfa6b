/** Writes a completion by a run: through the model's own way of filling gaps, or in words where it has none. The run's gate decides whether it is shown. */
import { randomUUID } from 'node:crypto';
import type { ModelRef, RunRequest, RunService } from '../../runs/service.ts';
import { infillQuestion } from './chat-infill.ts';
import type { Extent } from './first-line.ts';
import { completionIn, GHOST_GATE, replyIn } from './gate.ts';
import type { GhostAsk, GhostParts } from './ghost-writer.ts';

/** Most tokens of a completion. */
const TOKENS: Readonly<Record<Extent, number>> = { line: 64, block: 256 };

/** `service` has to have the gate in it. */
export function runWriter(service: () => Promise<RunService>, model: ModelRef): GhostParts['write'] {
  return async (ask, extent, least, reply, signal) => {
    const running = await service();
    const { capabilities } = await running.describe(model, signal);
    const ghost = { extent, inWords: capabilities.infill?.available !== true, least };
    let raw = '';
    await running.run(
      requestFor(ask, ghost, model),
      (events) => {
        for (const event of events) {
          if (event.type === 'tokens' && event.phase === 'solving') {
            raw += event.text;
            reply.grows(replyIn(raw, ghost.inWords));
          } else if (event.type === 'decision' && event.decision.policy === GHOST_GATE) {
            reply.decided(event.decision.action === 'offer' ? completionIn(raw, { ...ask, ...ghost }, true) : null);
          }
        }
      },
      signal,
    );
  };
}

function requestFor(ask: GhostAsk, ghost: NonNullable<RunRequest['ghost']>, model: ModelRef): RunRequest {
  const { prefix, suffix, snippets, languageId } = ask;
  const infill = { prefix, suffix, snippets: [...snippets()] };
  return {
    run: randomUUID(),
    model,
    priority: 'completion',
    question: infillQuestion(infill, languageId),
    infill,
    ghost,
    effort: 'low',
    budgets: { thinking: 0, solution: TOKENS[ghost.extent] },
    sampler: { temperature: 0 },
    exits: 'off',
    signals: 'policy',
  };
}
