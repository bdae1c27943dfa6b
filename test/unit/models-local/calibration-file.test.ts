import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CALIBRATION_FILE, readCalibration } from '../../../extension/models/local/calibration-file.ts';

describe('a calibration beside the weights', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reins-calibration-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const write = (data: unknown): Promise<void> => writeFile(join(folder, CALIBRATION_FILE), typeof data === 'string' ? data : JSON.stringify(data));
  const calibration = { id: 'c', time: '2026-01-02T03:04:05Z', model: 'abc', labels: 60 };

  it('may be missing', async () => {
    assert.equal(await readCalibration(folder), undefined);
  });

  it('is read, with nothing but what it holds', async () => {
    const eager = { policy: 'signal', signal: 'self-evaluation', atLeast: 0.9 };
    await write({ ...calibration, presets: { eager } });
    assert.deepEqual(await readCalibration(folder), { ...calibration, presets: { eager }, maps: {} });
  });

  it('is refused when damaged, with what to do about it', async () => {
    for (const bad of ['{', { ...calibration, labels: -1 }, { ...calibration, presets: { eager: { policy: 'magic' } } }, { ...calibration, maps: { 'self-evaluation': [[0, 2]] } }]) {
      await write(bad);
      await assert.rejects(readCalibration(folder), { reason: 'model-invalid', message: /Delete it, or calibrate the model again/ });
    }
  });
});
