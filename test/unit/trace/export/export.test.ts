import assert from 'node:assert/strict';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import * as v from 'valibot';
import { runEventSchema, TRACE_VERSION, type RunEvent } from '../../../../extension/trace/events.ts';
import { exportJson } from '../../../../extension/trace/export/json.ts';
import { exportMarkdown } from '../../../../extension/trace/export/markdown.ts';
import { fenced, inline } from '../../../../extension/trace/export/markdown-text.ts';
import { emptyView, foldEvents } from '../../../../extension/trace/fold.ts';
import { anyLog, ordinaryLog, stamp, started } from '../arbitrary.ts';

const fold = (events: readonly RunEvent[]): ReturnType<typeof emptyView> => foldEvents(emptyView('run-1'), events);
const markdown = new MarkdownIt({ html: true, linkify: true });

describe('the JSON export', () => {
  it('holds every event and what they come to', () => {
    const log = ordinaryLog();
    const document = JSON.parse(exportJson(log, fold(log)));
    assert.equal(document.format, 'reins-trace');
    assert.equal(document.version, TRACE_VERSION);
    assert.deepEqual(v.parse(v.array(runEventSchema), document.events), log);
    assert.equal(document.summary.answer, 'x * 3');
    assert.equal(document.summary.outcome, 'answered');
    assert.deepEqual(document.summary.budgets, { thinking: 120, solution: 40 });
  });

  it('works for every log', () => {
    fc.assert(fc.property(anyLog, (log) => JSON.parse(exportJson(log, fold(log))).events.length === log.length));
  });
});

describe('the Markdown export', () => {
  it('tells an ordinary run', () => {
    const text = exportMarkdown(fold(ordinaryLog()));
    for (const part of ['Answered.', '## Question', 'Complete f', 'const f = (x) => ?;', '```javascript', 'Tiny (local)', '17 of 120 tokens, 6 of them for probes', '4 of 40 tokens', 'f(2) = 6 ok', 'At thinking token 11, answer-convergence: end-thinking. The last three trial answers agree. Saved about 60 tokens (estimate).', 'equal answers: 3 (threshold 3)', '## Probes', '## Answer']) {
      assert.ok(text.includes(part), `${part}\n---\n${text}`);
    }
  });

  it('does not say of budgets in estimated tokens that they were enforced token by token', () => {
    const budgets = (changes: object): string => /\| Budgets \| (.*) \|/.exec(exportMarkdown(fold(stamp([{ ...started(), ...changes }]))))?.[1] ?? '';
    const prompt = { text: 'Complete f', tokens: 3, estimated: true };
    assert.equal(budgets({}), 'enforced token by token');
    assert.equal(budgets({ prompt }), 'enforced in place, in estimated tokens');
    assert.equal(budgets({ prompt, tokenCounts: 'counted' }), 'enforced token by token');
    assert.equal(budgets({ prompt, enforcement: 'degraded' }), 'enforced by asking again');
  });

  it('tells a failed, a stopped and an unfinished run', () => {
    const usage = { prompt: 1, thinking: 0, solution: 0, probes: 0, injected: 0, discarded: 3, estimated: true };
    const failed = stamp([started(), { type: 'error', reason: 'offline', message: 'There is no connection.' }, { type: 'ended', outcome: 'failed', usage, elapsedMs: 1 }]);
    assert.match(exportMarkdown(fold(failed)), /Failed: There is no connection\.[\s\S]*3 tokens \(estimated\)/);
    const stopped = stamp([started(), { type: 'steer', command: { kind: 'stop' }, accepted: true }, { type: 'ended', outcome: 'stopped', usage, elapsedMs: 1 }]);
    assert.match(exportMarkdown(fold(stopped)), /Stopped by the person\.[\s\S]*- After 16 ms, stop/);
    assert.match(exportMarkdown(fold(ordinaryLog().slice(0, 5))), /Not finished/);
    assert.match(exportMarkdown(emptyView('run-1')), /Not finished/);
  });

  it('shows what was discarded', () => {
    const log = stamp([started(), { type: 'tokens', phase: 'solving', source: 'model', text: 'x + 1', count: 3 }, { type: 'rewound', phase: 'solving', text: 'x + 1', count: 3, reason: 'keep-thinking' }]);
    assert.match(exportMarkdown(fold(log)), /## Discarded answers\n\nAfter 32 ms:\n\n```\nx \+ 1\n```/);
  });

  it('keeps hostile text in its place', () => {
    const hostile = '```\n# out\n\n````\n<script>x</script>\n| a | b |\n![i](http://e.x/i.png) [l](javascript:x) http://e.x www.e.com\n~~~\n\n    code\n- item\n***';
    const log = stamp([
      started(hostile, hostile),
      { type: 'tokens', phase: 'thinking', source: 'model', text: hostile, count: 3 },
      { type: 'probe', policy: hostile, atToken: 1, text: hostile, answer: hostile, injected: 1, generated: 1 },
      { type: 'decision', decision: { atToken: 1, phase: 'thinking', policy: hostile, action: 'stop', evidence: [{ signal: hostile, value: hostile }], reason: hostile } },
      { type: 'notice', code: 'x', message: hostile },
      { type: 'steer', command: { kind: 'steer', text: hostile }, accepted: false, note: hostile },
      { type: 'answer', text: hostile, truncated: true },
    ]);
    assertOnlyOurMarkup(exportMarkdown(fold(log)));
    const fences = markdown.parse(exportMarkdown(fold(log)), {}).filter((token) => token.type === 'fence');
    assert.deepEqual(fences.map((fence) => fence.content), Array(4).fill(`${hostile}\n`));
  });

  it('keeps any text in its place', () => {
    fc.assert(fc.property(anyLog, (log) => assertOnlyOurMarkup(exportMarkdown(fold(log)))));
  });

  it('writes fences and lines that nothing gets out of', () => {
    const nasty = fc.string({ unit: fc.constantFrom('`', '~', '\n', '\r', ' ', '\t', '#', '-', '1.', '*', '<b>', '|', '\\', '[a](b)', '&amp;', '\u2028', 'x') });
    fc.assert(
      fc.property(nasty, (text) => {
        const blocks = markdown.parse(`${fenced(text, 'js\n```')}\n\nafter`, {});
        assert.deepEqual(blocks.map((token) => token.type), ['fence', 'paragraph_open', 'inline', 'paragraph_close']);
        const lines = markdown.parse(`- ${inline(text)}`, {}).filter((token) => !/^(bullet_list|list_item|paragraph)_(open|close)$/.test(token.type));
        for (const line of lines) {
          assert.equal(line.type, 'inline');
          assert.ok(line.children?.every((child) => child.type === 'text' || child.type === 'text_special'), JSON.stringify(line.children));
        }
      }),
    );
  });
});

/** Headings, tables, lists and fences are ours; nothing else may come out, and no heading but those we write. */
function assertOnlyOurMarkup(text: string): void {
  const tokens = markdown.parse(text, {});
  const titles = tokens.filter((_token, index) => tokens[index - 1]?.type === 'heading_open').map((token) => token.content);
  for (const title of titles) assert.match(title, /^(Reins run(, [\dTZ\\:.-]+)?|Question|Totals|Notices|Thoughts|Decisions|Probes|Commands of the person|Answer|Discarded answers|Test runs|Tests: (Without a change|Sample \d+): (passed|failed|not-run)(, exit code \d+)?, [\d.]+ m?s(, \d+ lines changed)?|Tools|\d+\. [^\n]*: (no result|(ok|refused|failed|stopped), \d+ tokens( \(estimated\))?(, use \d+ of \d+)?)|Samples|Sample \d+: (answered|exhausted|stopped|failed), \d+ tokens( \(estimated\))?)$/);
  for (const token of tokens) {
    assert.match(token.type, /^(heading|paragraph|table|thead|tbody|tr|th|td|bullet_list|list_item)_(open|close)$|^inline$|^fence$/);
    for (const child of token.children ?? []) assert.match(child.type, /^(text|text_special|softbreak)$/, `${child.type} in ${token.content}`);
  }
}
