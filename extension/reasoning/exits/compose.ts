/** Policies made of policies: any of several, all of them at one place, or one only after some thought. */
import { stay, type ExitContext, type ExitPolicy, type ExitVerdict, type ExitVerdictYes, type SignalValues } from './policy.ts';

/** The first that says exit decides. Those that cost nothing should come first: they are asked in this order. */
export class AnyExit implements ExitPolicy {
  readonly name: string;
  readonly #policies: readonly ExitPolicy[];

  constructor(policies: readonly ExitPolicy[]) {
    this.#policies = policies;
    this.name = policies.map(({ name }) => name).join(' or ');
  }

  observe(values: SignalValues): void {
    for (const policy of this.#policies) policy.observe(values);
  }

  due(atToken: number): boolean {
    return this.#policies.some((policy) => policy.due(atToken));
  }

  async evaluate(context: ExitContext): Promise<ExitVerdict> {
    for (const policy of this.#policies) {
      if (!policy.due(context.atToken)) continue;
      const verdict = await policy.evaluate(context);
      if (verdict.exit) return verdict;
    }
    return stay;
  }
}

/**
 * All must say exit at one place. They are asked in order, and no one after the first that says no: so a free signal in front of a trial
 * answer saves its cost until the signal agrees.
 */
export class AllExit implements ExitPolicy {
  readonly name: string;
  readonly #policies: readonly ExitPolicy[];

  constructor(policies: readonly ExitPolicy[]) {
    this.#policies = policies;
    this.name = policies.map(({ name }) => name).join(' and ');
  }

  observe(values: SignalValues): void {
    for (const policy of this.#policies) policy.observe(values);
  }

  due(atToken: number): boolean {
    return this.#policies.every((policy) => policy.due(atToken));
  }

  async evaluate(context: ExitContext): Promise<ExitVerdict> {
    const verdicts: ExitVerdictYes[] = [];
    for (const policy of this.#policies) {
      const verdict = await policy.evaluate(context);
      if (!verdict.exit) return stay;
      verdicts.push(verdict);
    }
    return {
      exit: true,
      policy: verdicts.map(({ policy }) => policy).join(' and '),
      evidence: verdicts.flatMap(({ evidence }) => evidence),
      reason: verdicts.map(({ reason }) => reason).join(' '),
    };
  }
}

/** Not before so many thinking tokens. */
export class AfterExit implements ExitPolicy {
  readonly name: string;
  readonly #from: number;
  readonly #policy: ExitPolicy;

  constructor(from: number, policy: ExitPolicy) {
    this.#from = from;
    this.#policy = policy;
    this.name = policy.name;
  }

  observe(values: SignalValues): void {
    this.#policy.observe(values);
  }

  due(atToken: number): boolean {
    return atToken >= this.#from && this.#policy.due(atToken);
  }

  evaluate(context: ExitContext): Promise<ExitVerdict> {
    return this.#policy.evaluate(context);
  }
}
