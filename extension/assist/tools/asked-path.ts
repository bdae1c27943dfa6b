/** A path as a model asked for it, before anything is looked up: relative, inside, and in one spelling. Pure. */

/** The path with slashes and without dots, or why it is refused. The workspace itself is ''. */
export function askedPath(asked: string): { readonly path: string } | { readonly refused: string } {
  const path = asked.trim().replaceAll('\\', '/');
  if (path.includes('\0')) return { refused: 'This is not a path.' };
  if (path.startsWith('/') || path.startsWith('~') || /^[a-z][a-z0-9+.-]*:/i.test(path)) return { refused: `Only paths relative to the workspace can be used, and ${asked.trim()} is not one.` };
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { refused: `${asked.trim()} leads out of the workspace.` };
  return { path: parts.join('/') };
}
