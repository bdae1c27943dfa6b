/**
 * What the ignore files of a workspace (`.gitignore`, `.ignore`) leave out, by the rules of gitignore(5): the last rule that matches wins, deeper files win over
 * higher ones, and nothing in a folder that is left out can be taken in again. Pure, and linear in the length of names, whatever a pattern holds.
 */

export interface IgnoreRule {
  /** Takes in again what an earlier rule left out. */
  readonly negated: boolean;
  readonly folderOnly: boolean;
  /** Relative to the folder of the file; one without a slash begins with `**`. */
  readonly segments: readonly string[];
}

/** Rules of a file, in its order. */
export function readIgnoreFile(text: string): IgnoreRule[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const rule = readLine(line);
    return rule ? [rule] : [];
  });
}

function readLine(line: string): IgnoreRule | null {
  const bare = line.replace(/(?<!\\)[ \t]+$/, '');
  if (bare === '' || bare.startsWith('#')) return null;
  const negated = bare.startsWith('!');
  const pattern = negated ? bare.slice(1) : bare;
  const folderOnly = pattern.endsWith('/');
  const inner = pattern.replace(/\/+$/, '');
  const anchored = inner.includes('/');
  const segments = inner.split('/').filter((segment) => segment !== '');
  return segments.length === 0 ? null : { negated, folderOnly, segments: anchored ? segments : ['**', ...segments] };
}

/** Whether a path is left out. `rulesOf` gives the rules of the files that lie in a folder; the workspace itself is ''. Paths are relative, with slashes. */
export function isIgnored(path: string, isFolder: boolean, rulesOf: (folder: string) => readonly IgnoreRule[]): boolean {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.some((_part, index) => isLeftOut(parts.slice(0, index + 1), isFolder || index < parts.length - 1, rulesOf));
}

/** The folders whose ignore files have a say about a path, the highest first. */
export function foldersAbove(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_part, index) => parts.slice(0, index).join('/'));
}

function isLeftOut(parts: readonly string[], isFolder: boolean, rulesOf: (folder: string) => readonly IgnoreRule[]): boolean {
  let left = false;
  for (const [depth, folder] of foldersAbove(parts.join('/')).entries()) {
    const inside = parts.slice(depth);
    for (const { negated, folderOnly, segments } of rulesOf(folder)) {
      // A rule for folders is about what is in them too, but that is found at the folder itself.
      if (left !== negated || (folderOnly && !isFolder)) continue;
      if (matches(inside, segments, negated)) left = !negated;
    }
  }
  return left;
}

/** `**` stands for any number of folders; at the end for anything in them. */
function matches(parts: readonly string[], segments: readonly string[], exactCase: boolean): boolean {
  let [part, segment, star, retry] = [0, 0, -1, 0];
  while (part < parts.length) {
    if (segments[segment] === '**') {
      [star, retry] = [segment, part];
      segment += 1;
      // Everything below, but not the folder itself.
      if (segment === segments.length) return true;
    } else if (segment < segments.length && nameMatches(parts[part] ?? '', segments[segment] ?? '', exactCase)) [part, segment] = [part + 1, segment + 1];
    else if (star >= 0) [part, segment, retry] = [retry + 1, star + 1, retry + 1];
    else return false;
  }
  return segment === segments.length;
}

/** A name against `*`, `?`, `[…]` and `\`. Upper and lower case are the same where that hides more: some disks make no difference. */
function nameMatches(name: string, pattern: string, exactCase: boolean): boolean {
  const text = exactCase ? name : name.toLowerCase();
  const tokens = tokensOf(exactCase ? pattern : pattern.toLowerCase());
  let [at, token, star, retry] = [0, 0, -1, 0];
  while (at < text.length) {
    const test = tokens[token];
    if (test === '*') [star, retry, token] = [token, at, token + 1];
    else if (test?.(text.charAt(at)) === true) [at, token] = [at + 1, token + 1];
    else if (star >= 0) [at, token, retry] = [retry + 1, star + 1, retry + 1];
    else return false;
  }
  return tokens.slice(token).every((rest) => rest === '*');
}

type Token = '*' | ((character: string) => boolean);

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    const set = character === '[' ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(pattern.slice(at)) : null;
    if (character === '*') tokens.push('*');
    else if (character === '?') tokens.push(() => true);
    else if (set) {
      const inSet = setOf(set[2] ?? '');
      const outside = set[1] !== '';
      tokens.push((one) => inSet(one) !== outside);
      at += set[0].length - 1;
    } else {
      if (character === '\\' && at + 1 < pattern.length) at += 1;
      const wanted = pattern.charAt(at);
      tokens.push((one) => one === wanted);
    }
  }
  return tokens;
}

/** Characters and ranges such as `a-z`. */
function setOf(inner: string): (character: string) => boolean {
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < inner.length; at += 1) {
    const first = inner.charAt(at);
    const isRange = inner.charAt(at + 1) === '-' && at + 2 < inner.length;
    ranges.push([first, isRange ? inner.charAt(at + 2) : first]);
    if (isRange) at += 2;
  }
  return (character) => ranges.some(([low, high]) => low <= character && character <= high);
}
