/** Whether a server keeps a limit on thinking: given a very small one and a question that makes a model think, the thoughts must end there. */
import type { ThinkingCap } from '../capability-record.ts';
import { THINKER } from './counting.ts';
import { topOf, withFields } from '../fields.ts';
import type { ServerKind } from '../servers/server-kind.ts';
import { chatLook, lookIfAccepted, type Probing } from './look.ts';
import { said } from '../../../trace/said.ts';

export const TRIED_CAP = 16;
/** Room for thoughts that run on where the cap is ignored. */
const ROOM = 24;
/** A server's own count may differ by this much, and it may write a few closing words. */
const FEWER = 2;
const MORE = 8;

export async function probeCap(probing: Probing, kind: ServerKind, evidence: string[], signal: AbortSignal): Promise<ThinkingCap | null> {
  const { cap } = kind;
  if (cap === null || cap.strength === 'advisory') return cap;
  const tokens = Math.max(cap.minimum, TRIED_CAP);
  const fields = [...kind.extras, ...cap.with, ...cap.paths.map((path) => ({ path, value: tokens }))];
  const body = withFields({ messages: [THINKER], max_tokens: tokens + ROOM }, fields);
  const seen = await lookIfAccepted(probing, chatLook(probing, body), signal);
  const paths = cap.paths.filter((path) => probing.memory.tolerance.accepts(topOf(path)));
  const refused = seen === null || paths.length === 0;
  const held = refused || seen.thoughts > tokens + MORE ? 'no' : seen.thoughtsEnded && seen.thoughts >= tokens - FEWER ? 'yes' : 'untried';
  evidence.push(
    refused
      ? said('A limit on thinking was refused.')
      : held === 'no'
        ? said('A limit of {0} thinking tokens was ignored: {1} came.', tokens, seen.thoughts)
        : held === 'yes'
          ? said('A limit of {0} thinking tokens was kept: the thoughts ended after {1}.', tokens, seen.thoughts)
          : said('A limit of {0} thinking tokens was taken, but the thoughts were too short ({1}) to tell whether it is kept.', tokens, seen.thoughts),
  );
  return { ...cap, paths: refused ? cap.paths : paths, held };
}
