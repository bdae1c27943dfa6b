/** What the runs of this session cost: of the run shown, and of all together. Only where the person has entered prices. */
import * as vscode from 'vscode';
import { addCosts, costOf, moneyText, priceOf, type Cost } from '../runs/cost.ts';
import type { RunView } from '../trace/view.ts';
import type { PanelState } from '../trace/messages.ts';
import type { RunController } from './runs/controller.ts';
import type { Settings } from './settings.ts';

export class Costs implements vscode.Disposable {
  readonly #settings: Settings;
  readonly #runs = new Map<string, RunView>();
  readonly #watch: vscode.Disposable;

  constructor(controller: RunController, settings: Settings) {
    this.#settings = settings;
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

  get sessionText(): string | null {
    const session = this.session;
    return session === null ? null : moneyText(session.total, this.#settings.get('currency'), session.estimated);
  }

  dispose(): void {
    this.#watch.dispose();
    this.#runs.clear();
  }

  #cost({ requests, started }: RunView): Cost | null {
    if (requests === null || !started) return null;
    // A server's model is named after the last #: see the registry.
    const price = priceOf(this.#settings.get('prices'), started.model.origin, started.model.id.split('#').at(-1) ?? '');
    return price ? costOf(requests, price) : null;
  }
}
