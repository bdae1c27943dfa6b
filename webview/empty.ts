/** What a newcomer sees: one sentence, questions to try, and the two ways to a model. */
import { button } from './controls.ts';
import { el, icon, setHidden } from './dom.ts';
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
  const element = el(
    'section',
    { class: 'empty', attrs: { 'aria-label': t('Getting started') } },
    el('p', { class: 'empty-lead', text: t('Ask something, and watch the model think: decide how hard it tries, see why it stops, and step in at any moment.') }),
    el('h2', { class: 'empty-heading', text: t('Try one of these') }),
    el('ul', { class: 'examples' }, ...tries),
    el('div', { class: 'empty-actions' }, choose.element, connect.element),
  );
  return { element, draw: ({ view, panel }) => setHidden(element, view !== null || panel === null) };
}
