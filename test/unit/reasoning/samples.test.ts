import assert from 'node:assert/strict';
import type { Model, OpenOptions, Session, StepOptions } from '../../../extension/reasoning/port.ts';
import { ReasoningError } from '../../../extension/reasoning/errors.ts';
import { RunControl } from '../../../extension/reasoning/control.ts';
import type { RunSettings } from '../../../extension/reasoning/plan.ts';
import { runSampled } from '../../../extension/reasoning/strategies/samples.ts';
import type { Outcome, RunEvent, RunEventOf, UnstampedEvent } from '../../../extension/trace/events.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import type { RunView } from '../../../extension/trace/view.ts';
import { FakeClock, words } from '../../support/run-scripted.ts';
import { ScriptedModel, type Script } from '../../support/scripted-model.ts';

const varied = { sampler: { temperature: 0.8 } };

/** Each session is another model's, in the order in which they are opened. */
class Several implements Model {
  readonly models: readonly ScriptedModel[];
  readonly card: Model['card'];
  readonly seeds: number[] = [];
  opened = 0;

  constructor(scripts: readonly Script[], backend: 'local' | 'remote') {
    this.models = scripts.map((script) => new ScriptedModel(script));
    this.card = { ...this.models[0]!.card, backend };
  }

  async open(options: OpenOptions): Promise<Session> {
    const { models, seeds } = this;
    const session = await models[this.opened++ % models.length]!.open(options);
    const step = session.step.bind(session);
    session.step = (given: StepOptions, stop) => (seeds.push(given.seed), step(given, stop));
    return session;
  }

  tick(): never {
    throw new Error('No run ticks.');
  }

  countTokens(text: string): number {
    return this.models[0]!.countTokens(text);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

const says = (answer: string, thoughts = 3): Script => ({ thoughts: words(thoughts), answer: () => [answer] });

interface Sampled {
  readonly outcome: Outcome;
  readonly events: readonly RunEvent[];
  readonly view: RunView;
  readonly model: Several;
  of<T extends RunEvent['type']>(type: T): RunEventOf<T>[];
}

async function sample(scripts: readonly Script[], settings: Partial<RunSettings>, onEvent: (event: RunEvent, control: RunControl) => void = () => {}, backend: 'local' | 'remote' = 'local'): Promise<Sampled> {
  const model = new Several(scripts, backend);
  const control = new RunControl(new AbortController().signal);
  const clock = new FakeClock();
  const events: RunEvent[] = [];
  const emit = (event: UnstampedEvent): void => {
    const stamped = { ...event, run: 'r', seq: events.length, at: 0 } as RunEvent;
    events.push(stamped);
    onEvent(stamped, control);
  };
  const outcome = await runSampled({ settings: { run: 'r', question: 'What?', effort: 'high', seed: 5, exits: 'off', ...settings }, model, control, clock, startedAt: '2026-01-01T00:00:00.000Z', emit });
  return { outcome, events, model, view: foldEvents(emptyView('r'), events), of: (type) => events.filter((event): event is RunEventOf<typeof type> => event.type === type) as never };
}

describe('several samples of a question', () => {
  it('are voted on, and the answer of the most is given although the one watched said something else', async () => {
    const { outcome, view, of } = await sample([says('7'), says('8'), says('8')], { samples: 3, ...varied });
    assert.equal(outcome, 'answered');
    assert.equal(view.answer, '8');
    const [decision] = view.decisions.filter(({ policy }) => policy === 'vote');
    assert.equal(decision?.action, 'choose-answer');
    assert.deepEqual(decision?.evidence.slice(0, 2).map(({ value }) => value), [2, 1]);
    assert.deepEqual(of('sample').map(({ index, seed, answer }) => [index, seed, answer]), [[0, 5, '7'], [1, 6, '8'], [2, 7, '8']]);
  });

  it('are in the bill: what is not shown counts as discarded', async () => {
    const one = await sample([says('8')], { ...varied });
    const three = await sample([says('7'), says('8'), says('9')], { samples: 3, ...varied });
    const generated = one.view.usage.thinking + one.view.usage.solution;
    assert.equal(three.view.usage.discarded, 2 * generated);
    assert.equal(three.view.usage.thinking, one.view.usage.thinking);
    const live = foldEvents(emptyView('r'), three.events.filter(({ type }) => type !== 'ended'));
    assert.deepEqual(live.usage, three.view.usage, 'counted live what the end confirms');
  });

  it('end early when the rest could not change the answer', async () => {
    const { of, model, view } = await sample([says('8')], { samples: 5, ...varied });
    assert.equal(of('sample').length, 3);
    assert.equal(model.opened, 3);
    assert.match(view.decisions.at(-1)!.reason, /All 3 samples gave the same answer.*2 of the 5 wanted/);
  });

  it('are drawn at once over a server, and what is not needed is cancelled', async () => {
    const slow: Script = { ...says('never', 400), stallAt: 2 };
    const { of, view, outcome } = await sample([says('8'), says('8'), says('8'), slow], { samples: 4, ...varied }, () => {}, 'remote');
    assert.equal(outcome, 'answered');
    assert.deepEqual(of('sample').map(({ outcome: one }) => one), ['answered', 'answered', 'answered', 'stopped']);
    assert.equal(view.answer, '8');
  });

  it('all end with Stop', async () => {
    const slow: Script = { ...says('8', 400), stallAt: 50 };
    const { outcome, of } = await sample([slow], { samples: 4, ...varied }, (event, control) => {
      if (event.type === 'tokens') control.post({ kind: 'stop' });
    }, 'remote');
    assert.equal(outcome, 'stopped');
    assert.ok(of('sample').every((one) => one.outcome === 'stopped'));
    assert.equal(of('ended').length, 1);
  });

  it('make way for Answer Now', async () => {
    const { outcome, view, of } = await sample([says('8', 300)], { samples: 5, ...varied }, (event, control) => {
      if (event.type === 'tokens' && event.phase === 'thinking') control.post({ kind: 'answer-now' });
    });
    assert.equal(outcome, 'answered');
    assert.equal(view.answer, '8');
    assert.equal(of('sample').length, 1);
  });

  it('are cut short by Answer Now and by Stop also when the watched one has its answer, and the vote is among those that are over', async () => {
    for (const kind of ['answer-now', 'stop'] as const) {
      const slow: Script = { ...says('never', 400), stallAt: 2 };
      const { outcome, view, of } = await sample([says('8'), says('7'), slow, slow], { samples: 4, ...varied }, (event, control) => {
        if (event.type === 'sample' && event.index === 1) control.post({ kind });
      }, 'remote');
      assert.equal(outcome, 'answered');
      assert.equal(view.answer, '8');
      assert.deepEqual(of('sample').map((one) => one.outcome), ['answered', 'answered', 'stopped', 'stopped']);
      const [told] = of('steer');
      assert.equal(told?.accepted, true);
      assert.match(told?.note ?? '', /among the samples that are over|among those that are over/);
      assert.equal(of('ended').length, 1);
    }
  });

  it('say to every other command that the watched one is over, and are drawn on', async () => {
    const commands = [{ kind: 'keep-thinking', tokens: 8 }, { kind: 'steer', text: 'Be brief.' }, { kind: 'release' }] as const;
    const { outcome, of, view } = await sample([says('8'), says('7', 40), says('7', 40), says('9', 40)], { samples: 4, ...varied }, (event, control) => {
      if (event.type === 'sample' && event.index === 0) for (const command of commands) control.post(command);
    }, 'remote');
    assert.equal(outcome, 'answered');
    assert.equal(view.answer, '7');
    assert.equal(of('sample').length, 4);
    assert.deepEqual(of('steer').map(({ command, accepted }) => [command.kind, accepted]), commands.map(({ kind }) => [kind, false]));
    assert.match(of('steer')[0]?.note ?? '', /The sample you watched has its answer/);
  });

  it('are not drawn when the one watched fails, and its words are kept', async () => {
    const failing: Script = { ...says('8'), failAt: { step: 2, error: new Error('gone') } };
    const { outcome, model, view } = await sample([failing, says('8')], { samples: 3, ...varied });
    assert.equal(outcome, 'failed');
    assert.equal(model.opened, 1);
    assert.ok(view.error);
  });

  it('vote without the watched one when that fails, and its failure is told and in the trace', async () => {
    const failing: Script = { ...says('7'), failAt: { step: 2, error: new ReasoningError('stream-cut', 'The connection was lost.') } };
    const { outcome, view, of, model } = await sample([failing, says('8'), says('9', 9), says('8')], { samples: 8, ...varied }, undefined, 'remote');
    assert.deepEqual([outcome, view.outcome, view.answer, view.error], ['answered', 'answered', '8', null]);
    assert.deepEqual(of('sample').map(({ index, outcome: one }) => [index, one]).sort(), [[0, 'failed'], [1, 'answered'], [2, 'answered'], [3, 'answered']]);
    assert.deepEqual(of('notice').map(({ code, message }) => [code, message]), [['sample-failed', 'The sample you watched failed, and the vote is among the others. The connection was lost.']]);
    assert.equal(model.opened, 4, 'no more are begun where one has failed so');
    assert.ok(view.thoughts.some(({ text }) => text !== ''), 'its thoughts are kept');
    assert.equal(view.decisions.at(-1)?.action, 'choose-answer');
    assert.equal(of('ended').length, 1);
  });

  it('vote without the watched one also when that could not even begin', async () => {
    const { outcome, view, of } = await sample([{ ...says('7'), openError: new ReasoningError('rate-limited', 'The server is limiting requests.') }, says('8'), says('8'), says('8')], { samples: 4, ...varied }, undefined, 'remote');
    assert.deepEqual([outcome, view.outcome, view.answer, view.error, view.phase], ['answered', 'answered', '8', null, 'done']);
    assert.equal(of('started').length, 1, 'what was asked of whom is in the trace');
    assert.match(of('notice')[0]?.message ?? '', /The sample you watched failed.*limiting requests/);
  });

  it('fail as the watched one did where none of the others comes to an answer', async () => {
    const cut = (message: string): Script => ({ ...says('7'), failAt: { step: 2, error: new ReasoningError('stream-cut', message) } });
    const { outcome, view, of } = await sample([cut('The first was lost.'), cut('Another was lost.'), cut('Another was lost.')], { samples: 3, ...varied }, undefined, 'remote');
    assert.deepEqual([outcome, view.error?.message, of('error').length], ['failed', 'The first was lost.', 1]);
    assert.ok(of('notice').every(({ message }) => !message.startsWith('The sample you watched')));
  });

  it('say that the watched one failed when it is to be steered, and end with Stop', async () => {
    const failing: Script = { ...says('7'), failAt: { step: 2, error: new ReasoningError('stream-cut', 'The connection was lost.') } };
    const slow: Script = { ...says('never', 400), stallAt: 2 };
    const { outcome, of } = await sample([failing, slow, slow], { samples: 3, ...varied }, (event, control) => {
      if (event.type !== 'sample' || event.index !== 0) return;
      control.post({ kind: 'steer', text: 'Be brief.' });
      control.post({ kind: 'stop' });
    }, 'remote');
    assert.equal(outcome, 'failed');
    assert.deepEqual(of('steer').map(({ command, accepted }) => [command.kind, accepted]).sort(), [['steer', false], ['stop', true]]);
    assert.match(of('steer').find(({ command }) => command.kind === 'steer')?.note ?? '', /^The sample you watched failed/);
  });

  it('that fail beside the watched one are told with the reason, once, and the others vote', async () => {
    const limited: Script = { ...says('8'), failAt: { step: 2, error: new ReasoningError('rate-limited', 'The server is limiting requests.') } };
    const { outcome, view, of } = await sample([says('7'), limited, says('7'), limited], { samples: 4, ...varied }, undefined, 'remote');
    assert.deepEqual([outcome, view.answer], ['answered', '7']);
    assert.deepEqual(of('notice').map(({ code, message }) => [code, message]), [['sample-failed', 'A further sample failed, and the vote is among the others. The server is limiting requests.']]);
    assert.ok(view.decisions.some(({ policy }) => policy === 'vote'));
  });

  it('are one where all would be the same, and it is said', async () => {
    const { of, model } = await sample([says('8')], { samples: 3, sampler: { temperature: 0 } });
    assert.equal(model.opened, 1);
    assert.deepEqual(of('notice').map(({ code }) => code), ['samples-alike']);
    assert.equal(of('sample').length, 0);
  });

  it('have a seed each, of their own', async () => {
    const { model } = await sample([says('7'), says('8'), says('9')], { samples: 3, ...varied });
    assert.deepEqual([...new Set(model.seeds)], [5, 6, 7]);
  });
});
