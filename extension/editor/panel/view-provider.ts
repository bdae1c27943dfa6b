/** The trace panel's host side: owns the state, gives a snapshot when the viewer is ready or shown, then increments. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { RunEvent } from '../../trace/events.ts';
import { fromViewerSchema, type FromViewer, type PanelState, type RelatedRun, type ToViewer } from '../../trace/messages.ts';
import type { RunView } from '../../trace/view.ts';
import type { Log } from '../log.ts';
import type { RunController } from '../runs/controller.ts';
import type { ShownRun } from '../runs/shown-run.ts';
import type { TraceLibrary } from '../traces/library.ts';
import { viewerHtml } from './html.ts';

export const VIEW_ID = 'reins.trace';

export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  readonly controller: RunController;
  readonly shown: ShownRun;
  readonly library: TraceLibrary;
  readonly log: Log;
  readonly state: () => PanelState;
  /** What goes on from a run that has ended, and what a run goes on from. */
  readonly related: (view: RunView, events: readonly RunEvent[]) => Promise<readonly RelatedRun[]>;
  /** Does what a valid message asks for. */
  readonly handle: (message: FromViewer) => Promise<void>;
  /** The panel came into sight. */
  readonly onVisible: () => void;
}

export class TracePanel implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #parts: PanelParts;
  readonly #watch: vscode.Disposable;
  #view: vscode.WebviewView | null = null;
  /** The viewer said it is ready since it was last (re)loaded. */
  #ready = false;
  #invalid = 0;
  #panelQueued = false;
  /** What was last said about traces left out of the history: said once, not with every run. */
  #omitted: string | null = null;

  constructor(parts: PanelParts) {
    this.#parts = parts;
    this.#watch = vscode.Disposable.from(
      parts.controller.onEvents(({ run, events }) => {
        if (this.#shows(run.run)) this.#post({ type: 'events', run: run.run, events });
      }),
      parts.shown.onDidChange(() => this.#snapshotSoon()),
      // An ended run is sent once more with all its events, so that it can be replayed.
      parts.controller.onTurn((run) => {
        if (!run.live && this.#shows(run.run)) this.#snapshotSoon();
      }),
      parts.library.onDidChange(() => void this.#sendHistory()),
    );
  }

  get visible(): boolean {
    return this.#view?.visible === true;
  }

  /** Messages refused because they are not in the contract. */
  get invalidMessages(): number {
    return this.#invalid;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { extensionUri, onVisible } = this.#parts;
    this.#view = view;
    this.#ready = false;
    view.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')] };
    const own = vscode.Disposable.from(
      view.webview.onDidReceiveMessage((message: unknown) => void this.receive(message)),
      view.onDidChangeVisibility(() => {
        // Hidden, the viewer is gone and everything for it is dropped; shown, it loads anew and says ready.
        this.#ready &&= view.visible;
        if (view.visible) onVisible();
      }),
    );
    view.onDidDispose(() => {
      own.dispose();
      this.#view = null;
      this.#ready = false;
    });
    const file = (name: string): string => view.webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', name)).toString();
    view.webview.html = viewerHtml({
      cspSource: view.webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      scriptUri: file('main.js'),
      styleUri: file('main.css'),
      codiconUri: file('codicon.css'),
      language: vscode.env.language,
      ...(vscode.l10n.bundle === undefined ? {} : { words: vscode.l10n.bundle }),
    });
    if (view.visible) onVisible();
  }

  /** The only door for what comes from the webview. Public so that tests can knock. */
  async receive(message: unknown): Promise<void> {
    const parsed = v.safeParse(fromViewerSchema, message);
    if (!parsed.success) {
      this.#invalid += 1;
      this.#parts.log.warn(`the trace panel sent a message that is not in the contract; it is ignored (${parsed.issues[0].message})`);
      return;
    }
    if (parsed.output.type === 'ready') {
      this.#ready = true;
      await this.#snapshot();
      return;
    }
    await this.#parts.handle(parsed.output);
  }

  /** Something around the run changed. Many changes in one turn make one message. */
  refresh(): void {
    if (this.#panelQueued) return;
    this.#panelQueued = true;
    setTimeout(() => {
      this.#panelQueued = false;
      this.#post({ type: 'panel', panel: this.#parts.state() });
    }, 30);
  }

  say(text: string, kind: 'info' | 'warning' | 'error' = 'info'): void {
    this.#post({ type: 'status', text, kind });
  }

  /** Bring the panel into sight. The editor keeps the focus unless the person is to type into the panel. */
  async reveal(focusAsk = false): Promise<void> {
    await vscode.commands.executeCommand(`${VIEW_ID}.focus`, { preserveFocus: !focusAsk });
    if (focusAsk) this.#post({ type: 'focusAsk' });
  }

  dispose(): void {
    this.#watch.dispose();
  }

  #snapshotSoon(): void {
    if (this.#ready) void this.#snapshot();
  }

  async #snapshot(): Promise<void> {
    const { shown, state, library, log } = this.#parts;
    // The history is read from disk first: between view and events nothing may come, or an increment would be lost.
    const history = await library.history().catch((error: unknown) => {
      log.error('reading the history', error);
      return [];
    });
    this.#post({ type: 'snapshot', view: shown.view, other: shown.other, events: shown.events, panel: state(), history });
    void this.#sendRelated();
    if (library.omitted !== null && library.omitted !== this.#omitted) this.say(library.omitted, 'warning');
    this.#omitted = library.omitted;
  }

  async #sendHistory(): Promise<void> {
    if (!this.#ready) return;
    try {
      this.#post({ type: 'history', history: await this.#parts.library.history() });
    } catch (error) {
      this.#parts.log.error('reading the history', error);
    }
  }

  async #sendRelated(): Promise<void> {
    const { shown, related, log } = this.#parts;
    const { view, events } = shown;
    if (!view) return;
    try {
      const found = await related(view, events ?? []);
      if (shown.view?.run === view.run) this.#post({ type: 'related', run: view.run, related: found });
    } catch (error) {
      log.error('looking for related runs', error);
    }
  }

  #shows(run: string): boolean {
    const { view, other } = this.#parts.shown;
    return view?.run === run || other?.run === run;
  }

  #post(message: ToViewer): void {
    if (this.#view && this.#ready) void this.#view.webview.postMessage(message);
  }
}
