/**
 * Whole logs of typical runs, compared line by line with the files beside this one: every reason, figure and sentence a person sees.
 * After a deliberate change of wording, REINS_WRITE_LOGS=1 writes them anew; read the difference before committing it.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { logText } from '../../support/log-text.ts';
import { FakeClock, runScripted, words, type ScriptedRunOptions } from '../../support/run-scripted.ts';
import { CLOSE, OPEN } from '../../support/scripted-model.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';
import type { RunEvent, SteerCommand } from '../../../extension/trace/events.ts';

const answer = (had: number): string[] => [`a${had} `, 'b'];
const no = { available: false, reason: 'This server cannot go back.' } as const;

/** Post each command when the n-th event of the kind has come. */
function when(plan: readonly (readonly ['thinking' | 'solving', number, SteerCommand])[]): NonNullable<ScriptedRunOptions['onEvent']> {
  const seen = { thinking: 0, solving: 0 };
  const left = [...plan];
  return (event, control) => {
    if (event.type !== 'tokens' || event.source !== 'model' || (event.phase !== 'thinking' && event.phase !== 'solving')) return;
    seen[event.phase] += 1;
    while (left[0] && left[0][0] === event.phase && left[0][1] <= seen[event.phase]) control.post(left.shift()![2]);
  };
}

const scenarios: Record<string, () => ScriptedRunOptions> = {
  'natural end': () => ({ script: { thoughts: words(2), answer }, settings: { context: { label: 'f.js', languageId: 'javascript', code: 'x' } } }),
  'budget spent': () => ({ script: { thoughts: words(9), answer }, settings: { budgets: { thinking: 3 } } }),
  'context full': () => ({ script: { thoughts: words(90), answer, contextLength: 60, promptTokens: 10 }, settings: { budgets: { solution: 30 } } }),
  'early exit': () => ({ script: { thoughts: words(500), answer: () => ['7'], fullThinkingTokens: 800 }, settings: { effort: 'low', budgets: { thinking: 100 } } }),
  'early exit on a model that answers in prose': () => ({
    script: { thoughts: words(90), chunk: 8, answer: () => ['7'], hinted: () => [' 7', '** is', ' it'], effort: 'cap', trialProbability: () => 0.9 },
    settings: { effort: 'low', budgets: { thinking: 480 } },
  }),
  'too little room for a trial answer': () => ({ script: { thoughts: words(60), chunk: 8, answer: () => ['7'], fullThinkingTokens: 6400 }, settings: { effort: 'low', budgets: { thinking: 298 }, signals: 'all' } }),
  'no thinking': () => ({ script: { thoughts: words(9), answer }, settings: { budgets: { thinking: 0 } } }),
  'a direct answer': () => ({ script: { thoughts: [], thinks: false, answer } }),
  'tags that do not belong': () => ({ script: { thoughts: words(1), answer: () => [CLOSE, 'x', OPEN, 'y', CLOSE, 'z'] } }),
  'an answer cut off': () => ({ script: { thoughts: [], answer: () => words(9, 'a') }, settings: { budgets: { solution: 3 } } }),
  'an empty answer': () => ({ script: { thoughts: [], answer: () => [] } }),
  'nothing but white space': () => ({ script: { thoughts: [], answer: () => ['\n', '\n', '\n', '\n'] }, settings: { budgets: { solution: 3 } } }),
  'broken off inside the thoughts': () => ({ script: { thoughts: words(2), answer, endsInsideThoughts: true } }),
  'a large chunk': () => ({ script: { thoughts: words(9), answer, chunk: 4 }, settings: { budgets: { thinking: 6, solution: 7 } } }),
  'a failure': () => ({ script: { thoughts: words(2), answer, failAt: { step: 4, error: new ReasoningError('stream-cut', 'The stream was cut.') } } }),
  'a failure of no known kind': () => ({ script: { thoughts: words(9), answer, failAt: { step: 1, error: new Error('what?') } } }),
  'stop while thinking': () => ({ script: { thoughts: words(9), answer }, onEvent: when([['thinking', 2, { kind: 'stop' }]]) }),
  'stop while answering': () => ({ script: { thoughts: [], answer }, onEvent: when([['solving', 1, { kind: 'stop' }]]) }),
  'answer now': () => ({ script: { thoughts: words(9), answer }, onEvent: when([['thinking', 2, { kind: 'answer-now' }], ['solving', 1, { kind: 'answer-now' }]]) }),
  'keep thinking while thinking': () => ({ script: { thoughts: words(9), answer }, settings: { budgets: { thinking: 4 } }, onEvent: when([['thinking', 2, { kind: 'keep-thinking', tokens: 3 }]]) }),
  'keep thinking with little room': () => ({
    script: { thoughts: words(90), answer, contextLength: 40, promptTokens: 10 },
    settings: { budgets: { thinking: 10, solution: 10 } },
    onEvent: when([['thinking', 2, { kind: 'keep-thinking', tokens: 50 }], ['thinking', 18, { kind: 'keep-thinking', tokens: 50 }]]),
  }),
  'keep thinking while answering': () => ({ script: { thoughts: words(3), answer }, settings: { budgets: { thinking: 10 } }, onEvent: when([['solving', 1, { kind: 'keep-thinking', tokens: 20 }]]) }),
  'keep thinking where it cannot go back': () => ({ script: { thoughts: words(1), answer, capabilities: { rewind: no } }, onEvent: when([['solving', 1, { kind: 'keep-thinking', tokens: 20 }]]) }),
  'keep thinking on a model that does not think': () => ({ script: { thoughts: [], thinks: false, answer }, onEvent: when([['solving', 1, { kind: 'keep-thinking', tokens: 20 }]]) }),
  'a remark while thinking': () => ({ script: { thoughts: words(3), answer }, onEvent: when([['thinking', 2, { kind: 'steer', text: ' mind the zero ' }]]) }),
  'a remark while answering': () => ({ script: { thoughts: words(3), answer }, settings: { budgets: { thinking: 4 } }, onEvent: when([['solving', 1, { kind: 'steer', text: 'again' }]]) }),
  'a remark that cannot be given': () => ({ script: { thoughts: words(3), answer, capabilities: { append: no } }, onEvent: when([['thinking', 1, { kind: 'steer', text: 'x' }], ['solving', 1, { kind: 'steer', text: 'x' }]]) }),
  'let go without being held': () => ({ script: { thoughts: words(2), answer }, onEvent: when([['thinking', 1, { kind: 'release' }], ['solving', 1, { kind: 'release' }]]) }),
  'held and let go': () => ({
    script: { thoughts: words(4), answer },
    settings: { holdAt: 2 },
    onEvent: (event: RunEvent, control) => event.type === 'hold' && event.held && queueMicrotask(() => control.post({ kind: 'release' })),
  }),
  'gone on thinking': () => ({ script: { thoughts: words(3), answer }, settings: { resume: { parent: 'p', thoughts: 'earlier ', answer: 'x', into: 'thinking' } } }),
  'gone on answering': () => ({ script: { thoughts: words(3), answer: () => ['b'] }, settings: { resume: { parent: 'p', thoughts: 'earlier', answer: 'x ', into: 'solving' } } }),
  'out of time': () => {
    const clock = new FakeClock();
    return { script: { thoughts: words(9), answer: () => words(9, 'a') }, settings: { budgets: { seconds: 4 } }, clock, onEvent: (event) => event.type === 'tokens' && void clock.advance(500) };
  },
};

describe('the log of', () => {
  for (const [name, options] of Object.entries(scenarios)) {
    it(name, async () => {
      const path = join(import.meta.dirname, 'logs', `${name.replaceAll(' ', '-')}.txt`);
      const text = `${logText((await runScripted(options())).events)}\n`;
      if (process.env['REINS_WRITE_LOGS']) writeFileSync(path, text);
      assert.equal(text, readFileSync(path, 'utf8'));
    });
  }
});
