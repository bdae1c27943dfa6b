import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Suggester } from '../../../../extension/assist/world/suggester.ts';
import { proven } from '../../../../extension/evaluation/suggestion/prove.ts';
import { JudgedRunService } from '../../../../extension/runs/judged-service.ts';
import type { EventListener, RunRequest, RunService } from '../../../../extension/runs/service.ts';
import type { ModelCard } from '../../../../extension/reasoning/port.ts';
import type { Outcome } from '../../../../extension/trace/events.ts';

const SOURCE = '// f(2) = 7\n// f(5) = 16\nconst f = (x) => ___;';
const model = { kind: 'local', id: 'm', name: 'M', folder: '/m' } as const;

/** Answers what it is told, one answer a run, and notes what it was asked. */
class Answers implements RunService {
  readonly requests: RunRequest[] = [];
  readonly aborted: string[] = [];
  readonly #answers: string[];
  readonly #delay: number;

  constructor(answers: string[], delay = 0) {
    this.#answers = answers;
    this.#delay = delay;
  }

  describe(): Promise<ModelCard> {
    return Promise.resolve({} as ModelCard);
  }

  async run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
    this.requests.push(request);
    try {
      await sleep(this.#delay, undefined, { signal });
    } catch {
      this.aborted.push(request.run);
      return 'stopped';
    }
    onEvents([{ run: request.run, seq: 0, at: 0, type: 'answer', text: this.#answers[this.requests.length - 1] ?? '', truncated: false }]);
    return 'answered';
  }

  steer(): Promise<boolean> {
    return Promise.resolve(false);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

const completer = (service: RunService): { complete(name: string, source: string, signal: AbortSignal): Promise<string | null> } => {
  const suggester = new Suggester({ service: () => Promise.resolve(new JudgedRunService(service)), model, log: () => undefined });
  return { complete: (name, source, signal) => suggester.suggest({ skill: 'complete', name, source }, signal) };
};
const never = new AbortController().signal;

describe('completing a function', () => {
  it('gives only what makes every example true', async () => {
    assert.equal(await completer(new Answers(['3 * x + 1'])).complete('f', SOURCE, never), '3 * x + 1');
    assert.equal(await completer(new Answers(['x + 5', 'x + 11'])).complete('f', SOURCE, never), null);
    assert.equal(await completer(new Answers(['process.exit()', '"7"'])).complete('f', SOURCE, never), null);
  });

  it('tries low effort first, then medium, with hard caps and behind a person', async () => {
    const service = new Answers(['x + 5', '3 * x + 1']);
    assert.equal(await completer(service).complete('f', SOURCE, never), '3 * x + 1');
    assert.deepEqual(service.requests.map(({ effort, priority }) => [effort, priority]), [['low', 'completion'], ['medium', 'completion']]);
    for (const { budgets } of service.requests) assert.ok((budgets?.thinking ?? Infinity) <= 192 && (budgets?.solution ?? Infinity) <= 48);
  });

  it('asks once for the same function', async () => {
    const service = new Answers(['3 * x + 1', 'x']);
    const one = completer(service);
    await one.complete('f', SOURCE, never);
    assert.equal(await one.complete('f', SOURCE, never), '3 * x + 1');
    assert.equal(service.requests.length, 1);
    const slow = new Answers(['3 * x + 1'], 20);
    const two = completer(slow);
    assert.deepEqual(await Promise.all([two.complete('f', SOURCE, never), two.complete('f', SOURCE, never)]), ['3 * x + 1', '3 * x + 1']);
    assert.equal(slow.requests.length, 1);
  });

  it('gives up a flight nobody waits for, and remembers nothing of it', async () => {
    const service = new Answers(['3 * x + 1', '3 * x + 1'], 30);
    const one = completer(service);
    const stop = new AbortController();
    const asked = one.complete('f', SOURCE, stop.signal);
    await sleep(5);
    stop.abort();
    assert.equal(await asked, null);
    assert.equal(service.aborted.length, 1);
    assert.equal(await one.complete('f', SOURCE, never), '3 * x + 1');
  });

  it('remembers nothing of a model that could not be asked', async () => {
    const broken = new (class extends Answers {
      override run(request: RunRequest, onEvents: EventListener, signal: AbortSignal): Promise<Outcome> {
        if (this.requests.length > 0) return super.run(request, onEvents, signal);
        this.requests.push(request);
        return Promise.reject(new Error('The engine has ended.'));
      }
    })(['', '3 * x + 1']);
    const one = completer(broken);
    assert.equal(await one.complete('f', SOURCE, never), null);
    assert.equal(broken.requests.length, 1, 'and it is not asked twice more in vain');
    assert.equal(await one.complete('f', SOURCE, never), '3 * x + 1');
  });

  it('tells what is remembered without asking', async () => {
    const suggester = new Suggester({ service: () => Promise.resolve(new JudgedRunService(new Answers(['3 * x + 1']))), model, log: () => undefined });
    const task = { skill: 'complete', name: 'f', source: SOURCE } as const;
    assert.equal(suggester.known(task), undefined);
    await suggester.suggest(task, never);
    assert.equal(suggester.known(task), '3 * x + 1');
  });

  it('has one flight at a time', async () => {
    const service = new Answers(['x', '3 * x + 1'], 20);
    const one = completer(service);
    const first = one.complete('f', SOURCE.replace('f(2) = 7', 'f(3) = 10'), never);
    await sleep(5);
    assert.equal(await one.complete('f', SOURCE, never), '3 * x + 1');
    assert.equal(await first, null);
    assert.equal(service.aborted.length, 1);
  });

  it('puts parentheses where the hole needs them', () => {
    assert.equal(proven('// f(1) = 4\n// f(2) = 6\nconst f = (x) => 2 * ___;', 'x + 1'), '(x + 1)');
    assert.equal(proven(SOURCE, '```js\n3 * x + 1\n```'), '3 * x + 1');
  });
});
