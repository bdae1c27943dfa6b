/** The thoughts as they come: never lost, never cut. Text that the model did not sample is set apart and says where it is from. */
import type { RunView, ThoughtSegment, Transition } from '../../extension/trace/view.ts';
import { button } from '../controls.ts';
import type { Cursor } from '../cursor.ts';
import { el, setAttr, setClass, setHidden, setText } from '../dom.ts';
import { createFollower } from '../follow.ts';
import { formatDuration, formatTokens, tokenWord } from '../format.ts';
import type { Remembered } from '../remembered.ts';
import type { RunPart } from '../scene.ts';
import { createSection } from '../section.ts';
import { sourceLabels } from '../words.ts';
import { createBlockText, type BlockText } from './blocks.ts';
import { createThoughtTools } from './thought-tools.ts';
import { t } from '../l10n.ts';

/** Time spent in the thinking phase, over every stretch of it. */
function thinkingTime(transitions: readonly Transition[], elapsedMs: number): number {
  let total = 0;
  let since: number | null = null;
  for (const { at, from, to } of transitions) {
    if (from === 'thinking' && since !== null) total += at - since;
    since = to === 'thinking' ? at : null;
  }
  return total + (since === null ? 0 : elapsedMs - since);
}

function labelOf(segment: ThoughtSegment, steers: RunView['steers']): string {
  if (segment.source === 'model') return '';
  if (segment.source === 'resumed') return sourceLabels.resumed;
  const remark = steers.some(({ command, accepted }) => accepted && command.kind === 'steer' && segment.text.includes(command.text.trim()));
  return remark ? sourceLabels.remark : sourceLabels.injected;
}

interface DrawnSegment {
  readonly source: ThoughtSegment['source'];
  readonly element: HTMLElement;
  readonly label: HTMLElement;
  readonly text: BlockText;
}

function drawSegment(source: ThoughtSegment['source']): DrawnSegment {
  const label = el('span', { class: 'thought-label' });
  const text = createBlockText(el('div', { class: 'thought-text' }));
  return { source, label, text, element: el('div', { class: `thought thought-${source === 'closing' ? 'injected' : source}` }, label, text.element) };
}

function title(view: RunView, interrupted: boolean): { title: string; detail: string; unit: string } {
  const { usage, phase, outcome } = view;
  const tokens = { detail: formatTokens(usage.thinking, usage.estimated), unit: tokenWord(usage.thinking) };
  if (phase === 'thinking' && interrupted) return { title: t('Thought'), ...tokens };
  if (phase === 'thinking' && outcome === null) return { title: t('Thinking…'), ...tokens };
  return { title: t('Thought for {0}', formatDuration(thinkingTime(view.transitions, view.elapsedMs))), ...tokens };
}

export interface ThoughtsOptions {
  /** Under which it is remembered whether it is open. */
  readonly key: string;
  /** What to call the text; several on a page must be told apart. */
  readonly label: string;
  /** With it the text can be shaded and looked at token by token; a run that is compared with another does without. */
  readonly cursor?: Cursor;
}

export function createThoughts(remembered: Remembered, { key, label, cursor }: ThoughtsOptions): RunPart {
  const section = createSection({ key, title: t('Thinking…'), openByDefault: true, remembered, class: 'thoughts' });
  const scroller = el('div', { class: 'thoughts-scroller', attrs: { tabindex: '0', role: 'region', 'aria-label': label } });
  const none = el('p', { class: 'note', text: t('No thoughts.') });
  const follower = createFollower(scroller);
  let full = remembered.isOpen('thoughts-full', false);
  let wasPinned: boolean | null = null;
  const tools = cursor
    ? createThoughtTools(remembered, cursor, {
        element: scroller,
        get scrolls() {
          return !full;
        },
        setResting: (resting) => {
          if (resting) {
            wasPinned ??= follower.pinned;
            follower.unpin();
          } else {
            if (wasPinned === true) follower.pin();
            wasPinned = null;
          }
        },
      })
    : null;
  tools?.onGo(() => {
    section.unfold();
    scroller.scrollIntoView({ block: 'nearest' });
  });
  section.body.append(none, ...(tools ? [tools.element] : []), scroller);

  const drawSize = (): void => {
    setClass(scroller, 'full', full);
    size.setLabel(full ? t('Limit the Height') : t('Show in Full Height'));
  };
  const size = button({
    label: t('Show in Full Height'),
    icon: 'unfold',
    look: 'icon',
    onPress: () => {
      full = !full;
      remembered.setOpen('thoughts-full', full);
      drawSize();
    },
  });
  section.header.append(size.element);
  drawSize();

  let run = '';
  let segments: DrawnSegment[] = [];
  let drawn: readonly ThoughtSegment[] = [];
  let steers: RunView['steers'] = [];

  const drawText = (view: RunView): void => {
    const { thoughts } = view;
    if (thoughts === drawn && view.steers === steers) return;
    drawn = thoughts;
    steers = view.steers;
    const kept = thoughts.findIndex((segment, index) => segments[index]?.source !== segment.source);
    const keep = kept === -1 ? thoughts.length : kept;
    for (const gone of segments.splice(keep)) gone.element.remove();
    for (const [index, segment] of thoughts.entries()) {
      let target = segments[index];
      if (!target) {
        target = drawSegment(segment.source);
        segments.push(target);
        scroller.append(target.element);
      }
      // Around what was put in, empty lines only matter to the model.
      target.text.write(segment.source === 'injected' || segment.source === 'closing' ? segment.text.trim() : segment.text);
      const label = labelOf(segment, view.steers);
      setText(target.label, label);
      setHidden(target.label, label === '');
    }
  };

  return {
    element: section.element,
    draw: (view, scene) => {
      const another = view.run !== run;
      if (another) {
        run = view.run;
        segments = [];
        drawn = [];
        scroller.replaceChildren();
      }
      const words = title(view, scene.interrupted);
      section.setTitle(words.title, words.detail, words.unit);
      section.setBusy(scene.live && view.phase === 'thinking' && !view.held);
      drawText(view);
      const empty = view.thoughts.every(({ text }) => text.trim() === '');
      tools?.draw(view, segments.map(({ text }) => text));
      if (tools) setHidden(tools.element, empty);
      setHidden(none, !empty || view.phase === 'thinking' || view.phase === 'idle');
      setHidden(scroller, empty);
      setHidden(size.element, empty);
      setAttr(scroller, 'aria-busy', view.phase === 'thinking' && scene.live ? 'true' : null);
      if (another) {
        if (scene.live) follower.pin();
        else follower.unpin();
      } else follower.follow();
    },
  };
}
