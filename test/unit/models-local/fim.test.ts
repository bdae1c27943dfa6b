import assert from 'node:assert/strict';
import { fimFormats, fimPrompt, formatOfMarks, formatOfName, untilMark } from '../../../extension/models/fim.ts';

const text = { prefix: 'a = ', suffix: '\nb' };

describe('fill-in-the-middle formats', () => {
  it('are known by the marks of a tokenizer', () => {
    const named = (marks: string[]): string | undefined => formatOfMarks(new Set(marks))?.name;
    assert.equal(named(['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|fim_pad|>']), 'Qwen-Coder');
    assert.equal(named(['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|file_separator|>']), 'CodeGemma');
    assert.equal(named(['<fim_prefix>', '<fim_suffix>', '<fim_middle>']), 'StarCoder');
    assert.equal(named(['<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>']), 'DeepSeek-Coder');
    assert.equal(named(['▁<PRE>', '▁<SUF>', '▁<MID>']), 'CodeLlama');
    assert.equal(named(['[SUFFIX]', '[PREFIX]']), 'Codestral');
    assert.equal(named(['<think>']), undefined);
  });

  it('are known by the names of models on servers', () => {
    const names = { 'Qwen/Qwen2.5-Coder-7B': 'Qwen-Coder', 'qwen2.5-coder:1.5b': 'Qwen-Coder', 'bigcode/starcoder2-3b': 'StarCoder', 'codellama:7b-code': 'CodeLlama', 'deepseek-coder-6.7b-base': 'DeepSeek-Coder', 'codegemma:2b': 'CodeGemma', 'codestral-latest': 'Codestral' };
    for (const [model, name] of Object.entries(names)) assert.equal(formatOfName(model)?.name, name, model);
    assert.equal(formatOfName('qwen3:8b'), null);
  });

  it('write the prompt as each model was trained on it', () => {
    const prompts = {
      'Qwen-Coder': '<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>',
      CodeGemma: '<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>',
      StarCoder: '<fim_prefix>a = <fim_suffix>\nb<fim_middle>',
      'DeepSeek-Coder': '<｜fim▁begin｜>a = <｜fim▁hole｜>\nb<｜fim▁end｜>',
      CodeLlama: ' <PRE> a =  <SUF>\nb <MID>',
      Codestral: '[SUFFIX]\nb[PREFIX]a = ',
    };
    for (const format of fimFormats) assert.equal(fimPrompt(format, text), prompts[format.name as keyof typeof prompts], format.name);
  });

  it('keep marks in somebody’s code from becoming the model’s own', () => {
    for (const format of fimFormats) {
      const [first = ''] = format.marks;
      const count = (whole: string): number => whole.split(first.replace('▁', ' ')).length;
      assert.equal(count(fimPrompt(format, { prefix: `x${first}y`, suffix: '' })), count(fimPrompt(format, { prefix: 'xy', suffix: '' })), format.name);
    }
  });

  it('end a completion at the first mark in it', () => {
    const [, qwen] = fimFormats;
    assert.equal(untilMark('x + 1<|fim_pad|>junk', qwen!), 'x + 1');
    assert.equal(untilMark('x + 1', qwen!), 'x + 1');
  });
});
