import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The programs and packages a test in a real editor uses. See scripts/lib/tools.mjs. */
export interface Tools {
  readonly node: string;
  readonly codeServer: string;
  readonly chromium: string;
  readonly chromiumFlags: readonly string[];
  readonly vsix: string;
  /** An extensions folder with our package installed. */
  readonly extensions: string;
  /** publisher.name of our extension. */
  readonly extensionId: string;
}

export const repository = join(import.meta.dirname, '..', '..', '..');

let tools: Tools | undefined;

/** npm test hands the tools over in the environment; a test run by itself makes them ready first. */
export function getTools(): Tools {
  tools ??= JSON.parse(process.env['REINS_TEST_TOOLS'] ?? prepare()) as Tools;
  return tools;
}

function prepare(): string {
  const { status, stdout } = spawnSync(process.execPath, [join(repository, 'scripts', 'prepare.mjs')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`The tools for this test could not be made ready:\n${stdout}`);
  return stdout.trimEnd().split('\n').at(-1) ?? '';
}
