/**
 * What off, cautious, eager and an average budget mean on a model. With a calibration they are its policies; without one only trial answers
 * decide, because no threshold on a raw signal carries over from another model.
 */
import type { Effort, ExitSetting } from '../../trace/events.ts';
import type { Calibration } from '../calibration.ts';
import type { ModelCard } from '../port.ts';
import { usableSpec } from './build.ts';
import { specName, specWords, type ExitSpec } from './spec.ts';
import { said } from '../../trace/said.ts';

/** effort: the setting that goes with the effort. average: for so many tokens a run on average, answer included. A written policy is a setting of the person's own. */
export type ExitChoice = 'effort' | 'off' | 'cautious' | 'eager' | { readonly average: number } | ExitSpec;

export interface PlannedExit {
  readonly setting: ExitSetting;
  readonly spec: ExitSpec | null;
  /** For the log: the policies' names. */
  readonly name: string;
  /** What it comes to on this model, as sentences. */
  readonly words: string;
}

export const settingOfEffort: Readonly<Record<Effort, 'off' | 'cautious' | 'eager'>> = { low: 'eager', medium: 'cautious', high: 'off' };

/** Trial answers only, which need no threshold. */
export const uncalibrated: Readonly<Record<'cautious' | 'eager', ExitSpec>> = {
  cautious: { policy: 'answer-convergence', window: 3 },
  eager: { policy: 'answer-convergence', window: 2 },
};

export function planExit(choice: ExitChoice, effort: Effort, card: ModelCard, calibration: Calibration | undefined): PlannedExit {
  if (typeof choice !== 'string') return 'average' in choice ? forAverage(choice.average, card, calibration) : planned('custom', choice, card, '');
  const setting = choice === 'effort' ? settingOfEffort[effort] : choice;
  if (setting === 'off') return noExit('off', said('The model thinks to its own end, or to its budget.'));
  const calibrated = calibration?.presets[setting];
  const source = calibrated
    ? ` ${said('Thresholds from the calibration of {0}, made from {1}.', calibration.time.slice(0, 10), calibration.tasks === undefined ? said('{0} answers', calibration.labels) : said('{0} tasks', calibration.tasks))}`
    : ` ${said('This model is not calibrated, so only trial answers decide.')}`;
  return planned(setting, calibrated ?? uncalibrated[setting], card, source);
}

/** Of the policies that the calibration found for average budgets the dearest that meets this one. */
function forAverage(average: number, card: ModelCard, calibration: Calibration | undefined): PlannedExit {
  const dearestFirst = [...(calibration?.targets ?? [])].sort((a, b) => b.tokens - a.tokens);
  const met = dearestFirst.find(({ tokens }) => tokens <= average);
  const found = met ?? dearestFirst.at(-1);
  if (!calibration || !found) return planned('average', uncalibrated.eager, card, ` ${said('This model is not calibrated for an average budget, so only trial answers decide.')}`);
  const cheapest = met ? '' : ` ${said('No policy is known that takes {0} tokens a run on average; this is the cheapest.', average)}`;
  const tasks = calibration.tasks === undefined ? said('tasks') : said('{0} tasks', calibration.tasks);
  return planned('average', found.exits, card, `${cheapest} ${said('It took at most {0} tokens a run on average on the {1} of its calibration of {2}, at high effort.', found.tokens, tasks, calibration.time.slice(0, 10))}`);
}

export function noExit(setting: ExitSetting, words: string): PlannedExit {
  return { setting, spec: null, name: 'off', words };
}

function planned(setting: ExitSetting, asked: ExitSpec, card: ModelCard, source: string): PlannedExit {
  const { spec, missing } = usableSpec(asked, card);
  const lacking = missing.map((reason) => ` ${reason}`).join('');
  if (!spec) return noExit(setting, said('Thinking cannot end early here.') + lacking);
  return { setting, spec, name: specName(spec), words: said('Stops thinking when {0}.', specWords(spec)) + source + lacking };
}
