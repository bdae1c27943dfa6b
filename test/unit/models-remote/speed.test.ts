import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitSpeed, SpeedMeter, type SpeedSample } from '../../../extension/models/remote/speed.ts';
import { connect, drain, noSignal, openOptions, saying, serve, closeServers } from './support.ts';
import { memoryOf } from '../../../extension/models/remote/server-memory.ts';

const sample = (prompt: number, firstMs: number, tokens = 11, restMs = 200): SpeedSample => ({ prompt, firstMs, tokens, restMs });

describe('the speed of a server', () => {
  afterEach(closeServers);

  it('is a line through the waits for the first token, and the mean time of the others', () => {
    const speed = fitSpeed([sample(100, 250), sample(1100, 450), sample(2100, 650)])!;
    assert.ok(Math.abs(speed.firstMs - 230) < 1e-9 && Math.abs(speed.perPromptTokenMs - 0.2) < 1e-12, JSON.stringify(speed));
    assert.deepEqual([speed.perTokenMs, speed.samples], [20, 3]);
  });

  it('never falls with the prompt, and takes no less than no time', () => {
    assert.deepEqual(fitSpeed([sample(100, 500), sample(1000, 400), sample(2000, 300)])?.perPromptTokenMs, 0);
    fc.assert(
      fc.property(fc.array(fc.record({ prompt: fc.nat({ max: 5000 }), firstMs: fc.double({ min: 0.1, max: 1e5, noNaN: true }), tokens: fc.integer({ min: 8, max: 500 }), restMs: fc.double({ min: 0, max: 1e5, noNaN: true }) }), { minLength: 3, maxLength: 30 }), (samples) => {
        const speed = fitSpeed(samples)!;
        assert.ok(speed.firstMs >= -1e-6 && speed.perPromptTokenMs >= 0 && speed.perTokenMs >= 0, JSON.stringify(speed));
      }),
    );
  });

  it('is not told from too little', () => {
    const meter = new SpeedMeter();
    for (let index = 0; index < 5; index += 1) meter.add(sample(10, 10, 2));
    const known = (): number | undefined => meter.speed?.samples;
    assert.equal(known(), undefined);
    meter.add(sample(10, 10));
    meter.add(sample(10, 10));
    assert.equal(known(), undefined);
    meter.add(sample(10, 10));
    assert.equal(known(), 3);
  });

  it('comes from the requests of real runs', async () => {
    const server = await serve({ script: saying(12, 6), delayMs: 4 });
    const { model } = await connect(server);
    for (let index = 0; index < 3; index += 1) await drain(await model.open(openOptions, noSignal));
    const { speed } = memoryOf(server.baseUrl, 'scripted-reasoner').speed;
    assert.ok(speed !== null && speed.perTokenMs > 2 && speed.firstMs > 0, JSON.stringify(speed));
  });
});
