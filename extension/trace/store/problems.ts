import { said } from '../said.ts';
/** What can go wrong with traces, as codes for programs and sentences for people. */

/** Why a trace file cannot be read or listed, or only in part. */
export interface TraceProblem {
  readonly code: 'missing' | 'unreadable' | 'corrupt' | 'newer-version' | 'empty' | 'never-started';
  readonly message: string;
}

/** What a recording has to say about itself, as a notice in the event log. */
export interface RecordingNotice {
  readonly code: 'disk-full' | 'trace-write' | 'trace-deleted' | 'trace-limit';
  readonly message: string;
}

export const traceDeleted: RecordingNotice = {
  code: 'trace-deleted',
  message: said('The trace of this run was deleted while it ran, so the rest of it is not recorded.'),
};

/** Said when a file reaches its limit in bytes. */
export function traceLimit(bytes: number): RecordingNotice {
  const size = bytes >= 1024 * 1024 ? `${Math.round(bytes / 1024 / 1024)} MB` : `${Math.max(1, Math.round(bytes / 1024))} kB`;
  return {
    code: 'trace-limit',
    message: said('The trace of this run has reached its limit of {0}. From here on the text of tokens and the measured signals are left out; phases, decisions, probes and the answer are still recorded.', size),
  };
}

/** The `code` of a Node file system error, e.g. 'ENOSPC', or '' for anything else. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The sentence for a failed write into `folder`. The run always goes on; only its recording stops. */
export function writeProblem(error: unknown, folder: string): RecordingNotice {
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return { code: 'disk-full', message: said('The disk is full, so the rest of this run is not recorded. The run goes on; free some space and the next run is recorded again.') };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return { code: 'trace-write', message: said('Reins may not write into its trace folder ({0}), so the rest of this run is not recorded. The run goes on; check the folder\'s permissions.', folder) };
    default: {
      const detail = errorCode(error) || (error instanceof Error ? error.message : String(error));
      return { code: 'trace-write', message: said('The trace could not be written into {0} ({1}), so the rest of this run is not recorded. The run goes on.', folder, detail) };
    }
  }
}
