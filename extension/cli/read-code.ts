/** The file a question is about, as the context of a run. */
import { open } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { ReasoningError } from '../reasoning/errors.ts';
import type { Question } from '../reasoning/prompt.ts';

/** More than any model here can hold, and little enough to be read at once. */
const LARGEST_FILE = 256 * 1024;

/** Read `file`, relative to `folder`. Throws a `bad-request` that says what is wrong with it. */
export async function readCode(file: string, folder: string): Promise<NonNullable<Question['context']>> {
  const bytes = await readStart(resolve(folder, file), file);
  if (bytes.length > LARGEST_FILE) throw bad(`${file} is larger than ${LARGEST_FILE / 1024} kB, the most that can be asked about at once. Put the part you mean into a file of its own.`);
  const code = decode(bytes);
  if (code === null) throw bad(`${file} is not text (UTF-8), so there is nothing to read in it.`);
  if (code.trim() === '') throw bad(`${file} is empty, so there is nothing to ask about. Leave --file out to ask without code.`);
  return { label: basename(file), languageId: languageOf(file), code };
}

/** At most one byte more than is allowed, so that an endless file ends too. */
async function readStart(path: string, name: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(LARGEST_FILE + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw bad(openSentence(name, error instanceof Error && 'code' in error ? error.code : error));
  }
}

function openSentence(name: string, code: unknown): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no file ${name}. Check the path after --file.`;
    case 'EISDIR':
      return `${name} is a folder. Name a file after --file.`;
    case 'EACCES':
    case 'EPERM':
      return `${name} may not be read. Check its permissions.`;
    default:
      return `${name} cannot be read (${String(code)}).`;
  }
}

/** The text, or null for anything but UTF-8 text. */
function decode(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const languages: Readonly<Record<string, string>> = {
  '.c': 'c', '.cc': 'cpp', '.cpp': 'cpp', '.cs': 'csharp', '.css': 'css', '.go': 'go', '.h': 'c', '.hpp': 'cpp', '.html': 'html', '.java': 'java',
  '.cjs': 'javascript', '.js': 'javascript', '.mjs': 'javascript', '.jsx': 'javascriptreact', '.json': 'json', '.kt': 'kotlin', '.lua': 'lua', '.md': 'markdown',
  '.php': 'php', '.py': 'python', '.rb': 'ruby', '.rs': 'rust', '.sh': 'shellscript', '.sql': 'sql', '.swift': 'swift',
  '.cts': 'typescript', '.mts': 'typescript', '.ts': 'typescript', '.tsx': 'typescriptreact', '.xml': 'xml', '.yaml': 'yaml', '.yml': 'yaml',
};

/** The editor's language id for a file name. */
export function languageOf(file: string): string {
  return languages[extname(file).toLowerCase()] ?? 'plaintext';
}

function bad(sentence: string): ReasoningError {
  return new ReasoningError('bad-request', sentence);
}
