import assert from 'node:assert/strict';
import { ChatTemplate } from '../../../extension/models/local/chat-template.ts';
import { findThinkingFormat, opensThinking } from '../../../extension/models/local/thinking-format.ts';
import type { ChatMessage } from '../../../extension/reasoning/port.ts';

const qwen = `{%- for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{%- if add_generation_prompt %}<|im_start|>assistant\n{%- if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{%- endif %}{%- endif %}`;
const distill = `{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content.split('</think>')[-1] }}{% endfor %}{% if add_generation_prompt %}<|Assistant|><think>\n{% endif %}`;
const noSystem = `{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}[{{ m.role }}] {{ m.content }}{% endfor %}`;
const user: ChatMessage = { role: 'user', content: 'Hi' };
const system: ChatMessage = { role: 'system', content: 'Be brief.' };
const thinking = { think: true, effort: 'high' } as const;

describe('chat template', () => {
  it('gets the thinking switch and the effort', () => {
    const template = new ChatTemplate(qwen, {});
    assert.match(template.render([user], { think: false, effort: 'low' }), /<think>\n\n<\/think>\s*$/);
    assert.doesNotMatch(template.render([user], thinking), /<think>/);
    const effort = new ChatTemplate('{{ reasoning_effort }}', {});
    assert.equal(effort.render([user], thinking), 'high');
  });

  it('knows the special tokens, as texts or objects', () => {
    assert.match(new ChatTemplate(distill, { bos_token: { content: '<s>' } }).render([user], thinking), /^<s>user: Hi/);
  });

  it('says the system message in the user\'s where the template knows no system role', () => {
    assert.equal(new ChatTemplate(noSystem, {}).render([system, user], thinking), '[user] Be brief.\n\nHi');
  });

  it('is refused with a sentence when it is broken', () => {
    assert.throws(() => new ChatTemplate('{% if %}', {}), { reason: 'model-invalid' });
    assert.throws(() => new ChatTemplate("{{ raise_exception('no') }}", {}).render([user], thinking), { reason: 'model-invalid', message: /refuses the request/ });
  });

  it('is not needed', () => {
    assert.equal(new ChatTemplate(undefined, {}).render([system, user], thinking), 'Be brief.\n\nHi\n\n');
  });
});

describe('thinking format', () => {
  const added = new Set(['<think>', '</think>']);

  it('comes from the template, else from the tokenizer', () => {
    assert.equal(findThinkingFormat({}, distill, added)?.close, '</think>');
    assert.equal(findThinkingFormat({}, undefined, added)?.open, '<think>');
    assert.equal(findThinkingFormat({}, undefined, new Set()), null);
  });

  it('is none for a model that only shares the tokenizer of one that thinks', () => {
    assert.equal(findThinkingFormat({}, '{{ messages }}', added), null);
  });

  it('knows the families', () => {
    assert.equal(findThinkingFormat({}, "… '<|channel|>analysis<|message|>' …", new Set())?.close, '<|end|><|start|>assistant<|channel|>final<|message|>');
    assert.equal(findThinkingFormat({}, undefined, new Set(['[THINK]', '[/THINK]']))?.close, '[/THINK]');
  });

  it('is what the model itself says', () => {
    assert.deepEqual(findThinkingFormat({ thinking: { open: '(', close: ')', closingPhrase: '', afterClose: ' ' } }, qwen, added), { open: '(', close: ')', closingPhrase: '', afterClose: ' ' });
    assert.equal(findThinkingFormat({ thinking: null }, qwen, added), null);
  });

  it('knows whether the prompt stands inside the thoughts', () => {
    const format = findThinkingFormat({}, distill, added);
    assert.equal(opensThinking('user: what is <think>?<|Assistant|><think>\n', format), true);
    assert.equal(opensThinking('user: what is <think> for? <|Assistant|>', format), false);
    assert.equal(opensThinking('<|Assistant|><think>\n\n</think>\n\n', format), false);
    assert.equal(opensThinking('<think>', null), false);
  });
});
