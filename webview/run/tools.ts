/** What the model asked of the workspace: each call with what came of it, and the column of uses. Not to be seen where tools were off. */
import type { ToolCall } from '../../extension/trace/view.ts';
import { el, listDrawer } from '../dom.ts';
import { formatCount, formatTokens } from '../format.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { t } from '../l10n.ts';

const toolNames: Readonly<Record<string, string>> = { read_file: t('Read file'), search: t('Search'), diagnostics: t('List problems'), run_tests: t('Run tests') };
const outcomeNames: Readonly<Record<NonNullable<ToolCall['result']>['outcome'], string>> = { ok: t('carried out'), refused: t('refused'), failed: t('failed'), stopped: t('stopped') };
const tierNames: Readonly<Record<NonNullable<NonNullable<ToolCall['result']>['tier']>, string>> = { high: t('much left'), medium: t('some left'), low: t('little left'), critical: t('nearly nothing left') };

export function toolName(tool: string): string {
  return (Object.hasOwn(toolNames, tool) ? toolNames[tool] : undefined) ?? tool;
}

function item({ call, tool, input, said, result }: ToolCall): HTMLElement {
  const figures = result ? [outcomeNames[result.outcome], t('{0} tokens', formatTokens(result.tokens, result.estimated)), ...(result.limit === undefined ? [] : [t('use {0} of {1}, {2}', result.used ?? 0, result.limit, result.used === result.limit ? t('nothing left') : tierNames[result.tier ?? 'critical'])])].join(', ') : t('at work');
  const head = el('div', { class: 'probe-head' }, el('span', { text: `${call}. ${toolName(tool)}` }), el('span', { class: 'event-time', text: figures }));
  const before = said === undefined || said === '' ? [] : [el('div', { class: 'plain-text', text: said })];
  const given = result ? [result.text, result.tracker ?? ''].filter((text) => text !== '').join('\n\n') : '';
  const more = given === '' ? [] : [el('details', {}, el('summary', { text: t('Result') }), el('div', { class: 'plain-text', text: given }))];
  return el('li', {}, head, ...before, el('code', { text: input }), ...more);
}

export function createTools(remembered: Remembered): RunPart {
  const section = createSection({ key: 'tools', title: t('Tools'), openByDefault: true, remembered, class: 'tools' });
  const rows = el('tbody');
  const table = el('table', { class: 'evidence tools-table' }, el('thead', {}, el('tr', {}, ...[t('Tool'), t('Used'), t('Budget')].map((text) => el('th', { text, attrs: { scope: 'col' } })))), rows);
  const list = el('ol', { class: 'discarded-list' });
  section.body.append(table, list);
  const drawRows = listDrawer(rows, ({ tool, used, limit }: { readonly tool: string; readonly used: number; readonly limit: number }) => el('tr', {}, el('td', { text: toolName(tool) }), el('td', { text: formatCount(used) }), el('td', { text: formatCount(limit) })));
  const draw = listDrawer(list, item);
  return {
    element: section.element,
    draw: ({ started, tools }) => {
      const limits = Object.entries(started?.tools ?? {}).filter(([, limit]) => limit > 0);
      section.show(limits.length > 0);
      if (limits.length === 0) return;
      const usedOf = (tool: string): number => Math.max(0, ...tools.flatMap((call) => (call.tool === tool && call.result?.used !== undefined ? [call.result.used] : [])));
      const column = limits.map(([tool, limit]) => ({ tool, used: usedOf(tool), limit }));
      drawRows(column);
      draw(tools);
      const total = column.reduce((sum, { used }) => sum + used, 0);
      section.setTitle(t('Tools'), t('{0} of {1}', formatCount(total), formatCount(limits.reduce((sum, [, limit]) => sum + limit, 0))), t('uses'));
    },
  };
}
