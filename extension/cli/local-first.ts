/** This machine first, and the server when the answer is not sure enough and the bounds are kept: the two requests, with their decisions. */
import { randomUUID } from 'node:crypto';
import { ReasoningError } from '../reasoning/errors.ts';
import { AUTOMATIC, chooseModel, inOrder, noneKeeps, type Bounds, type Candidate } from '../runs/automatic/choose.ts';
import type { Price } from '../runs/cost.ts';
import { mostCost } from '../runs/forecast.ts';
import type { ModelRef, RunRequest } from '../runs/service.ts';
import { said } from '../trace/said.ts';
import type { RunView } from '../trace/view.ts';

export interface LocalFirst {
  readonly server: ModelRef;
  /** How sure an answer has to be to be taken, 0 to 1. */
  readonly least: number;
  /** Of the server; undefined: none was given. */
  readonly price: Price | undefined;
  /** Money and seconds; undefined is no bound. From a terminal there are no speeds of earlier runs, so time is known where a run has a limit only. */
  readonly most: { readonly cost: number | undefined; readonly seconds: number | undefined };
  readonly currency: string;
}

/** Tokens of the instructions and the template around a question, and characters of a token, about. */
const AROUND = 64;
const CHARACTERS_A_TOKEN = 3.6;

/** The first request. Throws the sentence where not even this machine keeps the bounds. */
export function localFirst(request: RunRequest, first: LocalFirst): RunRequest {
  const bounds = boundsOf(first, 0);
  const candidates = [here(request), there(request, first)];
  const chosen = chooseModel(candidates, bounds);
  if (!chosen) throw new ReasoningError('bad-request', noneKeeps(candidates, bounds));
  const to = inOrder(candidates.slice(1), bounds)[0]?.name ?? null;
  return { ...request, automatic: { decision: chosen.decision, handing: { least: first.least, to } } };
}

/** The request for the server after a run whose answer was not sure enough, or that failed; null where it stays. */
export function handedOn(request: RunRequest, { run, decisions, elapsedMs }: RunView, first: LocalFirst): RunRequest | null {
  const last = decisions.at(-1);
  if (last?.policy !== AUTOMATIC || last.action !== 'hand-on') return null;
  const before = { reason: said('{0} was asked first. {1}', request.model.name, last.reason), evidence: last.evidence };
  const chosen = chooseModel([there(request, first)], boundsOf(first, elapsedMs / 1000), before);
  return chosen && { ...request, run: randomUUID(), model: first.server, automatic: { decision: chosen.decision, after: run } };
}

function here({ model: { id, name }, budgets }: RunRequest): Candidate {
  return { id, name, place: 'local', cost: 0, seconds: budgets?.seconds ?? null };
}

function there({ question, context, budgets = {}, samples = 1 }: RunRequest, { server: { id, name }, price }: LocalFirst): Candidate {
  const prompt = AROUND + Math.ceil((question.length + (context?.code.length ?? 0)) / CHARACTERS_A_TOKEN);
  const { thinking, solution, seconds } = budgets;
  const cost = price && thinking !== undefined && solution !== undefined ? mostCost({ prompt, budgets: { thinking, solution }, samples }, price) : null;
  return { id, name, place: 'remote', cost, seconds: seconds ?? null };
}

/** What is left of the bounds. */
function boundsOf({ most, currency }: LocalFirst, gone: number): Bounds {
  return { cost: most.cost ?? null, seconds: most.seconds === undefined ? null : Math.max(0, most.seconds - gone), currency };
}
