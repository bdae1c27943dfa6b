/** What a run over a server costs, from the tokens of its requests and the prices a person has entered. Pure. */
import * as v from 'valibot';
import type { RequestTotals } from '../trace/view.ts';

const price = v.pipe(v.number(), v.minValue(0));

/** Money for a million tokens. */
export const priceSchema = v.object({
  prompt: price,
  /** Of prompts read from the server's cache; absent: like the rest of the prompt. */
  cached: v.optional(price),
  /** Of everything generated, thoughts included. */
  output: price,
});
export type Price = v.InferOutput<typeof priceSchema>;

/** By the model's name, or by host and name with a slash between. */
export const pricesSchema = v.record(v.string(), priceSchema);
export type Prices = v.InferOutput<typeof pricesSchema>;

/** Money by what it was spent on. */
export interface Cost {
  readonly prompt: number;
  readonly cached: number;
  readonly thinking: number;
  readonly solution: number;
  readonly probes: number;
  /** Further samples of the same question. */
  readonly samples: number;
  readonly total: number;
  /** True when any of the tokens behind it were not the server's own count. */
  readonly estimated: boolean;
}

const MILLION = 1_000_000;

export function costOf(requests: RequestTotals, { prompt, cached = prompt, output }: Price): Cost {
  const parts = {
    prompt: (Math.max(0, requests.prompt - requests.cached) * prompt) / MILLION,
    cached: (requests.cached * cached) / MILLION,
    thinking: (requests.thinking * output) / MILLION,
    solution: (requests.solution * output) / MILLION,
    probes: (requests.probes * output) / MILLION,
    samples: (requests.samples * output) / MILLION,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0), estimated: requests.estimated };
}

/** The price of a model on a host; the more exact name wins. Undefined: none was entered. */
export function priceOf(prices: Prices, host: string | undefined, model: string): Price | undefined {
  const own = (name: string): Price | undefined => (Object.hasOwn(prices, name) ? prices[name] : undefined);
  return (host === undefined ? undefined : own(`${host}/${model}`)) ?? own(model);
}

export function addCosts(costs: readonly Cost[]): Cost {
  const sum = (of: (cost: Cost) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
  return {
    prompt: sum((cost) => cost.prompt),
    cached: sum((cost) => cost.cached),
    thinking: sum((cost) => cost.thinking),
    solution: sum((cost) => cost.solution),
    probes: sum((cost) => cost.probes),
    samples: sum((cost) => cost.samples),
    total: sum((cost) => cost.total),
    estimated: costs.some((cost) => cost.estimated),
  };
}

/** Two digits that mean something, whatever the size: 0.0031 USD, 1.20 USD. Estimates are marked. */
export function moneyText(amount: number, currency: string, estimated: boolean): string {
  const digits = amount === 0 || amount >= 0.1 ? 2 : Math.min(12, 1 - Math.floor(Math.log10(amount)));
  return `${estimated ? '≈ ' : ''}${amount.toFixed(digits)} ${currency}`;
}
