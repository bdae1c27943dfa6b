import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { outputsSuffix, summarize } from '../../../extension/models/local/onnx-graph.ts';
import { bytesField, fields, TruncatedMessage, varintField } from '../../../extension/models/local/protobuf.ts';
import { findResiduals } from '../../../extension/models/local/residuals.ts';

const models = join(import.meta.dirname, '../../fixtures/models');
const graphOf = (name: string) => readFileSync(join(models, name, 'onnx', 'model.onnx'));

describe('protobuf', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 2 ** 31 }), (number, payload, value) => {
        const message = Buffer.concat([bytesField(number, payload), varintField(number + 1, value)]);
        const [first, second] = [...fields(message)];
        assert.deepEqual([first?.number, Buffer.from(first!.bytes)], [number, Buffer.from(payload)]);
        assert.deepEqual([second?.number, second?.value], [number + 1, value]);
      }),
    );
  });

  it('notices bytes that are cut off', () => {
    const message = bytesField(3, 'hello');
    for (let length = 1; length < message.length; length += 1) {
      assert.throws(() => [...fields(message.subarray(0, length))], TruncatedMessage);
    }
  });
});

describe('ONNX graphs', () => {
  it('are read without their weights', () => {
    const { produced, external } = summarize(graphOf('qwen3-genai-fp32'));
    assert.ok(produced.has('logits'));
    assert.ok(external.some(({ location, end }) => location === 'model.onnx.data' && end > 0));
  });

  it('get outputs appended without a byte of the original changed', () => {
    const original = graphOf('qwen3-genai-fp32');
    const suffix = outputsSuffix(['a', 'b']);
    assert.ok(suffix.length < 60);
    assert.deepEqual(summarize(Buffer.concat([original, suffix])), summarize(original));
  });

  it('are refused when truncated or of another kind', () => {
    const whole = graphOf('qwen3-optimum-fp32');
    assert.throws(() => summarize(whole.subarray(0, whole.length - 1000)), TruncatedMessage);
    assert.throws(() => summarize(new Uint8Array()), /no graph/);
  });

  it('name their residual states in one of the known styles', () => {
    assert.equal(findResiduals(summarize(graphOf('qwen3-genai-int4')).produced, 3)?.style, 'genai');
    const wrapped = findResiduals(summarize(graphOf('llama-optimum-fp32')).produced, 3);
    assert.equal(wrapped?.style, 'optimum');
    assert.equal(wrapped?.layers.length, 3);
    assert.equal(findResiduals(new Set(['logits']), 3), undefined);
    assert.equal(findResiduals(summarize(graphOf('qwen3-genai-int4')).produced, 4), undefined);
  });
});
