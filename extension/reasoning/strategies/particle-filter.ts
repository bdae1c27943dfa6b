/**
 * Strategy "particle filter": several lines of thought at once inside one run, of which the ones that look wrong are dropped on the way. What judges
 * them is the model's own estimate that its course ends right, where it gives one, and else the probability of its tokens (arXiv 2502.01618, whose
 * reward model is another model's; arXiv 2510.05825 for the early steps).
 */
import type { Decision } from '../../trace/events.ts';
import type { Plan, RunSettings } from '../plan.ts';
import { expectedThinking } from '../effort.ts';
import type { ModelCard, Session } from '../port.ts';
import { ParticleSession } from './particle-session.ts';
import { said } from '../../trace/said.ts';

/** That of the papers; for models that are greedy by default. */
const TEMPERATURE = 0.8;

export interface ParticleReport {
  readonly decide: (decision: Omit<Decision, 'atToken' | 'phase'>) => void;
  readonly discard: (tokens: number) => void;
  readonly notice: (code: string, message: string) => void;
}

/** The session itself where one line of thought is wanted, or more cannot be had; the person is told why. */
export async function withParticles(session: Session, settings: RunSettings, plan: Plan, card: ModelCard, report: ParticleReport): Promise<Session> {
  const { samples = 1, sampling, sampler } = settings;
  if (sampling !== 'particles' || samples <= 1) return session;
  const why = whyNot(plan, card, sampler);
  if (why !== null) {
    report.notice('one-line-of-thought', why);
    return session;
  }
  const { selfEvaluation } = card.capabilities;
  const judge = selfEvaluation?.available === true ? said('the model’s own estimate that it will be right') : said('the probability of their tokens');
  return ParticleSession.over(session, {
    count: samples,
    expected: expectedThinking(plan.effort, card, plan.budgets.thinking),
    temperature: plan.sampler.temperature > 0 ? plan.sampler.temperature : TEMPERATURE,
    seed: plan.seed,
    random: evenly(plan.seed),
    onDropped: ({ lines, of, effective, worst, best }) =>
      report.decide({
        policy: 'particle-filter',
        action: 'choose-line',
        evidence: [
          { signal: said('lines that count'), value: rounded(effective), threshold: of },
          { signal: said('lowest estimate'), value: rounded(worst) },
          { signal: said('highest estimate'), value: rounded(best) },
        ],
        reason: lines === 1 ? said('1 of {0} lines of thought was dropped for copies of others, by {1}.', of, judge) : said('{0} of {1} lines of thought were dropped for copies of others, by {2}.', lines, of, judge),
      }),
    onChosen: (chance) =>
      report.decide({
        policy: 'particle-filter',
        action: 'choose-line',
        evidence: chance === null ? [] : [{ signal: said('estimate'), value: rounded(chance) }],
        reason: said('Of {0} lines of thought the one that looked best goes on alone, by {1}.', samples, judge),
      }),
    onDiscarded: report.discard,
  });
}

function whyNot({ think }: Plan, { capabilities, name }: ModelCard, sampler: RunSettings['sampler']): string | null {
  if (!think) return said('There is no thinking in this run, so there is one line of it.');
  if (sampler?.temperature === 0) return said('At temperature 0 all lines of thought would be the same, so there is one.');
  if (!capabilities.fork.available) return said('{0} thinks along one line only: {1}', name, capabilities.fork.reason);
  if (!capabilities.rewind.available) return said('{0} thinks along one line only: {1}', name, capabilities.rewind.reason);
  return null;
}

/** Numbers from 0 to 1 that fill the range evenly: multiples of the golden ratio, from where the seed says. */
function evenly(seed: number): () => number {
  let at = (seed * 0.618033988749895) % 1;
  return () => {
    at = (at + 0.618033988749895) % 1;
    return at;
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
