/** Figures as people read them. */
import type { Interval } from './metrics/wilson.ts';

/** 0.953 as `95.3 %`, 0.95 as `95 %`; what was not measured as `not measured`. */
export function percent(share: number): string {
  return Number.isNaN(share) ? 'not measured' : `${trimmed(share * 100)} %`;
}

/** 0.15 as `15 points`. */
export function points(share: number): string {
  return `${trimmed(share * 100)} points`;
}

/** A difference of shares in points, with its sign. */
export function signed(share: number): string {
  return Number.isNaN(share) ? 'not measured' : `${share < 0 ? '−' : '+'}${(Math.abs(share) * 100).toFixed(1)}`;
}

export function range({ low, high }: Interval, show: (value: number) => string): string {
  return Number.isNaN(low) ? '' : `[${show(low)} to ${show(high)}]`;
}

export function tokens(mean: number): string {
  return Number.isNaN(mean) ? '-' : mean.toFixed(mean < 10 ? 1 : 0);
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

/** A Markdown table. The first column is text, the others are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
