// Which words the code shows, found in its syntax: the first argument of vscode.l10n.t in the extension and of t in the webview.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './paths.mjs';

export const languages = ['de', 'zh-cn'];

const ours = [
  { files: 'extension/**/*.ts', callee: 'vscode.l10n.t' },
  { files: 'webview/**/*.ts', callee: 't' },
  // Sentences that are recorded in English; see extension/trace/said.ts.
  { files: 'extension/**/*.ts', callee: 'said', mark: '/said' },
];

/** { messages: Map of message to the first place it stands at, problems: calls whose message is not written out where it is used }. */
export function messagesInCode() {
  const messages = new Map();
  const problems = [];
  for (const { files, callee, mark = '' } of ours) {
    for (const file of globSync(files, { cwd: root }).sort()) {
      const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
      const visit = (node) => {
        if (ts.isCallExpression(node) && node.expression.getText() === callee) {
          const [message, ...values] = node.arguments;
          const place = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
          if (!message || !ts.isStringLiteralLike(message)) problems.push(`${place}: the message must be written out`);
          else {
            if (!messages.has(message.text + mark)) messages.set(message.text + mark, place);
            if (places(message.text).some((index) => index >= values.length) && !values.some(ts.isSpreadElement)) problems.push(`${place}: "${message.text}" has more places than values`);
          }
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }
  return { messages, problems };
}

/** Numbers of the places to be filled, each once. */
export const places = (message) => [...new Set([...message.matchAll(/\{(\d+)\}/g)].map(([, index]) => Number(index)))].sort((a, b) => a - b);

export const bundleFile = (language) => join('l10n', language === undefined ? 'bundle.l10n.json' : `bundle.l10n.${language}.json`);
export const manifestFile = (language) => (language === undefined ? 'package.nls.json' : `package.nls.${language}.json`);
export const readWords = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
