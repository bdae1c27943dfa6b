/** The one sentence for a call to a server that the person has forbidden. */
import { ReasoningError } from '../../reasoning/errors.ts';
import { said } from '../../trace/said.ts';

export function offlineError(): ReasoningError {
  return new ReasoningError('offline', said('Reins is set to work offline, so the server was not contacted. Turn off the setting "reins.offline", or choose a local model.'));
}
