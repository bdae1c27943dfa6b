/** Whether the next question may use tools of the workspace. What they may not be used for says why, also to the keyboard. */
import { el, icon, setAttr } from '../dom.ts';
import type { Post } from '../host.ts';
import type { Part } from '../scene.ts';
import { t } from '../l10n.ts';

export function createToolChip(post: Post): Part {
  let on = false;
  let reason: string | null = null;
  const chip = el('button', { class: 'chip chip-toggle chip-tools', attrs: { type: 'button' } }, icon('tools'), el('span', { class: 'chip-label', text: t('Tools') }));
  chip.addEventListener('click', () => {
    if (reason === null) post({ type: 'setTools', on: !on });
  });
  return {
    element: chip,
    draw: ({ panel }) => {
      if (!panel) return;
      const { control, note } = panel.tools;
      on = panel.tools.on;
      reason = control.enabled ? null : (control.reason ?? '');
      setAttr(chip, 'aria-pressed', String(on));
      // It stays focusable, so that the reason can be read.
      setAttr(chip, 'aria-disabled', reason === null ? null : 'true');
      const words = reason ?? (on ? t('The model may look at the workspace: {0}. Press to switch that off', note) : t('The model sees only what you send. Press to let it look at the workspace, under a budget'));
      setAttr(chip, 'title', words);
      setAttr(chip, 'aria-description', words);
    },
  };
}
