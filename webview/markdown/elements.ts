/**
 * Markdown tokens to elements, by a list of what may exist. Nothing is ever parsed as HTML: whatever is not on the list appears as its
 * text. Links do not navigate; their address is shown, so that a model cannot hide where it points.
 */
import type { Token } from 'markdown-it';
import { el } from '../dom.ts';
import { t } from '../l10n.ts';
import { withCodeActions, type OnCode } from './code-actions.ts';

/** Headings of an answer sit below the viewer's own. */
const tags = {
  p: 'p', h1: 'h4', h2: 'h4', h3: 'h5', h4: 'h5', h5: 'h6', h6: 'h6', ul: 'ul', ol: 'ol', li: 'li', blockquote: 'blockquote',
  table: 'table', thead: 'thead', tbody: 'tbody', tr: 'tr', th: 'th', td: 'td', em: 'em', strong: 'strong', s: 's',
} as const satisfies Readonly<Record<string, keyof HTMLElementTagNameMap>>;

function isAllowed(tag: string): tag is keyof typeof tags {
  return Object.hasOwn(tags, tag);
}

function attribute(token: Token, wanted: string): string | undefined {
  const found = token.attrs?.find(([name]) => name === wanted)?.[1];
  return found === undefined ? undefined : String(found);
}

function codeBlock(token: Token, onCode: OnCode | undefined): HTMLElement {
  const language = token.info.trim().split(/\s/, 1)[0] ?? '';
  // Scrolls sideways, so the keyboard must be able to reach it.
  const code = token.content.replace(/\n$/, '');
  const block = el('pre', { attrs: { tabindex: '0', role: 'region', 'aria-label': language === '' ? t('Code') : t('Code, {0}', language) } }, el('code', { text: code }));
  return onCode && code.trim() !== '' ? withCodeActions(block, code, onCode) : block;
}

function link(token: Token): { element: HTMLElement; address: string } {
  const address = attribute(token, 'href') ?? '';
  return { element: el('span', { class: 'md-link', attrs: { title: address } }), address: token.info === 'auto' ? '' : address };
}

function leaf(token: Token, onCode: OnCode | undefined): Node | null {
  switch (token.type) {
    case 'text':
    case 'html_inline':
    case 'html_block':
    case 'text_special':
      return document.createTextNode(token.content);
    case 'code_inline':
      return el('code', { text: token.content });
    case 'fence':
    case 'code_block':
      return codeBlock(token, onCode);
    case 'softbreak':
      return document.createTextNode('\n');
    case 'hardbreak':
      return el('br');
    case 'hr':
      return el('hr');
    case 'image':
      return document.createTextNode(token.content === '' ? '[image]' : `[image: ${token.content}]`);
    default:
      return token.content === '' ? null : document.createTextNode(token.content);
  }
}

export function toElements(tokens: readonly Token[], root: ParentNode & Node, onCode?: OnCode): void {
  const path: (ParentNode & Node)[] = [root];
  const addresses: string[] = [];
  for (const token of tokens) {
    const parent = path.at(-1) ?? root;
    if (token.type === 'inline') toElements(token.children ?? [], parent, onCode);
    else if (token.nesting === 0) {
      const node = leaf(token, onCode);
      if (node) parent.appendChild(node);
    } else if (token.nesting === -1) {
      if (path.length > 1) path.pop();
      const address = token.type === 'link_close' ? (addresses.pop() ?? '') : '';
      if (address !== '' && parent.textContent !== address) path.at(-1)?.appendChild(el('span', { class: 'md-address', text: ` (${address})` }));
    } else if (token.type === 'link_open') {
      const { element, address } = link(token);
      addresses.push(address);
      path.push(parent.appendChild(element));
    } else if (token.hidden) path.push(parent);
    else {
      const element = el(isAllowed(token.tag) ? tags[token.tag] : 'span');
      const start = attribute(token, 'start');
      if (token.tag === 'ol' && start !== undefined) element.setAttribute('start', String(Number(start)));
      path.push(parent.appendChild(element));
    }
  }
}
