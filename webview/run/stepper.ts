/** Thinking → closing → solving → done: where the run is, and in words why it moved there. */
import type { Phase } from '../../extension/trace/events.ts';
import type { RunView, Transition } from '../../extension/trace/view.ts';
import { el, icon, setAttr, setHidden, setIcon, setText } from '../dom.ts';
import { formatDuration } from '../format.ts';
import type { RunPart, Scene } from '../scene.ts';
import { interruptedSentence, outcomeSentences, phaseNames, transitionSentence } from '../words.ts';
import { t } from '../l10n.ts';

const order = ['thinking', 'closing', 'solving', 'done'] as const satisfies readonly Phase[];
type Mark = 'todo' | 'now' | 'past' | 'skipped' | 'bad';

const glyphs: Readonly<Record<Mark, string>> = { todo: 'circle-outline', now: 'circle-filled', past: 'pass-filled', skipped: 'dash', bad: 'error' };
const spoken: Readonly<Record<Mark, string>> = { todo: t('not yet'), now: t('now'), past: t('finished'), skipped: t('skipped'), bad: t('ended without an answer') };

function markOf(step: (typeof order)[number], view: RunView): Mark {
  if (step === 'done' && view.phase === 'done') return view.outcome === null || view.outcome === 'answered' ? 'past' : 'bad';
  if (step === view.phase) return 'now';
  // Keep Thinking goes back: what lies after the phase is ahead again, whatever happened there before.
  const ahead = order.indexOf(step) > order.findIndex((phase) => phase === view.phase);
  if (ahead) return view.phase === 'idle' || view.phase !== 'done' ? 'todo' : 'skipped';
  return view.transitions.some(({ to }) => to === step) ? 'past' : 'skipped';
}

function lastInto(step: Phase, transitions: readonly Transition[]): Transition | undefined {
  return transitions.findLast(({ to }) => to === step);
}

/** The sentence under the steps. What went wrong is said elsewhere; here, only why the run is where it is. */
function why(view: RunView, interrupted: boolean): string {
  if (interrupted) return interruptedSentence;
  if (view.queue > 0) return t('Waiting in the queue: {0} before this run.', view.queue);
  const last = view.transitions.at(-1);
  if (view.outcome !== null && view.outcome !== 'answered') return outcomeSentences[view.outcome];
  if (view.outcome === 'answered' && last?.reason === 'failed') return t('The sample you watched failed; the answer is another one’s.');
  return last ? transitionSentence(last) : t('Getting ready.');
}

export function createStepper(): RunPart {
  const steps = order.map((phase) => {
    const glyph = icon('circle-outline');
    const state = el('span', { class: 'visually-hidden' });
    const element = el('li', { class: 'step' }, glyph, el('span', { class: 'step-name', text: phaseNames[phase] }), state);
    return { phase, element, glyph, state };
  });
  const list = el('ol', { class: 'steps', attrs: { 'aria-label': t('Phases') } }, ...steps.map(({ element }) => element));
  const reason = el('span', { class: 'why' });
  const clock = el('span', { class: 'clock', attrs: { title: t('Time since the run started') } });
  return {
    element: el('div', { class: 'stepper' }, list, el('p', { class: 'why-row' }, reason, clock)),
    draw: (view, scene) => {
      for (const step of steps) {
        const mark = scene.interrupted && step.phase === view.phase ? 'bad' : markOf(step.phase, view);
        setAttr(step.element, 'data-mark', mark);
        setIcon(step.glyph, mark === 'now' && scene.live && !view.held ? 'loading codicon-modifier-spin' : glyphs[mark]);
        setAttr(step.element, 'aria-current', step.phase === view.phase ? 'step' : null);
        setText(step.state, `, ${spoken[mark]}`);
        const into = lastInto(step.phase, view.transitions);
        setAttr(step.element, 'title', into && mark !== 'todo' ? transitionSentence(into) : null);
      }
      setText(reason, why(view, scene.interrupted));
      drawClock(clock, view, scene);
    },
  };
}

function drawClock(clock: HTMLElement, view: RunView, scene: Scene): void {
  setText(clock, formatDuration(view.elapsedMs + scene.sinceLastEvent));
  setHidden(clock, view.transitions.length === 0);
}
