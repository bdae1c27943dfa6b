// Types for the tests' harness, which is TypeScript.
import type { ChildProcess } from 'node:child_process';

export interface RunningCodeServer {
  readonly url: string;
  readonly child: ChildProcess;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

export function startCodeServer(options: {
  readonly entry: string;
  readonly port: number;
  readonly userData: string;
  readonly extensions: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly locale?: string | undefined;
  readonly asksForTrust?: boolean | undefined;
  readonly timeoutMs?: number;
}): Promise<RunningCodeServer>;

export function installExtensions(options: {
  readonly entry: string;
  readonly extensions: string;
  readonly packages: readonly string[];
}): Promise<void>;
