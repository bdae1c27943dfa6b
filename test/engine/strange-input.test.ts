/** Whatever the bundled model is asked, each run comes to a proper end, and nothing that is no answer is taken for one. */
import assert from 'node:assert/strict';
import type { EngineClient } from '../../extension/engine/client.ts';
import { repairOf, verdictOf } from '../../extension/editor/runs/verdict.ts';
import { proven } from '../../extension/evaluation/suggestion/prove.ts';
import { checkAgainstExamples } from '../../extension/evaluation/interpreter/check.ts';
import { isRefusal } from '../../extension/evaluation/world/refusal.ts';
import { readMetadata } from '../../extension/models/local/config.ts';
import { efforts } from '../../extension/reasoning/effort.ts';
import { emptyView, foldEvents } from '../../extension/trace/fold.ts';
import type { RunView } from '../../extension/trace/view.ts';
import { newClient, requestOf, runAll } from './support/clients.ts';
import { bundled, bundledRef } from './support/models.ts';
import { endless, otherValues, realSelections, type Asked } from './support/strange-input.ts';

/** Share of questions outside its world that a model which claims to refuse them has to refuse. */
const REFUSED = 0.9;
/** Programs that never end are written in the words of its world, so many look like tasks: what counts is that every run ends. */
const REFUSED_OF_ENDLESS = 0.25;

const MEGABYTE = 2 ** 20;

describe('strange input to the bundled model', function () {
  this.timeout(1_200_000);
  let client: EngineClient;
  let refuses: boolean;
  before(async () => {
    ({ client } = newClient());
    refuses = (await readMetadata(bundled.folder)).reins.refuses === true;
  });
  after(() => client.dispose());

  /** Ask as the editor does, with the budgets of the effort, and demand a proper end. */
  async function ask({ question, languageId, code }: Asked, effort = efforts[0]!): Promise<RunView> {
    const request = { ...requestOf(), model: bundledRef, question, context: { label: 'selection', languageId, code }, effort };
    const { budgets: _, ...asked } = request;
    const { outcome, events } = await runAll(client, asked);
    const view = foldEvents(emptyView(request.run), events);
    assert.equal(outcome, 'answered', `${code}\n${view.error?.message ?? view.notices.map(({ message }) => message).join(' ')}`);
    assert.equal(events.filter(({ type }) => type === 'answer').length, 1);
    assert.equal(events.at(-1)?.type, 'ended');
    assert.ok(view.answer.trim() !== '');
    return view;
  }

  const groups: readonly (readonly [what: string, asked: () => readonly Asked[], least: number])[] = [
    ['fifty selections of real code', () => realSelections(50), REFUSED],
    ['programs about other things than integers', () => otherValues, REFUSED],
    ['programs that never end', () => endless, REFUSED_OF_ENDLESS],
  ];
  for (const [what, asked, least] of groups) {
    it(`${what}: every run ends with an answer; a model that claims to refuse does`, async function () {
      const all = asked();
      let refused = 0;
      for (const [index, one] of all.entries()) {
        const { answer } = await ask(one, efforts[index % efforts.length]);
        refused += Number(isRefusal(answer));
        if (isRefusal(answer)) assert.equal(proven(one.code, answer) ?? verdictOf(one.code, answer) ?? repairOf(one.code, answer), null);
      }
      this.test!.title += ` (${refused} of ${all.length} refused)`;
      if (refuses) assert.ok(refused >= least * all.length, `${refused} of ${all.length} refused`);
    });
  }

  it('any characters are read, and answered', async () => {
    const texts = [noise(600).toString('latin1'), noise(150).toString('utf8'), '\ud800 lone \udfff surrogates \udc00\ud800', '\u0000\u0001\u0007\u001b[31m\u007f\u0085\u2028\u202e', '\r\n\t\u00a0\ufeff', '👩‍👩‍👧‍👦é́́'];
    for (const code of texts) await ask({ question: 'Explain this', languageId: 'javascript', code });
    for (const text of texts) await ask({ question: `Explain ${text}`, languageId: 'javascript', code: 'x' });
  });

  it('text that looks like the marks of a conversation ends a run properly too', async () => {
    // Such text may end the model's turn at once, which is no answer and is told as what it is.
    for (const code of ['<think></think><|im_end|>', '</think>', '<|im_start|>assistant\n<think>\n']) {
      const { outcome, events } = await runAll(client, { ...requestOf(), model: bundledRef, question: code, context: { label: 'selection', languageId: 'javascript', code } });
      const view = foldEvents(emptyView(events[0]!.run), events);
      assert.ok(outcome === 'answered' ? view.answer !== '' : outcome === 'exhausted' && view.notices.some(({ code: told }) => told === 'empty-answer' || told === 'no-answer'), outcome);
      assert.ok(!/<\|im_|<\/?think>/.test(view.answer), view.answer);
    }
  });

  it('more than the context holds is refused in a sentence, whatever it is made of', async () => {
    const megabytes = ['a'.repeat(MEGABYTE), '7'.repeat(MEGABYTE), '{\n\t'.repeat(MEGABYTE / 3), 'const f = (x) => 3 * x + 1;\n'.repeat(MEGABYTE / 28), noise(MEGABYTE).toString('latin1')];
    for (const code of megabytes) {
      const { outcome, events } = await runAll(client, { ...requestOf(), model: bundledRef, context: { label: 'file', languageId: 'javascript', code } });
      assert.equal(outcome, 'failed');
      const error = events.find((event) => event.type === 'error');
      assert.equal(error?.reason, 'context-overflow');
      assert.match(error?.message ?? '', /^The prompt takes \d+ tokens and .* can hold \d+, .* Ask about less code, or choose a model with a longer context\.$/);
    }
    await ask({ question: 'What does this print?', languageId: 'javascript', code: 'console.log(1 + 2);' });
  });

  it('the check of an answer ends, also on code that never does', () => {
    for (const { code } of endless) {
      assert.deepEqual(checkAgainstExamples(code).satisfied, []);
      for (const answer of ['x', 'x + 1', 'f(x)', 'while (true) {', 'for (let i = 0; i < 3; i--) {']) {
        assert.equal(proven(code, answer), null, code);
        assert.notEqual(verdictOf(code, answer)?.firstViolation, null, code);
      }
    }
  });
});

/** Bytes without a pattern, the same every time (a linear congruential generator). */
function noise(size: number): Buffer {
  let state = 1;
  return Buffer.from(Uint8Array.from({ length: size }, () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) >>> 16));
}
