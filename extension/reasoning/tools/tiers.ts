/**
 * How much of a tool's budget is left, in words a model can act on. Budget tracker and policy tiers of BATS (Budget-Aware Tool-Use Enables Effective Agent
 * Scaling, arXiv 2511.17006): a block in <budget> tags after every turn of tools, and a policy at the first turn. The paper's tools are web search and
 * browsing; ours are those of an editor, so the words about batches are ours.
 */
import { toolNames, type ToolName } from './names.ts';

export const toolTiers = ['high', 'medium', 'low', 'critical'] as const;
export type ToolTier = (typeof toolTiers)[number];

/** Shares of the budget that is left, from which on a tier holds (BATS). */
const HIGH = 0.7;
const MEDIUM = 0.3;
const LOW = 0.1;

export interface ToolUse {
  readonly used: number;
  readonly limit: number;
}

/** high: 70 % or more is left; medium: 30 % or more; low: 10 % or more; critical: less, or nothing. */
export function tierOf({ used, limit }: ToolUse): ToolTier {
  const left = limit - used;
  if (left <= 0) return 'critical';
  // In whole numbers, so that 7 of 10 is 70 %.
  const share = (left * 100) / limit;
  if (share >= HIGH * 100) return 'high';
  return share >= MEDIUM * 100 ? 'medium' : share >= LOW * 100 ? 'low' : 'critical';
}

/** What to do at each tier, told once at the first turn. */
export const tierPolicy = [
  'How to spend what is left of a tool:',
  '- HIGH (70 % or more is left): ask for 3 to 5 different things at once, to learn much early.',
  '- MEDIUM (30 % to 70 %): ask for 2 or 3 precise things.',
  '- LOW (10 % to 30 %): ask for one thing, to check one fact, or answer.',
  '- CRITICAL (less than 10 %, or nothing): avoid the tool. Use it once at most, and only if you cannot answer without. With nothing left, answer with what you know.',
].join('\n');

/** The tracker block: units used and left of each tool that was offered. */
export function trackerBlock(uses: Readonly<Partial<Record<ToolName, ToolUse>>>, closed: string | null): string {
  const lines = toolNames.flatMap((tool) => {
    const use = uses[tool];
    return use ? [`${tool}: ${use.used} used, ${Math.max(0, use.limit - use.used)} left (${tierOf(use).toUpperCase()})`] : [];
  });
  return ['<budget>', ...lines, closed ?? 'Make the best use of what is left.', '</budget>'].join('\n');
}
