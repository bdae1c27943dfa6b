/** A model folder to be measured, with a fingerprint of everything in it that decides what the model says. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readMetadata } from '../../models/local/config.ts';
import { findModelFiles } from '../../models/local/files.ts';
import { hashFiles } from '../../models/local/hash.ts';
import type { ModelRef } from '../../runs/service.ts';
import { chooseModel } from '../model-choice.ts';

export interface CheckedFolder {
  readonly ref: Extract<ModelRef, { kind: 'local' }>;
  /** 16 hexadecimal digits. */
  readonly fingerprint: string;
}

const SMALL_FILES = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'];

/** Throws a sentence when there is no such model. */
export async function checkedFolder(asked: string | undefined, root: string, from: string, signal: AbortSignal): Promise<CheckedFolder> {
  const ref = await chooseModel({ kind: 'local', folder: asked }, root, from);
  if (ref.kind !== 'local') throw new TypeError('A folder is never a server.');
  const files = await findModelFiles(ref.folder, (await readMetadata(ref.folder)).preferredFile);
  const hash = createHash('sha256').update(await hashFiles([files.onnx, ...files.data], signal));
  for (const name of SMALL_FILES) hash.update(await readFile(join(ref.folder, name)).catch(() => ''));
  return { ref: { ...ref, name: basename(ref.folder) }, fingerprint: hash.digest('hex').slice(0, 16) };
}
