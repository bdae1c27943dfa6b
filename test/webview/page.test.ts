/// <reference types="node" />
import assert from 'node:assert/strict';
import { viewerHtml } from '../../extension/editor/panel/html.ts';
import { panelState, snapshot } from './support/messages.ts';

const page = { cspSource: 'https://*.vscode-cdn.net', nonce: 'bm9uY2U=', scriptUri: 'https://x/main.js', styleUri: 'https://x/main.css', codiconUri: 'https://x/codicon.css' };

describe("the viewer's page", () => {
  it('forbids everything that is not named', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(viewerHtml(page))?.[1] ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'nonce-bm9uY2U='; style-src/);
    assert.doesNotMatch(policy, /unsafe|connect-src|\*(?!\.vscode-cdn\.net)/);
  });

  it('carries no style, handler or script of its own', () => {
    assert.doesNotMatch(viewerHtml(page), /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  it('carries a first snapshot that cannot break out of its attribute', () => {
    const initial = snapshot(null, panelState({ model: { name: '"><script>alert(1)</script>', detail: "' & <b>" } }));
    const html = viewerHtml({ ...page, initial });
    assert.doesNotMatch(html, /<script>|<b>/);
    assert.match(html, /data-initial="\{&quot;type&quot;:&quot;snapshot&quot;/);
  });
});
