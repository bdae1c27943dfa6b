/**
 * Which files of a workspace no tool may read, and ghost text sends nothing of: what the person has hidden (`files.exclude`; tools only), and names that usually hold secrets. Pure. Patterns are those of
 * VS Code; one without a slash is taken at any depth, which hides more rather than less.
 */

/** Keys, passwords and the history of a repository, whatever the settings say. */
const SECRET = [
  '.git', '.ssh', '.aws', '.gnupg', '.env', '.env.*', '*.env', '.npmrc', '.yarnrc*', '.netrc', '_netrc', '.pypirc', '.git-credentials', '.htpasswd', '.dockercfg', 'id_rsa*', 'id_dsa*', 'id_ecdsa*',
  'id_ed25519*', '*.pem', '*.key', '*.p12', '*.pfx', '*.jks', '*.keystore', '*.kdbx', '*.ppk', '*.tfstate', 'secrets.*', 'credentials*',
];

/** Whether a path, or a folder it lies in, is left out. Paths are relative, with slashes. */
export function excluder(patterns: readonly string[]): (path: string) => boolean {
  const expressions = [...SECRET, ...patterns].map(globExpression);
  return (path) => {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    return parts.some((_part, index) => {
      const upTo = parts.slice(0, index + 1).join('/');
      return expressions.some((expression) => expression.test(upTo));
    });
  };
}

/** Whether the name of a file, or of a folder it lies in, is one that usually holds secrets. */
export const mayHoldSecrets = excluder([]);

/** The patterns of a setting such as `files.exclude` that are on. One that depends on another file counts as on. */
export function patternsOn(setting: unknown): string[] {
  if (typeof setting !== 'object' || setting === null) return [];
  return Object.entries(setting).flatMap(([pattern, on]) => (on === false || on === null ? [] : [pattern]));
}

/** A glob of VS Code as an expression for a whole path. Upper and lower case are the same: some disks make no difference. */
export function globExpression(glob: string): RegExp {
  const trimmed = glob.replaceAll('\\', '/').replace(/^\/+/, '').replace(/\/+$/, '');
  const anywhere = trimmed.includes('/') ? trimmed : `**/${trimmed}`;
  return new RegExp(`^${sourceOf(anywhere)}$`, 'is');
}

function sourceOf(glob: string): string {
  let source = '';
  let depth = 0;
  for (let at = 0; at < glob.length; ) {
    const rest = glob.slice(at);
    const character = glob.charAt(at);
    const set = /^\[(!|\^)?([^\]/]+)\]/.exec(rest);
    if (rest.startsWith('**/')) [source, at] = [`${source}(?:.*/)?`, at + 3];
    else if (rest.startsWith('**')) [source, at] = [`${source}.*`, at + 2];
    else if (character === '*') [source, at] = [`${source}[^/]*`, at + 1];
    else if (character === '?') [source, at] = [`${source}[^/]`, at + 1];
    else if (set) [source, at] = [`${source}[${set[1] === undefined ? '' : '^'}${(set[2] ?? '').replace(/[\\\]^]/g, '\\$&')}]`, at + set[0].length];
    else if (character === '{' && rest.includes('}')) [source, at, depth] = [`${source}(?:`, at + 1, depth + 1];
    else if (character === '}' && depth > 0) [source, at, depth] = [`${source})`, at + 1, depth - 1];
    else if (character === ',' && depth > 0) [source, at] = [`${source}|`, at + 1];
    else [source, at] = [source + character.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), at + 1];
  }
  return source + ')'.repeat(depth);
}
