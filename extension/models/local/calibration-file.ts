/** A model's calibration, where its folder carries one: what labelled runs taught about its signals. */
import { join } from 'node:path';
import { calibrationSchema, type Calibration } from '../../reasoning/calibration.ts';
import { ReasoningError } from '../../reasoning/errors.ts';
import { readJson } from './json.ts';

export const CALIBRATION_FILE = 'calibration.json';

/** Undefined without the file. Throws `model-invalid` when it cannot be read as one: thresholds of unknown worth shall decide nothing. */
export async function readCalibration(folder: string): Promise<Calibration | undefined> {
  try {
    return await readJson(join(folder, CALIBRATION_FILE), calibrationSchema);
  } catch (cause) {
    throw new ReasoningError('model-invalid', `${CALIBRATION_FILE} in the model's folder is damaged. Delete it, or calibrate the model again.`, { cause });
  }
}
