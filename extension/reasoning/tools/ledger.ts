/** The tool column of the ledger: uses of each tool, counted by us and never by the model. */
import { toolNames, type ToolBudgets, type ToolName } from './names.ts';
import type { ToolUse } from './tiers.ts';

export class ToolLedger {
  readonly #limits: ToolBudgets;
  readonly #used = new Map<ToolName, number>();

  constructor(limits: ToolBudgets) {
    this.#limits = limits;
  }

  /** Tools with no budget at all are not offered. */
  get offered(): readonly ToolName[] {
    return toolNames.filter((tool) => this.#limits[tool] > 0);
  }

  use(tool: ToolName): ToolUse {
    return { used: this.#used.get(tool) ?? 0, limit: this.#limits[tool] };
  }

  /** True when there was a use left, which is taken. */
  charge(tool: ToolName): boolean {
    const { used, limit } = this.use(tool);
    if (used >= limit) return false;
    this.#used.set(tool, used + 1);
    return true;
  }

  get uses(): Partial<Record<ToolName, ToolUse>> {
    return Object.fromEntries(this.offered.map((tool) => [tool, this.use(tool)]));
  }
}
