import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LatentTrajectory, trajectoryOf, type TrajectoryFigures, type TrajectoryReading } from '../../../../extension/reasoning/signals/latent-trajectory.ts';
import { Random } from '../../../../extension/models/local/random.ts';
import { close } from './close.ts';

type Chunks = readonly (readonly (readonly number[])[])[];

const stream = (chunks: Chunks): LatentTrajectory => {
  const trajectory = new LatentTrajectory();
  for (const means of chunks) trajectory.add(means, 8);
  return trajectory;
};
const oneLayer = (points: readonly (readonly number[])[]): Chunks => points.map((point) => [point]);
const measured = (reading: TrajectoryReading): Extract<TrajectoryReading, { mean: TrajectoryFigures }> => {
  assert.ok('mean' in reading);
  return reading;
};

const first = [[0, 0], [1, 0], [1, 1], [3, 1]];
const second = [[0, 0], [2, 0], [2, 2], [4, 2]];
const number = fc.float({ min: -100, max: 100, noNaN: true }); // states are 32-bit floats
/** Chunks of one to three layers of width three. */
const chunks = fc.integer({ min: 1, max: 3 }).chain((layers) => fc.array(fc.array(fc.array(number, { minLength: 3, maxLength: 3 }), { minLength: layers, maxLength: layers }), { maxLength: 8 }));

function same(one: TrajectoryReading, other: TrajectoryReading): void {
  assert.equal(one.steps, other.steps);
  if (!('mean' in one) || !('mean' in other)) return assert.deepEqual(one, other);
  for (const [a, b] of [[one.mean, other.mean], ...one.layers.map((layer, i) => [layer, other.layers[i]!])] as const) {
    for (const key of ['net', 'cumulative', 'aligned', 'cumulativeNeutral', 'alignedNeutral', 'medianStep'] as const) close(a[key], b[key], 1e-9);
    if (a.netNeutral === null || b.netNeutral === null) assert.equal(a.netNeutral, b.netNeutral);
    else close(a.netNeutral, b.netNeutral, 1e-9 * Math.max(1, Math.abs(b.netNeutral)));
  }
}

describe('the latent trajectory', () => {
  it('has the published figures of one layer', () => {
    const { steps, mean } = measured(stream(oneLayer(first)).read());
    assert.equal(steps, 3);
    close(mean.net, 1.054093);
    close(mean.cumulative, 4);
    close(mean.aligned, 0.737865);
  });

  it('has their running forms', () => {
    const trajectory = new LatentTrajectory();
    const seen: TrajectoryFigures[] = [];
    for (const point of first) {
      trajectory.add([point], 8);
      const reading = trajectory.read();
      if ('mean' in reading) seen.push(reading.mean);
    }
    [1, 0.707107, 1.054093].forEach((net, i) => close(seen[i]!.net, net));
    [1, 2, 4].forEach((cumulative, i) => close(seen[i]!.cumulative, cumulative));
  });

  it('averages the layers', () => {
    const { mean, layers } = measured(stream(first.map((point, i) => [point, second[i]!])).read());
    close(layers[1]!.net, 1.490712);
    close(layers[1]!.cumulative, 6);
    close(layers[1]!.aligned, 0.745356);
    close(mean.net, 1.272402);
    close(mean.cumulative, 5);
    close(mean.aligned, 0.74161);
  });

  it('is equal to the formulas on any chunks', () => {
    fc.assert(fc.property(chunks, (all) => same(stream(all).read(), trajectoryOf(all))));
  });

  it('reads the same at every step, whether asked before or not', () => {
    fc.assert(
      fc.property(chunks, (all) => {
        const asked = new LatentTrajectory();
        for (const [i, means] of all.entries()) {
          asked.add(means, 8);
          same(asked.read(), trajectoryOf(all.slice(0, i + 1)));
        }
      }),
    );
  });

  it('is 1 along a straight line of any length, with the mean step as net drift', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.double({ min: 0.01, max: 10, noNaN: true }), (count, step) => {
        const { mean } = measured(stream(oneLayer(Array.from({ length: count }, (_, n) => [n * step, n * step]))).read());
        close(mean.aligned, 1, 1e-9);
        close(mean.net, mean.cumulativeNeutral, 1e-9);
        close(mean.alignedNeutral, Math.sqrt(count - 1), 1e-9);
      }),
    );
  });

  it('says too short below two chunks', () => {
    assert.deepEqual(new LatentTrajectory().read(), { steps: 0, reason: 'too short' });
    assert.deepEqual(stream(oneLayer([[1, 2]])).read(), { steps: 0, reason: 'too short' });
    assert.deepEqual(trajectoryOf([]), { steps: 0, reason: 'too short' });
  });

  it('says so when states are no numbers, and stays so', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      const trajectory = stream(oneLayer([[0, 1], [bad, 1], [2, 1]]));
      trajectory.add([[1, 1]], 8);
      assert.deepEqual(trajectory.readEnded([[1, 1]], 8, 8), { steps: 0, reason: 'the model’s states are not finite numbers' });
      assert.deepEqual(trajectoryOf(oneLayer([[0, 1], [bad, 1]])), trajectory.read());
      for (const tokens of [2, 8]) assert.deepEqual(stream(oneLayer([[0, 1], [1, 1]])).readEnded([[bad, 1]], tokens, 8), trajectory.read());
    }
    const none = new LatentTrajectory();
    none.add([], 8);
    assert.match((none.read() as { reason: string }).reason, /not finite/);
  });

  it('has no direction where nothing moves', () => {
    const { mean } = measured(stream(oneLayer([[1, 1], [1, 1], [1, 1]])).read());
    assert.deepEqual(mean, { net: 0, cumulative: 0, aligned: 0, netNeutral: null, cumulativeNeutral: 0, alignedNeutral: 0, medianStep: 0 });
    assert.equal(measured(stream(oneLayer([[0, 0], [1, 0], [0, 0]])).read()).mean.aligned, 0);
  });

  it('merges a last chunk shorter than half into the one before', () => {
    const size = 8;
    const walk = stream(oneLayer([[0, 0], [4, 0]]));
    same(walk.readEnded([[10, 0]], 2, size), trajectoryOf(oneLayer([[0, 0], [(4 * 8 + 10 * 2) / 10, 0]])));
    same(walk.readEnded([[10, 0]], 4, size), trajectoryOf(oneLayer([[0, 0], [4, 0], [10, 0]])));
    same(walk.readEnded([], 0, size), trajectoryOf(oneLayer([[0, 0], [4, 0]])));
    assert.deepEqual(new LatentTrajectory().readEnded([[1, 1]], 1, size), { steps: 0, reason: 'too short' });
    assert.deepEqual(stream(oneLayer([[0, 0]])).readEnded([[10, 0]], 2, size), { steps: 0, reason: 'too short' });
  });

  it('goes on after its end was read as if it had not been', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 8 }), (all, tokens) => {
        const asked = new LatentTrajectory();
        for (const means of all) {
          asked.readEnded(means.map((mean) => mean.map((value) => value + 1)), tokens, 8);
          asked.add(means, 8);
        }
        same(asked.read(), trajectoryOf(all));
      }),
    );
  });

  it('takes the length of a random walk out of the neutral forms', () => {
    const random = Random.seeded(5);
    const walk = (steps: number): Chunks => {
      const at = new Array<number>(256).fill(0);
      // Sums of twelve uniform figures: near enough to a normal distribution.
      const normal = (): number => Array.from({ length: 12 }, () => random.next()).reduce((sum, one) => sum + one, -6);
      return oneLayer(Array.from({ length: steps + 1 }, () => at.map((_, i) => (at[i] = at[i]! + normal()))));
    };
    for (const steps of [4, 16, 64]) {
      const { mean } = measured(trajectoryOf(walk(steps)));
      close(mean.netNeutral!, 1, 0.15);
      close(mean.alignedNeutral, 1, 0.15);
      close(mean.aligned, 1 / Math.sqrt(steps), 0.15 / Math.sqrt(steps));
      close(mean.cumulative / steps, 16, 0.5);
    }
  });

  it('follows the laws of states that only scatter around a point: length alone, and nothing else, is in it', () => {
    const random = Random.seeded(6);
    const normal = (): number => Array.from({ length: 12 }, () => random.next()).reduce((sum, one) => sum + one, -6);
    for (const steps of [4, 16, 64]) {
      const { mean } = measured(trajectoryOf(oneLayer(Array.from({ length: steps + 1 }, () => Array.from({ length: 256 }, normal)))));
      // |h_N - h_1| and every step are about sqrt(2 * 256) long; only the first and the last step go along with the drift.
      close(mean.net * steps, Math.sqrt(512), 3);
      close(mean.cumulative / steps, Math.sqrt(512), 2);
      close(mean.aligned, 1 / steps, 0.25 / steps);
    }
  });
});
