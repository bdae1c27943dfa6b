/** The results of a measurement on disk. */
import { resultSchema, type Result } from '../../evaluation/gate/results.ts';
import { RecordsFile, type RecordKind } from '../../runs/records-file.ts';

const kind: RecordKind<Result> = { format: 'reins-model-check', version: 1, schema: resultSchema, words: 'results of this version of the check' };

export type ResultsFile = RecordsFile<Result>;

export function openResults(path: string): ResultsFile {
  return RecordsFile.open(path, kind);
}
