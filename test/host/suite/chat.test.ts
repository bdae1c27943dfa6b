import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReinsApi } from '../../../extension/editor/api.ts';
import type { RunEvent } from '../../../extension/trace/events.ts';
import { thoughtsTo } from '../../../extension/editor/chat/thinking-part.ts';
import { conversationOfMessages } from '../../../extension/editor/chat/conversation.ts';
import { activated, closeAll, open, TRIPLE, until } from './support.ts';

const question = `Complete f\n\n\`\`\`javascript\n${TRIPLE}\`\`\``;
const ask = [vscode.LanguageModelChatMessage.User(question)];

async function read(response: vscode.LanguageModelChatResponse): Promise<string> {
  let text = '';
  for await (const piece of response.text) text += piece;
  return text;
}

describe('the chat models of the editor', function () {
  this.timeout(60_000);
  before(activated);

  const models = async (): Promise<vscode.LanguageModelChat[]> => {
    let found: vscode.LanguageModelChat[] = [];
    await until(async () => (found = await vscode.lm.selectChatModels({ vendor: 'reins' })).length > 0);
    return found;
  };
  const ofEffort = async (effort: string): Promise<vscode.LanguageModelChat> => {
    const found = (await models()).find(({ id }) => id === `reins-tiny#${effort}`);
    assert.ok(found, effort);
    return found;
  };

  it('hold ours, once for each effort', async () => {
    assert.deepEqual((await models()).filter(({ id }) => id.startsWith('reins-tiny')).map(({ id }) => id), ['reins-tiny#low', 'reins-tiny#medium', 'reins-tiny#high']);
    assert.ok((await ofEffort('high')).maxInputTokens > 0);
  });

  it('answer without their thoughts, with budgets of the caller', async () => {
    const reins = await activated();
    const shown = reins.currentView()?.run;
    const answer = await read(await (await ofEffort('high')).sendRequest(ask));
    assert.ok(answer.length > 0 && answer.length < 60, answer);
    assert.doesNotMatch(answer, /<\/?think>|try /);
    const short = await read(await (await ofEffort('high')).sendRequest(ask, { modelOptions: { thinkingBudget: 0 } }));
    assert.ok(short.length > 0);
    assert.equal(reins.currentView()?.run, shown, 'what another extension asks does not take the panel');
  });

  it('give their thoughts apart from the answer where the editor has a part for them, and not at all elsewhere', async () => {
    const response = await (await ofEffort('medium')).sendRequest(ask);
    let [text, thoughts] = ['', ''];
    for await (const part of response.stream) {
      if (part instanceof vscode.LanguageModelTextPart) text += part.value;
      else thoughts += String(Reflect.get(Object(part), 'value'));
    }
    assert.ok(text.length > 0 && text.length < 60, text);
    const has = typeof Reflect.get(vscode, 'LanguageModelThinkingPart') === 'function';
    assert.equal(thoughts !== '', has, thoughts);
  });

  it('say what is wrong with the options', async () => {
    const model = await ofEffort('low');
    await assert.rejects(async () => read(await model.sendRequest(ask, { modelOptions: { thinkingBudget: -3 } })), /modelOptions/);
  });

  it('take what is not the model’s as the person’s, whatever role it has', async () => {
    const instructions = Object.assign(vscode.LanguageModelChatMessage.User('Be short.'), { role: 3 });
    const said = conversationOfMessages([instructions, vscode.LanguageModelChatMessage.User('Why?'), vscode.LanguageModelChatMessage.Assistant('So.'), vscode.LanguageModelChatMessage.User('And?')]);
    assert.deepEqual(said, { question: 'And?', history: [{ question: 'Be short.\n\nWhy?', answer: 'So.' }] });
    return Promise.resolve();
  });

  it('are cancelled', async () => {
    const cancel = new vscode.CancellationTokenSource();
    cancel.cancel();
    const model = await ofEffort('high');
    await assert.rejects(async () => read(await model.sendRequest(ask, {}, cancel.token)));
  });

  it('count tokens', async () => {
    const model = await ofEffort('low');
    assert.ok((await model.countTokens('one two three')) < (await model.countTokens(question)));
  });
});

describe('the part for thoughts', () => {
  const tokens = (phase: 'thinking' | 'solving', source: 'model' | 'injected', text: string): RunEvent => ({ run: 'r', seq: 0, at: 0, type: 'tokens', phase, source, text, count: 1 });
  const events = [tokens('thinking', 'model', 'Try 3. '), tokens('thinking', 'injected', 'Wait, '), tokens('thinking', 'model', 'It holds.'), tokens('solving', 'model', '3')];

  class Thinking {
    readonly value: string;
    constructor(value: string) {
      this.value = value;
    }
  }

  it('gets the model’s own thoughts where the editor has it', () => {
    const told: unknown[] = [];
    thoughtsTo((part) => void told.push(part), { LanguageModelThinkingPart: Thinking })(events);
    assert.deepEqual(told, [new Thinking('Try 3. '), new Thinking('It holds.')]);
  });

  it('is done without where the editor has none, or refuses it', () => {
    const told: unknown[] = [];
    thoughtsTo((part) => void told.push(part), {})(events);
    thoughtsTo((part) => void told.push(part), { LanguageModelThinkingPart: 'no class' })(events);
    assert.deepEqual(told, []);
    let tries = 0;
    const refusing = thoughtsTo(() => {
      tries += 1;
      throw new Error('This interface is only proposed.');
    }, { LanguageModelThinkingPart: Thinking });
    refusing(events);
    refusing(events);
    assert.equal(tries, 1);
  });
});

describe('@reins in the chat', function () {
  this.timeout(60_000);
  let reins: ReinsApi;
  before(async () => {
    reins = await activated();
  });
  after(closeAll);

  function heard(): { text: string; progress: string[]; stream: Pick<vscode.ChatResponseStream, 'markdown' | 'progress' | 'button'> } {
    const said = { text: '', progress: [] as string[] };
    const stream = {
      markdown: (value: string | vscode.MarkdownString) => void (said.text += typeof value === 'string' ? value : value.value),
      progress: (value: string) => void said.progress.push(value),
      button: () => undefined,
    };
    return Object.assign(said, { stream: stream as never });
  }

  it('asks about what is attached, at the effort of its command, and shows the run in the panel', async () => {
    const { document } = await open(TRIPLE);
    const chat = heard();
    const request = { prompt: 'Complete f', command: 'low', references: [{ id: 'file', value: document.uri }] };
    const result = await reins.answerInChat(request, { history: [] }, chat.stream, new vscode.CancellationTokenSource().token);
    const view = reins.currentView();
    assert.equal(view?.started?.effort, 'low');
    assert.equal(view.started.task.context?.code, TRIPLE);
    assert.equal(chat.text, view.answer);
    assert.equal(result.metadata?.['run'], view.run);
    assert.equal(chat.progress.length, 1);
  });

  it('takes what is text of everything attached, and names what is not', async () => {
    const { document } = await open(TRIPLE);
    const other = (await open('const other = 1;\n')).document;
    const folder = vscode.Uri.joinPath(document.uri, '..');
    const values: unknown[] = [folder, vscode.Uri.file('/nowhere/*gone*.js'), document.uri, new vscode.Location(other.uri, new vscode.Range(0, 0, 900, 0)), 'said in the terminal', 42, document.uri];
    const chat = heard();
    await reins.answerInChat({ prompt: 'Complete f', command: 'low', references: values.map((value, index) => ({ id: `r${index}`, value })) }, { history: [] }, chat.stream, new vscode.CancellationTokenSource().token);
    const view = reins.currentView();
    assert.equal(view?.started?.task.context?.code, TRIPLE);
    assert.deepEqual(view.started.task.attached?.map(({ code }) => code), ['const other = 1;\n', 'said in the terminal']);
    const said = chat.text.replaceAll('&nbsp;', ' ');
    assert.match(said, /^Not sent/);
    assert.match(said, /\\\*gone\\\*\.js.*r5/, 'names are no markup');
  });

  it('stops the run when the chat is stopped', async () => {
    const cancel = new vscode.CancellationTokenSource();
    const answering = reins.answerInChat({ prompt: question, command: 'high', references: [] }, { history: [] }, heard().stream, cancel.token);
    await until(() => reins.currentView()?.phase === 'thinking');
    cancel.cancel();
    assert.equal((await answering).metadata?.['outcome'], 'stopped');
  });
});

describe('the tool that tells of the last run', function () {
  this.timeout(60_000);

  it('says what was asked, thought, decided and answered', async () => {
    const reins = await activated();
    await reins.ask({ question });
    await reins.whenIdle();
    const { content } = await vscode.lm.invokeTool('reins_lastRun', { input: {}, toolInvocationToken: undefined });
    const text = content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
    assert.match(text, /Complete f/);
    assert.ok(text.includes(reins.currentView()?.answer.trim() ?? '?'));
  });
});
