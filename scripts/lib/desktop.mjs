// Reins in the VS Code installed on this machine, with data folders of its own: nothing of the person's own editor is touched.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './processes.mjs';
import { Advice, step, tail } from './report.mjs';

const names = ['code', 'codium', 'vscodium', 'code-insiders'];
const macPlaces = ['Visual Studio Code', 'VSCodium', 'Visual Studio Code - Insiders'].flatMap((app) => names.map((name) => `/Applications/${app}.app/Contents/Resources/app/bin/${name}`));

export function findDesktopEditor() {
  const suffixes = process.platform === 'win32' ? ['.cmd'] : [''];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.flatMap((name) => suffixes.map((suffix) => join(folder, name + suffix))));
  const found = [...onPath, ...(process.platform === 'darwin' ? macPlaces : [])].find((file) => existsSync(file));
  if (!found) throw new Advice('No VS Code or VSCodium was found on this machine. Install one (its "code" command must be on the PATH), or leave --desktop out: npm start brings an editor that runs in your browser.');
  return found;
}

export async function openDesktopEditor({ userData, extensions, folder, file, install, packaged }) {
  const editor = findDesktopEditor();
  // As root the editor refuses to start without this flag, and asks for a folder of its own, which it has.
  const own = ['--user-data-dir', userData, '--extensions-dir', extensions, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const quoted = (args) => (editor.endsWith('.cmd') ? args.map((one) => `"${one}"`) : args);
  const call = async (args) => {
    const { code, output } = await run(editor, quoted([...own, ...args]), { timeoutMs: 120_000 });
    if (code !== 0) throw new Advice(`${editor} failed:\n\n${tail(output)}`);
  };
  await install(() => call(['--install-extension', packaged, '--force']));
  await step(`Opening ${editor}`, () => call(['--disable-workspace-trust', '--new-window', folder, ...(file ? [file] : [])]));
}
