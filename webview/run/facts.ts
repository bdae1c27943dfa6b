/** Who answered and under which rules: model, effort, and how far the budgets can be enforced. */
import type { RunEventOf } from '../../extension/trace/events.ts';
import { estimatesTokens } from '../../extension/trace/view.ts';
import { el, setAttr, setHidden, setText } from '../dom.ts';
import type { RunPart } from '../scene.ts';
import { effortKindSentences, effortNames, enforcementNames, enforcementSentences, estimatedEnforcement } from '../words.ts';
import { t } from '../l10n.ts';

export function createFacts(): RunPart {
  const model = el('span');
  const effort = el('span');
  const enforcement = el('span');
  const caution = el('p', { class: 'note' });
  let shown: unknown = null;
  return {
    element: el('div', { class: 'facts' }, el('p', { class: 'fact-line' }, model, effort, enforcement), caution),
    draw: ({ started }) => {
      if (started === shown) return;
      shown = started;
      if (!started) return;
      setText(model, started.model.name);
      setAttr(model, 'title', modelPlace(started.model));
      setText(effort, t('{0} effort', effortNames[started.effort]));
      setAttr(effort, 'title', effortKindSentences[started.effortKind]);
      const estimated = started.enforcement === 'exact' && estimatesTokens(started);
      setText(enforcement, estimated ? estimatedEnforcement.name : enforcementNames[started.enforcement]);
      setAttr(enforcement, 'title', estimated ? estimatedEnforcement.sentence : enforcementSentences[started.enforcement]);
      setText(caution, enforcementSentences[started.enforcement]);
      setHidden(caution, started.enforcement === 'exact');
    },
  };
}

function modelPlace({ backend, origin }: RunEventOf<'started'>['model']): string {
  if (backend === 'local') return t('local model');
  return origin === undefined ? t('remote model') : t('remote model, {0}', origin);
}
