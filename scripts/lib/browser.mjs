// Opens an address in the person's own browser, if there is a desktop to open it on.
import { spawn } from 'node:child_process';

function hasDesktop() {
  const { CI, SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI || SSH_CONNECTION) return false;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

const openers = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] };

export function openInBrowser(address) {
  if (!hasDesktop()) return;
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  // The address has been printed: a browser that does not open is no reason to fail.
  spawn(command, [...args, address], { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
}
