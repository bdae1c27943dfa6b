/** Strategy "single": one line of thought, then one answer. Keep Thinking and Steer may lead from the answer back to the thoughts. */
import type { RunContext } from '../context.ts';
import type { Token } from '../port.ts';
import { close, solve, type SolvingEnd } from '../solving.ts';
import { think } from '../thinking.ts';

export type SingleEnd = Exclude<SolvingEnd, 'think-again'>;

/** Where a run begins: at its thoughts, or (a continued answer, no thinking wanted) at its answer. */
export type Beginning = 'thinking' | 'solving';

export async function runSingle(context: RunContext, beginning: Beginning): Promise<SingleEnd> {
  if (beginning === 'solving') {
    const end = await solve(context);
    if (end !== 'think-again') return end;
  }
  for (;;) {
    const thought = await think(context);
    let first: Token | undefined;
    switch (thought.kind) {
      case 'stopped':
        return 'stopped';
      case 'natural':
        context.phases.to('solving', 'natural-end');
        break;
      case 'direct':
        context.phases.to('solving', 'no-thinking');
        first = thought.token;
        break;
      case 'forced':
        await close(context, thought.reason);
        context.phases.to('solving', 'closed');
        break;
    }
    const end = await solve(context, first);
    if (end !== 'think-again') return end;
  }
}
