/** The cap on what a run may cost: the person is asked in time whether it shall finish fast or may cost more. Without a word it finishes fast at the cap. */
import * as vscode from 'vscode';
import { capStep } from '../runs/forecast.ts';
import type { Costs } from './costs.ts';
import type { LiveRun } from './runs/live-run.ts';
import type { RunController } from './runs/controller.ts';
import { said } from '../trace/said.ts';
import type { Settings } from './settings.ts';

interface Capped {
  readonly cap: number;
  readonly asked: boolean;
  readonly finished: boolean;
}

export class CostCap implements vscode.Disposable {
  readonly #controller: RunController;
  readonly #settings: Settings;
  readonly #costs: Costs;
  readonly #runs = new Map<string, Capped>();
  readonly #watch: vscode.Disposable;

  constructor(controller: RunController, settings: Settings, costs: Costs) {
    this.#controller = controller;
    this.#settings = settings;
    this.#costs = costs;
    this.#watch = vscode.Disposable.from(
      controller.onEvents(({ run }) => this.#look(run)),
      controller.onTurn((run) => {
        if (!run.live) this.#runs.delete(run.run);
      }),
    );
  }

  dispose(): void {
    this.#watch.dispose();
  }

  #look({ run, view }: LiveRun): void {
    const first = this.#settings.get('costCap');
    const price = first === null ? undefined : this.#costs.priceOf(view);
    if (first === null || !price) return;
    const capped = this.#runs.get(run) ?? { cap: first, asked: false, finished: false };
    const step = capStep(view, price, capped.cap);
    if (step === 'finish' && !capped.finished) {
      this.#runs.set(run, { ...capped, finished: true });
      this.#finish(run, capped.cap);
    } else if (step === 'ask' && !capped.asked) {
      this.#runs.set(run, { ...capped, asked: true });
      void this.#ask(run, capped.cap, first);
    }
  }

  async #ask(run: string, cap: number, step: number): Promise<void> {
    const finish = vscode.l10n.t('Finish Fast');
    const extend = vscode.l10n.t('Extend');
    const text = vscode.l10n.t('Reins: this run is about to reach its cost cap of {0}. It will finish fast then.', this.#costs.money(cap));
    const picked = await vscode.window.showInformationMessage(text, finish, extend);
    const capped = this.#runs.get(run);
    if (!capped || capped.finished) return;
    if (picked === extend) this.#runs.set(run, { cap: capped.cap + step, asked: false, finished: false });
    if (picked === finish) {
      this.#runs.set(run, { ...capped, finished: true });
      await this.#controller.steer(run, { kind: 'answer-now' });
    }
  }

  #finish(run: string, cap: number): void {
    // Recorded in the trace, so it is English there.
    const because = said('With the answer still to come, the run would cost more than its cap of {0} (an estimate), so the thinking was closed and the answer asked for.', this.#costs.money(cap));
    void this.#controller.steer(run, { kind: 'answer-now', because });
  }
}
