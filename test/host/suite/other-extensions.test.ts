/** Chat models of other extensions as a backend. The extension that runs the suites plays the other extension. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import { activated, until } from './support.ts';

const VENDOR = 'reins-tests';
const words = Array.from({ length: 200 }, (_, index) => `word${index} `);

interface Seen {
  readonly texts: readonly string[];
  readonly options: { readonly [name: string]: unknown } | undefined;
  cancelled: boolean;
}

describe('models of other extensions', function () {
  this.timeout(60_000);
  let reins: ReinsApi;
  let provider: vscode.Disposable;
  const seen: Seen[] = [];
  let fail: Error | null = null;

  before(async () => {
    reins = await activated();
    provider = vscode.lm.registerLanguageModelChatProvider(VENDOR, {
      provideLanguageModelChatInformation: () => [{ id: 'words', name: 'Words', family: 'words', version: '1', maxInputTokens: 8000, maxOutputTokens: 8000, capabilities: {} }],
      provideLanguageModelChatResponse: async (_model, messages, options, progress, token) => {
        const texts = messages.map(({ content }) => content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join(''));
        const request: Seen = { texts, options: options.modelOptions, cancelled: false };
        seen.push(request);
        token.onCancellationRequested(() => (request.cancelled = true));
        if (fail) throw fail;
        for (const word of words) {
          if (token.isCancellationRequested) return;
          progress.report(new vscode.LanguageModelTextPart(word));
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
      provideTokenCount: (_model, text) => Promise.resolve((typeof text === 'string' ? text : JSON.stringify(text.content)).split(/\s+/).filter((word) => word !== '').length),
    });
    await until(async () => (await vscode.lm.selectChatModels({ vendor: VENDOR })).length > 0);
  });

  after(async () => {
    await vscode.workspace.getConfiguration('reins').update('chatModels', undefined, vscode.ConfigurationTarget.Global);
    await reins.chooseModel('reins-tiny');
    provider.dispose();
  });

  it('is chosen, and says what it cannot do', async () => {
    await reins.useChatModel({ vendor: VENDOR, id: 'words', name: 'Words' });
    const { model, controls, budgets } = reins.panelState();
    assert.equal(model?.name, 'Words');
    assert.match(model?.detail ?? '', /reins-tests/);
    assert.equal(budgets.thinking, 0);
    assert.match(budgets.note, /does not think/);
    assert.equal(controls.ask.enabled, true);
    const kept = vscode.workspace.getConfiguration('reins').get<readonly { vendor: string }[]>('chatModels');
    assert.deepEqual(kept?.map(({ vendor }) => vendor), [VENDOR]);
    assert.equal(seen.length, 0, 'looking at a model asks it nothing');
  });

  it('answers within the budget, and is cancelled there', async () => {
    await reins.ask({ question: 'Tell me words', budgets: { solution: 12 } });
    await reins.whenIdle();
    const view = reins.currentView();
    assert.equal(view?.outcome, 'answered');
    assert.equal(view?.usage.solution, 12);
    assert.equal(view?.usage.estimated, true);
    assert.match(view?.answer ?? '', /^word0 word1 /);
    assert.equal(view?.truncated, true);
    await until(() => Promise.resolve(seen.at(-1)?.cancelled === true));
    assert.ok(seen.at(-1)?.texts.some((text) => text.includes('Tell me words')));
  });

  it('hears of an effort only where the setting says how', async () => {
    assert.deepEqual(seen.at(-1)?.options ?? {}, {});
    await vscode.workspace.getConfiguration('reins').update('chatModels', [{ name: 'Words', vendor: VENDOR, id: 'words', effort: { high: { depth: 3 } } }], vscode.ConfigurationTarget.Global);
    await reins.ask({ question: 'More words', effort: 'high', budgets: { solution: 4 } });
    await reins.whenIdle();
    assert.deepEqual(seen.at(-1)?.options, { depth: 3 });
  });

  it('fails with a sentence', async () => {
    fail = new Error('the other extension is out of order');
    await reins.ask({ question: 'Words?' });
    await reins.whenIdle();
    fail = null;
    const view = reins.currentView();
    assert.equal(view?.outcome, 'failed');
    assert.match(view?.error?.message ?? '', /out of order/);
  });

  it('are not offered to others as models of Reins', async () => {
    const ours = await vscode.lm.selectChatModels({ vendor: 'reins' });
    assert.ok(ours.length > 0);
    assert.ok(ours.every(({ family }) => family !== 'Words'));
  });
});
