/** What the runs of this session cost: of the run shown, and of all together. Only where the person has entered prices. */
import * as vscode from 'vscode';
import { addCosts, costOf, moneyText, priceOf, type Cost, type Price } from '../runs/cost.ts';
import { mostCost, mostTime, type Planned } from '../runs/forecast.ts';
import type { ModelRef } from '../runs/service.ts';
import type { RunView } from '../trace/view.ts';
import type { PanelState } from '../trace/messages.ts';
import type { Speeds } from './models/speeds.ts';
import type { RunController } from './runs/controller.ts';
import type { Settings } from './settings.ts';

export class Costs implements vscode.Disposable {
  readonly #settings: Settings;
  readonly #runs = new Map<string, RunView>();
  readonly #watch: vscode.Disposable;
  readonly #speeds: Speeds;

  constructor(controller: RunController, settings: Settings, speeds: Speeds) {
    this.#settings = settings;
    this.#speeds = speeds;
    this.#watch = controller.onTurn((run) => this.#runs.set(run.run, run.view));
  }

  /** Null without requests or without a price. */
  of(view: RunView | null): PanelState['cost'] {
    const cost = view && this.#cost(view);
    if (!view || !cost) return null;
    const currency = this.#settings.get('currency');
    const money = (amount: number): string => moneyText(amount, currency, cost.estimated);
    const parts: readonly (readonly [string, number])[] = [
      [vscode.l10n.t('prompt'), cost.prompt],
      [vscode.l10n.t('cached prompt'), cost.cached],
      [vscode.l10n.t('thinking'), cost.thinking],
      [vscode.l10n.t('trial answers'), cost.probes],
      [vscode.l10n.t('further samples'), cost.samples],
      [vscode.l10n.t('solution'), cost.solution],
    ];
    const session = this.session;
    return {
      run: view.run,
      total: money(cost.total),
      parts: parts.filter(([, amount]) => amount > 0).map(([name, amount]) => `${name} ${money(amount)}`).join(', '),
      session: session === null ? '' : moneyText(session.total, currency, session.estimated),
    };
  }

  /** All runs of this session that have a price. */
  get session(): Cost | null {
    const costs = [...this.#runs.values()].flatMap((view) => this.#cost(view) ?? []);
    return costs.length === 0 ? null : addCosts(costs);
  }

  /** The price of the model a run is on. */
  priceOf({ started }: RunView): Price | undefined {
    // A server's model is named after the last #: see the registry.
    return started ? priceOf(this.#settings.get('prices'), started.model.origin, started.model.id.split('#').at(-1) ?? '') : undefined;
  }

  /** An amount that is an estimate, in the person's currency. */
  money(amount: number): string {
    return moneyText(amount, this.#settings.get('currency'), true);
  }

  /** The most the next run can cost and take, in words; empty where nothing is known. With tools that of one turn: how many there will be is not known before. */
  forecast(model: ModelRef | null, planned: Planned, withTools: boolean): string {
    if (model?.kind !== 'remote') return '';
    const price = priceOf(this.#settings.get('prices'), new URL(model.baseUrl).host, model.model);
    const speed = this.#speeds.of(model);
    const known = [...(price ? [this.money(mostCost(planned, price))] : []), ...(speed ? [vscode.l10n.t('≈ {0} s', Math.ceil(mostTime(planned, speed) / 1000))] : [])];
    if (known.length > 0 && withTools) return vscode.l10n.t('{0} for one turn at most (an estimate, trial answers not counted); every turn with tools sends the prompt again.', known.join(', '));
    return known.length === 0 ? '' : vscode.l10n.t('At most {0} (an estimate, trial answers not counted).', known.join(', '));
  }

  get sessionText(): string | null {
    const session = this.session;
    return session === null ? null : moneyText(session.total, this.#settings.get('currency'), session.estimated);
  }

  dispose(): void {
    this.#watch.dispose();
    this.#runs.clear();
  }

  #cost(view: RunView): Cost | null {
    const { requests } = view;
    if (requests === null) return null;
    const price = this.priceOf(view);
    return price ? costOf(requests, price) : null;
  }
}
