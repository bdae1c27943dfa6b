/** Starts the viewer: tell the host it is ready, then draw whatever the host says. */
import { createApp } from './app.ts';
import { post, readState, writeState } from './host.ts';
import { createRemembered } from './remembered.ts';

const root = document.querySelector<HTMLElement>('#reins');
if (root) {
  const app = createApp(root, post, createRemembered(readState, writeState));
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => app.receive(data));
  // The page may carry the first snapshot, so that nothing flickers before the host answers.
  const initial = root.dataset['initial'];
  if (initial !== undefined) app.receive(JSON.parse(initial));
  post({ type: 'ready' });
}
