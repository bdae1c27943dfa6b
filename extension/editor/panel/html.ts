/** The trace viewer's page. Nothing on it may load, run or connect to anything but the extension's own files. */
import type { ToViewer } from '../../trace/messages.ts';

export interface ViewerPage {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** Fresh for every page, from `crypto.randomBytes`. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly codiconUri: string;
  /** A first snapshot, drawn before the host answers `ready`. */
  readonly initial?: ToViewer;
  /** The editor's language, and the viewer's words in it; absent: English. */
  readonly language?: string;
  readonly words?: Readonly<Record<string, string>>;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function viewerHtml({ cspSource, nonce, scriptUri, styleUri, codiconUri, initial, language = 'en', words }: ViewerPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // The component toolkit tries out one style rule at its start, with the nonce it finds on the page.
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const attribute = escapeAttribute;
  const data = initial === undefined ? '' : ` data-initial="${attribute(JSON.stringify(initial))}"`;
  return `<!DOCTYPE html>
<html lang="${attribute(words === undefined ? 'en' : language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta property="csp-nonce" content="${attribute(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${words === undefined ? '' : `<meta name="reins-words" content="${attribute(JSON.stringify(words))}">\n`}<title>Reins</title>
<link rel="stylesheet" href="${attribute(codiconUri)}">
<link rel="stylesheet" href="${attribute(styleUri)}">
</head>
<body>
<div id="reins" class="viewer"${data}></div>
<script nonce="${attribute(nonce)}" src="${attribute(scriptUri)}"></script>
</body>
</html>
`;
}
