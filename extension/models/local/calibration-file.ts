/** Calibrations as files: in a model's folder, where it comes with one, or wherever a person keeps their own. */
import { join } from 'node:path';
import { calibrationSchema, type Calibration } from '../../reasoning/calibration.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import { readJson } from './json.ts';
import { said } from '../../trace/said.ts';

export const CALIBRATION_FILE = 'calibration.json';
/** The command that makes one. */
const MAKE = 'npm run calibrate';

/** The one in a model's folder; undefined without the file. Throws `model-invalid` when it cannot be read as one: thresholds of unknown worth shall decide nothing. */
export async function readCalibration(folder: string): Promise<Calibration | undefined> {
  try {
    return await readJson(join(folder, CALIBRATION_FILE), calibrationSchema);
  } catch (cause) {
    throw new ReasoningError('model-invalid', said('{0} in the model’s folder is damaged. Delete it, or calibrate the model again.', CALIBRATION_FILE), { cause });
  }
}

/** One that the person named. Throws `bad-request` when there is none, or it is damaged. */
export async function readCalibrationFile(path: string): Promise<Calibration> {
  const found = await readJson(path, calibrationSchema).catch((cause: unknown) => {
    throw new ReasoningError('bad-request', said('{0} is no calibration, or it is damaged. Make one with: {1}', path, MAKE), { cause });
  });
  if (!found) throw new ReasoningError('bad-request', said('There is no calibration file {0}. Make one with: {1}', path, MAKE));
  return found;
}
