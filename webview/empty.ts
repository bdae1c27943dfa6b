/** What a newcomer sees: one sentence, questions to try, the two ways to a model, and where to read on. Without a model there is nothing to try, and it says how to get one. */
import { button } from './controls.ts';
import { el, icon, setHidden, setText } from './dom.ts';
import type { Post } from './host.ts';
import type { Part } from './scene.ts';
import { t } from './l10n.ts';

/** The bundled model's three skills, in the form it knows them: they work offline, at once. */
const examples = [
  'Complete f\n\n// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;',
  'What does this print?\n\nlet x = 8;\nlet y = 5;\nfor (let i = 1; i < 5; i++) {\n  x += 2;\n}\nconsole.log(y + x);',
  'Fix f\n\n// f(5) = 28\n// f(2) = 16\nfunction f(x) {\n  const a = x - 4;\n  const b = a + x;\n  return b * 2;\n}',
];

const labels = [t('Complete a function from its examples'), t('Say what a small program prints'), t('Find the wrong line and fix it')];

export function createEmpty(post: Post, onExample: (question: string) => void): Part {
  const tries = examples.map((question, index) => {
    const tryIt = el('button', { class: 'example', attrs: { type: 'button', title: question } }, icon('lightbulb-empty'), el('span', { text: labels[index] ?? question }));
    tryIt.addEventListener('click', () => onExample(question));
    return el('li', {}, tryIt);
  });
  const choose = button({ label: t('Choose Model'), icon: 'chip', onPress: () => post({ type: 'command', command: 'chooseModel' }) });
  const connect = button({ label: t('Connect to Server'), icon: 'plug', onPress: () => post({ type: 'command', command: 'connectToServer' }) });
  const walkthrough = button({ label: t('Get Started'), icon: 'book', onPress: () => post({ type: 'command', command: 'showWalkthrough' }) });
  const example = button({ label: t('Open an Example'), icon: 'file-code', hint: t('A small file with a gap that ghost text fills'), onPress: () => post({ type: 'command', command: 'openExample' }) });
  const lead = el('p', { class: 'empty-lead' });
  const heading = el('h2', { class: 'empty-heading', text: t('Try one of these') });
  const list = el('ul', { class: 'examples' }, ...tries);
  const element = el(
    'section',
    { class: 'empty', attrs: { 'aria-label': t('Getting started') } },
    lead,
    heading,
    list,
    el('div', { class: 'empty-actions' }, choose.element, connect.element, walkthrough.element, example.element),
  );
  return {
    element,
    draw: ({ view, panel }) => {
      setHidden(element, view !== null || panel === null);
      const without = panel?.model === null;
      setText(lead, without ? t('There is no model to ask yet. Connect to a server, on this machine or elsewhere, or choose a folder with an ONNX model. Then ask something here, and watch it think.') : t('Ask something, and watch the model think: decide how hard it tries, see why it stops, and step in at any moment.'));
      for (const one of [heading, list, example.element]) setHidden(one, without);
    },
  };
}
