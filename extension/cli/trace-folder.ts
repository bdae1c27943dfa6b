/** Where runs of the command line are recorded when nothing else is said: the user's own state, beside that of other programs. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function defaultTraceFolder(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'reins', 'traces');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local'), 'reins', 'traces');
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'reins', 'traces');
}
