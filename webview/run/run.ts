/** The run area: which part goes where. Wide panels get two columns, thoughts and answer beside the decisions. */
import { divider } from '../controls.ts';
import { createCursor } from '../cursor.ts';
import { el, setAttr, setHidden } from '../dom.ts';
import type { Post } from '../host.ts';
import type { Remembered } from '../remembered.ts';
import type { Part, RunPart } from '../scene.ts';
import { createAnswer } from './answer.ts';
import { createDecisions } from './decisions.ts';
import { createDiscarded } from './discarded.ts';
import { createEarlier } from './earlier.ts';
import { createExitWatch } from './exit-watch.ts';
import { createFacts } from './facts.ts';
import { createHandedOn } from './handed-on.ts';
import { createMeters } from './meters.ts';
import { createNotices } from './notices.ts';
import { createProbes } from './probes.ts';
import { createQuestion } from './question.ts';
import { createRelated } from './related.ts';
import { createSamples } from './samples.ts';
import { createSignals } from './signals.ts';
import { createStepper } from './stepper.ts';
import { createTestRuns } from './test-runs.ts';
import { createThoughts } from './thoughts.ts';
import { createTools } from './tools.ts';
import { createTotals } from './totals.ts';
import { t } from '../l10n.ts';

export interface Run extends Part {
  /** Where the answer grows. */
  readonly answer: HTMLElement;
}

export function createRun(post: Post, remembered: Remembered, onFollowUp: () => void): Run {
  const cursor = createCursor();
  const answer = createAnswer(post, onFollowUp);
  const stepper = createStepper();
  const question = createQuestion();
  const earlier = createEarlier();
  const figures: readonly RunPart[] = [createMeters(), createFacts()];
  const top: readonly RunPart[] = [earlier, question, stepper, ...figures, createExitWatch(), createNotices(post)];
  const text: readonly RunPart[] = [createThoughts(remembered, { key: 'thoughts', label: t('Thoughts'), cursor }), answer, createHandedOn(post), createRelated(post)];
  const reasons: readonly RunPart[] = [createDecisions(post, remembered, cursor), createProbes(remembered, cursor), createSignals(remembered, cursor), createTools(remembered), createTestRuns(remembered), createSamples(remembered), createDiscarded(remembered), createTotals(post, remembered)];
  const elements = (parts: readonly RunPart[]): HTMLElement[] => parts.map((part) => part.element);
  const columns = el('div', { class: 'columns' }, el('div', { class: 'column column-text' }, ...elements(text)), el('div', { class: 'column column-reasons' }, ...elements(reasons)));
  const line = divider();
  const element = el('article', { class: 'run', attrs: { 'aria-label': t('Run') } }, ...elements(top), line, columns);
  const parts = [...top, ...text, ...reasons];
  return {
    element,
    answer: answer.element,
    draw: (scene) => {
      // Two runs side by side are drawn elsewhere.
      const alone = scene.view !== null && scene.other === null;
      setHidden(element, !alone);
      if (!alone || !scene.view) return;
      setAttr(element, 'data-run', scene.view.run);
      for (const part of parts) part.draw(scene.view, scene);
      const { started, error } = scene.view;
      for (const each of [question.element, ...elements(figures), line, columns]) setHidden(each, started === null);
      // Of a run that failed before it began, only the error is to be told.
      setHidden(stepper.element, started === null && error !== null);
    },
  };
}
