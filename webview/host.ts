/** The only door to the extension host. The API object is acquired once and never leaves this module. */
import type { FromViewer } from '../extension/trace/messages.ts';

interface VsCodeApi {
  postMessage(message: FromViewer): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export type Post = (message: FromViewer) => void;

export function post(message: FromViewer): void {
  api.postMessage(message);
}

/** What this viewer kept from before it was hidden, as it was written: check before use. */
export function readState(): unknown {
  return api.getState();
}

export function writeState(state: unknown): void {
  api.setState(state);
}
