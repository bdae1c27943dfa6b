/** This machine first, and the server when the answer is not sure enough: the two requests, with their decisions. */
import { randomUUID } from 'node:crypto';
import { AUTOMATIC, chooseModel, type Candidate } from '../runs/automatic/choose.ts';
import type { ModelRef, RunRequest } from '../runs/service.ts';
import type { Decision } from '../trace/events.ts';
import type { RunView } from '../trace/view.ts';

/** From a terminal there are no prices and no speeds of earlier runs, and so no bounds. */
const bounds = { cost: null, seconds: null, currency: '' };

function candidate({ id, name, kind }: ModelRef): Candidate {
  return { id, name, place: kind === 'local' ? 'local' : 'remote', cost: kind === 'local' ? 0 : null, seconds: null };
}

export function localFirst(request: RunRequest, server: ModelRef, least: number): RunRequest {
  const decision = decided([request.model, server]);
  return decision ? { ...request, automatic: { decision, handing: { least, to: server.name } } } : request;
}

/** The request for the server after a run whose answer was not sure enough; null where it stays. */
export function handedOn(request: RunRequest, { run, decisions }: RunView, server: ModelRef): RunRequest | null {
  const last = decisions.at(-1);
  if (last?.policy !== AUTOMATIC || last.action !== 'hand-on') return null;
  const decision = decided([server], { reason: `${request.model.name} was asked first. ${last.reason}`, evidence: last.evidence });
  return decision && { ...request, run: randomUUID(), model: server, automatic: { decision, after: run } };
}

function decided(models: readonly ModelRef[], before?: Pick<Decision, 'reason' | 'evidence'>): Decision | null {
  return chooseModel(models.map(candidate), bounds, before)?.decision ?? null;
}
