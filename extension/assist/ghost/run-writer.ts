/** Writes a completion by a run: through the model's own way of filling gaps, or in words where it has none. Thoughts stay out. */
import { randomUUID } from 'node:crypto';
import type { ModelRef, RunRequest, RunService } from '../../runs/service.ts';
import { infillAnswer, infillQuestion } from './chat-infill.ts';
import { withoutThoughts, type Extent } from './first-line.ts';
import type { GhostAsk, GhostParts, Reply } from './ghost-writer.ts';

/** Most tokens of a completion. */
const TOKENS: Readonly<Record<Extent, number>> = { line: 64, block: 256 };

export function runWriter(service: () => Promise<RunService>, model: ModelRef): GhostParts['write'] {
  return async (ask, extent, onText, signal) => {
    const running = await service();
    const { capabilities } = await running.describe(model, signal);
    const fills = capabilities.infill?.available === true;
    let text = '';
    let logprobs: number[] = [];
    await running.run(
      requestFor(ask, extent, model),
      (events) => {
        for (const event of events) {
          if (event.type !== 'tokens' || event.phase !== 'solving') continue;
          text += event.text;
          logprobs = [...logprobs, ...(event.logprobs ?? [])];
          onText(replyOf(fills ? withoutThoughts(text) : infillAnswer(text), logprobs));
        }
      },
      signal,
    );
  };
}

function requestFor(ask: GhostAsk, extent: Extent, model: ModelRef): RunRequest {
  const { prefix, suffix, snippets, languageId } = ask;
  const infill = { prefix, suffix, snippets: [...snippets()] };
  return {
    run: randomUUID(),
    model,
    priority: 'completion',
    question: infillQuestion(infill, languageId),
    infill,
    effort: 'low',
    budgets: { thinking: 0, solution: TOKENS[extent] },
    sampler: { temperature: 0 },
    exits: 'off',
    signals: 'policy',
  };
}

function replyOf(text: string, logprobs: readonly number[]): Reply {
  return { text, confidence: logprobs.length === 0 ? null : Math.exp(logprobs.reduce((sum, one) => sum + one, 0) / logprobs.length) };
}
