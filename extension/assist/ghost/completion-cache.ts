/**
 * Completions by what stood before and after the cursor. Per suffix there is a radix trie of prefixes, so one walk finds every completion that
 * was made for a beginning of what stands there now; the part of it that has been typed since is cut off.
 */

interface Node {
  /** Text from the parent to here. */
  label: string;
  readonly children: Map<string, Node>;
  /** A completion for the prefix that ends here; empty: nothing was worth showing. */
  completion: string | null;
  used: number;
}

const MOST_ENTRIES = 200;
/** Only the text around the cursor tells places apart; a whole file as a key would cost more than it saves. In UTF-16 units. */
const KEY_LENGTH = 4000;

export class CompletionCache {
  readonly #roots = new Map<string, Node>();
  #clock = 0;
  #entries = 0;

  get size(): number {
    return this.#entries;
  }

  set(prefix: string, suffix: string, completion: string): void {
    const key = suffix.slice(0, KEY_LENGTH);
    let root = this.#roots.get(key);
    if (!root) this.#roots.set(key, (root = newNode('')));
    const node = insert(root, beginningCut(prefix));
    if (node.completion === null) this.#entries += 1;
    node.completion = completion;
    node.used = this.#clock += 1;
    while (this.#entries > MOST_ENTRIES) this.#forgetOldest();
  }

  /** What is left of a completion that was begun to be typed; the one made for the longest prefix wins. Null: not known. */
  get(prefix: string, suffix: string): string | null {
    const root = this.#roots.get(suffix.slice(0, KEY_LENGTH));
    if (!root) return null;
    const text = beginningCut(prefix);
    let [node, at]: [Node | undefined, number] = [root, 0];
    let found: { readonly node: Node; readonly left: string } | null = null;
    while (node) {
      const typed = text.slice(at);
      if (node.completion !== null && node.completion.startsWith(typed) && (typed === '' || node.completion.length > typed.length)) found = { node, left: node.completion.slice(typed.length) };
      const next: Node | undefined = node.children.get(text.charAt(at));
      node = next && text.startsWith(next.label, at) ? next : undefined;
      at += node?.label.length ?? 0;
    }
    if (found) found.node.used = this.#clock += 1;
    return found?.left ?? null;
  }

  #forgetOldest(): void {
    let oldest: { readonly root: string; readonly node: Node } | null = null;
    const look = (root: string, node: Node): void => {
      if (node.completion !== null && (!oldest || node.used < oldest.node.used)) oldest = { root, node };
      for (const child of node.children.values()) look(root, child);
    };
    for (const [root, node] of this.#roots) look(root, node);
    const { root, node } = oldest!;
    (node as Node).completion = null;
    this.#entries -= 1;
    const top = this.#roots.get(root);
    if (top && !pruned(top)) this.#roots.delete(root);
  }
}

/** The end of a long prefix. It is cut at fixed places, so that a few more characters do not change where it begins. */
function beginningCut(prefix: string): string {
  return prefix.length <= KEY_LENGTH ? prefix : prefix.slice(Math.floor((prefix.length - KEY_LENGTH) / 1000) * 1000);
}

function newNode(label: string): Node {
  return { label, children: new Map(), completion: null, used: 0 };
}

/** The node of a text, made where there is none; an edge that goes another way in the middle is split there. */
function insert(root: Node, text: string): Node {
  let [node, at] = [root, 0];
  while (at < text.length) {
    const child = node.children.get(text.charAt(at));
    if (!child) {
      const leaf = newNode(text.slice(at));
      node.children.set(text.charAt(at), leaf);
      return leaf;
    }
    const shared = sharedLength(child.label, text.slice(at));
    if (shared < child.label.length) {
      const middle = newNode(child.label.slice(0, shared));
      child.label = child.label.slice(shared);
      middle.children.set(child.label.charAt(0), child);
      node.children.set(middle.label.charAt(0), middle);
      node = middle;
    } else node = child;
    at += shared;
  }
  return node;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

/** Takes away branches without a completion. False: nothing is left. */
function pruned(node: Node): boolean {
  for (const [first, child] of node.children) if (!pruned(child)) node.children.delete(first);
  return node.completion !== null || node.children.size > 0;
}
