/** Automatic: what is known of the models that could be asked, for the decision which one is, and for whether a question goes on to another one. */
import * as vscode from 'vscode';
import { effortBudgets } from '../../reasoning/effort.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import { AUTOMATIC, chooseModel, inOrder, noneKeeps, type Bounds, type Candidate, type ChosenModel } from '../../runs/automatic/choose.ts';
import { costOf, priceOf } from '../../runs/cost.ts';
import { mostCost, mostTime, type Planned } from '../../runs/forecast.ts';
import type { ModelRef, RunRequest } from '../../runs/service.ts';
import type { EffortControl } from '../effort.ts';
import type { ModelRegistry, RoutableModel } from '../models/registry.ts';
import type { Speeds } from '../models/speeds.ts';
import type { Settings } from '../settings.ts';
import type { LiveRun } from './live-run.ts';
import type { Ask } from './requests.ts';
import { said } from '../../trace/said.ts';

export interface AutomaticParts {
  readonly registry: ModelRegistry;
  readonly settings: Settings;
  readonly effort: EffortControl;
  readonly speeds: Speeds;
}

type Spent = NonNullable<NonNullable<RunRequest['automatic']>['spent']>;

/** A model for a question, and what its run has to know. */
export interface Choice {
  readonly model: ModelRef;
  readonly automatic: NonNullable<RunRequest['automatic']>;
}

/** Tokens of the instructions and the template around a question, and characters of a token, about. */
const AROUND = 64;
const CHARACTERS_A_TOKEN = 3.6;

export class Automatic {
  readonly #parts: AutomaticParts;

  constructor(parts: AutomaticParts) {
    this.#parts = parts;
  }

  /** The model for a question. Throws the sentence where none may be asked. `alone`: the question stays with that model. */
  choose(ask: Ask, alone: boolean): Choice {
    const candidates = this.#candidates(ask, this.#parts.registry.routable());
    const bounds = this.#bounds();
    const chosen = chooseModel(candidates, bounds);
    if (!chosen) throw new ReasoningError('bad-request', noneKeeps(candidates, bounds));
    return this.#choice(chosen, { handing: alone ? undefined : this.#handing(candidates, chosen, bounds) });
  }

  /** The model a question goes on to after a run whose answer was not sure enough, or that failed; null where it stays. No model is asked twice. */
  next(before: LiveRun): Choice | null {
    const { ask, run, request, view } = before;
    const last = view.decisions.at(-1);
    if (!ask || last?.policy !== AUTOMATIC || last.action !== 'hand-on') return null;
    const spent = this.#spent(before);
    const others = this.#parts.registry.routable().filter(({ id, kind }) => kind === 'remote' && !spent.models.includes(id));
    const reason = spent.models.length > 1 ? said('{0} was asked before. {1}', request.model.name, last.reason) : said('{0} was asked first. {1}', request.model.name, last.reason);
    const candidates = this.#candidates(ask, others);
    const bounds = this.#bounds(spent);
    const chosen = chooseModel(candidates, bounds, { reason, evidence: last.evidence });
    if (chosen) return this.#choice(chosen, { after: run, spent, handing: this.#handing(candidates, chosen, bounds) });
    void vscode.window.setStatusBarMessage(vscode.l10n.t('Reins: no other model keeps the bounds any more, so the answer stays as it is.'), 5000);
    return null;
  }

  #choice({ candidate, decision }: ChosenModel, { handing, ...more }: Omit<NonNullable<RunRequest['automatic']>, 'decision'>): Choice {
    const model = this.#parts.registry.find(candidate.id);
    if (!model) throw new ReasoningError('model-missing', vscode.l10n.t('{0} is no longer among the models.', candidate.name));
    return { model, automatic: { decision, ...more, ...(handing === undefined ? {} : { handing }) } };
  }

  /** What a question has taken by now, with the runs before this one. Money that is not known is not counted. */
  #spent({ request, view }: LiveRun): Spent {
    const { model, automatic } = request;
    const before = automatic?.spent ?? { models: [], seconds: 0, cost: 0 };
    const price = model.kind === 'remote' ? priceOf(this.#parts.settings.get('prices'), new URL(model.baseUrl).host, model.model) : undefined;
    const cost = price && view.requests ? costOf(view.requests, price).total : 0;
    return { models: [...before.models, model.id], seconds: before.seconds + view.elapsedMs / 1000, cost: before.cost + cost };
  }

  /** Undefined where there is no other server to ask, or the person wants none asked. */
  #handing(candidates: readonly Candidate[], { candidate }: ChosenModel, bounds: Bounds): { least: number; to: string | null } | undefined {
    const least = this.#parts.settings.get('automatic.leastConfidence');
    const servers = candidates.filter(({ id, place }) => place === 'remote' && id !== candidate.id);
    return least === null || servers.length === 0 ? undefined : { least, to: inOrder(servers, bounds)[0]?.name ?? null };
  }

  /** What is left of the bounds. */
  #bounds(spent: Pick<Spent, 'seconds' | 'cost'> = { seconds: 0, cost: 0 }): Bounds {
    const { settings } = this.#parts;
    const left = (bound: number | null, gone: number): number | null => (bound === null ? null : Math.max(0, bound - gone));
    return { cost: left(settings.get('automatic.maxCost'), spent.cost), seconds: left(settings.get('automatic.maxSeconds'), spent.seconds), currency: settings.get('currency') };
  }

  #candidates(ask: Ask, models: readonly RoutableModel[]): Candidate[] {
    return models.map((model) => {
      const planned = this.#planned(ask, model);
      const cannot = this.#whyNot(ask, model, planned?.prompt ?? 0);
      return { id: model.id, name: model.name, place: model.kind, cost: this.#cost(model, planned), seconds: this.#seconds(ask, model, planned), ...(cannot === undefined ? {} : { cannot }) };
    });
  }

  /** Null for a model that has not been looked at yet: its budgets are not known. */
  #planned({ question, context, attached = [], history = [], effort, budgets, samples }: Ask, model: ModelRef): Planned | null {
    const { registry, settings, effort: asked } = this.#parts;
    const card = registry.knownCard(model);
    if (!card) return null;
    const own = effortBudgets(effort ?? asked.effort, card);
    const thinking = card.thinking === null ? 0 : (budgets?.thinking ?? settings.get('budgets.thinking') ?? own.thinking);
    const texts = [question, context?.code ?? '', ...attached.map(({ code }) => code), ...history.flatMap((turn) => [turn.question, turn.context?.code ?? '', turn.answer])];
    const prompt = AROUND + Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / CHARACTERS_A_TOKEN);
    return { prompt, budgets: { thinking, solution: budgets?.solution ?? settings.get('budgets.solution') ?? own.solution }, samples: samples ?? settings.get('samples') };
  }

  #cost(model: RoutableModel, planned: Planned | null): number | null {
    if (model.kind === 'local') return 0;
    const price = priceOf(this.#parts.settings.get('prices'), new URL(model.baseUrl).host, model.model);
    return price && planned ? mostCost(planned, price) : null;
  }

  /** A model on this machine draws samples one after another. */
  #seconds({ budgets }: Ask, model: ModelRef, planned: Planned | null): number | null {
    const limit = budgets?.seconds ?? this.#parts.settings.get('budgets.seconds');
    const speed = this.#parts.speeds.of(model);
    const most = speed && planned ? (mostTime(planned, speed) * (model.kind === 'local' ? planned.samples : 1)) / 1000 : null;
    return most === null || limit === null ? (most ?? limit) : Math.min(most, limit);
  }

  #whyNot({ history = [], general }: Ask, model: ModelRef, prompt: number): string | undefined {
    const { registry, settings } = this.#parts;
    const card = registry.knownCard(model);
    if (model.kind === 'remote' && settings.get('offline')) return said('Reins is set to work offline.');
    if (general === true && model.id === registry.bundled?.id) return said('It only knows small integer functions.');
    if (history.length > 0 && card?.capabilities.conversation?.available === false) return card.capabilities.conversation.reason;
    if (card && prompt >= card.contextLength) return said('The question has about {0} tokens, and it holds {1}.', prompt, card.contextLength);
    return undefined;
  }
}
