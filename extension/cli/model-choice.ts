/** Which model the options mean. */
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { bundledModels } from '../models/catalogue.ts';
import { ReasoningError } from '../reasoning/errors.ts';
import type { ModelRef } from '../runs/service.ts';
import type { AskOptions } from './options.ts';

/** The name under which a server's key is asked for; it comes from the environment only. */
export const environmentSecret = 'REINS_API_KEY';

/** `root` is the repository, `folder` where relative paths begin. Throws a `bad-request` when there is no such model. */
export async function chooseModel(choice: AskOptions['model'], root: string, folder: string): Promise<ModelRef> {
  if (choice.kind === 'server') {
    return { kind: 'remote', id: `server:${choice.url}#${choice.name}`, name: choice.name, baseUrl: choice.url, model: choice.name, secret: environmentSecret, ...(choice.tokenizer === undefined ? {} : { tokenizer: resolve(folder, choice.tokenizer) }) };
  }
  const bundled = bundledModels(root);
  const named = choice.folder === undefined ? bundled[0] : bundled.find(({ id, name }) => id === choice.folder || name === choice.folder);
  if (named) return { kind: 'local', id: named.id, name: named.name, folder: named.folder };

  const asked = choice.folder ?? '';
  for (const path of [resolve(folder, asked), join(root, 'media', 'models', basename(asked))]) {
    if (await isFolder(path)) return { kind: 'local', id: `folder:${path}`, name: basename(path), folder: path };
  }
  const names = bundled.map(({ id }) => id).join(', ');
  throw new ReasoningError('bad-request', `There is no model folder ${asked}. Give the folder that holds config.json, or one of: ${names}.`);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}
