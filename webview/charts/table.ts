/** A chart as a table: for whoever cannot see it, or wants the figures. */
import { el } from '../dom.ts';
import { formatCount } from '../format.ts';
import { t } from '../l10n.ts';

/** A browser lays out a few hundred rows in no time; whoever wants thousands is served better by an export. */
const MOST_ROWS = 300;

export interface Column<R> {
  readonly head: string;
  readonly cell: (row: R) => string;
}

/** A scrolling table. Rows beyond the most there may be are left out evenly, and the caption says so. */
export function table<R>(caption: string, columns: readonly Column<R>[], rows: readonly R[]): HTMLElement {
  const step = Math.ceil(rows.length / MOST_ROWS);
  const shown = step > 1 ? rows.filter((_, index) => index % step === step - 1 || index === rows.length - 1) : rows;
  const left = shown.length < rows.length ? t('. Every {0}th of {1} rows; export the trace for all of them', formatCount(step), formatCount(rows.length)) : '';
  const head = el('tr', {}, ...columns.map((column) => el('th', { text: column.head, attrs: { scope: 'col' } })));
  const body = shown.map((row) => el('tr', {}, ...columns.map((column) => el('td', { text: column.cell(row) }))));
  const element = el('table', { class: 'evidence chart-table' }, el('caption', { text: `${caption}${left}` }), el('thead', {}, head), el('tbody', {}, ...body));
  return el('div', { class: 'table-scroller', attrs: { tabindex: '0', role: 'region', 'aria-label': t('{0}, table', caption) } }, element);
}
