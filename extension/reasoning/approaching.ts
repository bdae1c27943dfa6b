/** What happens as the thinking budget runs out: the model is asked to come to its end, and the end tag becomes likelier. */
import { guidanceBias, predictedNeed, rampBias, wrapUpRoom } from './budget-end.ts';
import { decide, tokens as inWords, type RunContext } from './context.ts';
import { inject } from './inject.ts';
import { said } from '../trace/said.ts';

/** A push of this much is worth telling once: e^0.7 doubles the odds. */
const NOTABLE = 0.7;

/** Called before every thought token. */
export async function approachBudget(context: RunContext): Promise<void> {
  const { state, plan } = context;
  const { bias, phrase } = plan.budgetEnd;
  const atLineStart = state.thoughts === '' || state.thoughts.endsWith('\n');
  state.endTagBias = bias && atLineStart ? endTagBias(context) : 0;
  if (state.endTagBias > 0) tellBias(context);
  if (phrase !== '') await wrapUp(context, phrase, atLineStart);
}

function endTagBias({ plan, ledger, measuring }: RunContext): number {
  if (plan.budgetEnd.kind === 'guided') return guidanceBias(measuring.prediction, ledger.thinkingLeft);
  const { thinking, probes } = ledger.usage;
  return rampBias(thinking + probes, ledger.budgets.thinking);
}

function tellBias(context: RunContext): void {
  const { state, ledger, measuring, plan } = context;
  const { thinking, probes } = ledger.usage;
  measuring.tell({ signal: 'end-tag-bias', value: state.endTagBias }, thinking);
  if (state.endTagBias < NOTABLE || state.favoured) return;
  state.favoured = true;
  const need = plan.budgetEnd.kind === 'guided' ? predictedNeed(measuring.prediction) : null;
  decide(context, {
    policy: need === null ? 'budget' : 'budget-guidance',
    action: 'favour-end',
    evidence: [
      { signal: 'end-tag-bias', value: Number(state.endTagBias.toPrecision(4)) },
      need === null ? { signal: said('thinking tokens'), value: thinking + probes, threshold: ledger.budgets.thinking } : { signal: 'remaining-length', value: Math.round(need), threshold: ledger.thinkingLeft },
    ],
    reason:
      need === null
        ? said('The thinking budget is running out, so from here on the end of the thoughts becomes likelier at every new line.')
        : said('The model predicts that it still needs about {0} and {1} are left, so the end of the thoughts becomes likelier at new lines.', inWords(Math.round(need)), ledger.thinkingLeft),
  });
}

/** Ask once per budget: at a new line, or, when none comes, at half the room. */
async function wrapUp(context: RunContext, phrase: string, atLineStart: boolean): Promise<void> {
  const { state, ledger } = context;
  const budget = ledger.budgets.thinking;
  const room = wrapUpRoom(budget);
  const left = ledger.thinkingLeft;
  if (left > room || state.wrappedUpAt === budget || !(atLineStart || left <= room / 2)) return;
  state.wrappedUpAt = budget;
  const text = atLineStart ? phrase.replace(/^\n+/, '') : phrase;
  if (!(await inject(context, text))) return;
  decide(context, {
    policy: 'budget',
    action: 'wrap-up',
    evidence: [{ signal: said('thinking tokens left'), value: left, threshold: room }],
    reason: said('Only {0} of the thinking budget are left, so Reins asked the model to come to its end.', inWords(left)),
  });
}
