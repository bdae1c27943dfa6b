/**
 * Every signal there is: what it is called, what it means, in which unit, which way is surer, and what a model must give for it. The
 * heart computes them, the viewer and the command line show them, and the calibration learns from them, all by this table.
 * docs/signals.md has the formulas, their sources, and what each signal cannot say.
 */

import { said } from './said.ts';

/** What a model must give. `thoughts`: their text, which every model that thinks gives. `endEntropy`: entropy where the answer would begin, which may be had where it is not with every token. */
export type SignalNeed = 'thoughts' | 'logprobs' | 'entropy' | 'endEntropy' | 'confidence' | 'probe' | 'hiddenStates' | 'selfEvaluation' | 'remainingLength' | 'earlyExits';

export type SignalFamily = 'trial answers' | 'entropy after the end' | 'latent trajectory' | 'token confidence' | 'the model’s own judgement' | 'wording' | 'control';

export interface SignalInfo {
  readonly name: string;
  /** A few words, in lower case. */
  readonly label: string;
  /** What it means, as a sentence. */
  readonly meaning: string;
  readonly unit: string;
  /** Which way speaks for a right answer. neither: it says something else. */
  readonly surer: 'higher' | 'lower' | 'neither';
  readonly needs: readonly SignalNeed[];
  /** raw: a number that only means something beside others of the same model; count: a number of things. */
  readonly kind: 'raw' | 'count';
  readonly family: SignalFamily;
  /** token: one figure a token, in the token events; point: signal events. */
  readonly per: 'token' | 'point';
  /** True where a measurement costs thinking tokens. */
  readonly costs?: true;
}

export const signalTable = [
  {
    name: 'answer-convergence', label: said('equal trial answers in a row'), unit: said('answers'), surer: 'higher', needs: ['probe'], kind: 'count', family: 'trial answers', per: 'point', costs: true,
    meaning: said('How many of the latest trial answers in a row were the same, without a word of hesitation.'),
  },
  {
    name: 'trial-answer-confidence', label: said('confidence of the trial answer'), unit: said('probability'), surer: 'higher', needs: ['probe', 'logprobs'], kind: 'raw', family: 'trial answers', per: 'point', costs: true,
    meaning: said('The mean probability that the model gave the tokens of its trial answer.'),
  },
  {
    name: 'trial-answer-confidence-geometric', label: said('confidence of the trial answer, geometric'), unit: said('probability'), surer: 'higher', needs: ['probe', 'logprobs'], kind: 'raw', family: 'trial answers', per: 'point', costs: true,
    meaning: said('The same as a geometric mean, which one doubtful token lowers more.'),
  },
  {
    name: 'entropy-after-end', label: said('entropy after the end tag'), unit: said('nats'), surer: 'lower', needs: ['probe', 'endEntropy'], kind: 'raw', family: 'entropy after the end', per: 'point', costs: true,
    meaning: said('How undecided the model would be about the first token of its answer if its thoughts ended here.'),
  },
  {
    name: 'entropy-after-end-variance', label: said('moving variance of the entropy after the end tag'), unit: said('nats²'), surer: 'lower', needs: ['probe', 'endEntropy'], kind: 'raw', family: 'entropy after the end', per: 'point', costs: true,
    meaning: said('Whether the entropy after the end tag still moves; near zero means that more thought no longer changes it.'),
  },
  {
    name: 'trajectory-net', label: said('net drift'), unit: said('length per step'), surer: 'higher', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: said('How far the model’s inner state has moved from where its thoughts began, per step.'),
  },
  {
    name: 'trajectory-cumulative', label: said('cumulative path'), unit: said('length'), surer: 'lower', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: said('How long the whole way of the inner state was. It grows with every step, so it mostly tells the length of the thoughts.'),
  },
  {
    name: 'trajectory-aligned', label: said('alignment'), unit: said('cosine'), surer: 'higher', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: said('How straight the way of the inner state was: 1 is a straight line, 0 wanders.'),
  },
  {
    name: 'trajectory-net-neutral', label: said('net drift, length taken out'), unit: said('ratio'), surer: 'higher', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: said('The drift beside that of a random walk of as many steps: about 1 is a random walk, more is directed.'),
  },
  {
    name: 'trajectory-cumulative-neutral', label: said('mean step'), unit: said('length per step'), surer: 'lower', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: said('How far the inner state moves from one chunk of thought to the next.'),
  },
  {
    name: 'trajectory-aligned-neutral', label: said('alignment, length taken out'), unit: said('ratio'), surer: 'higher', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: said('The alignment beside that of a random walk of as many steps: about 1 is a random walk, more is directed.'),
  },
  {
    name: 'token-logprob', label: said('log-probability of the token'), unit: said('nats'), surer: 'higher', needs: ['logprobs'], kind: 'raw', family: 'token confidence', per: 'token',
    meaning: said('How likely the model held the token it wrote. A surprise is a token with a low one.'),
  },
  {
    name: 'token-entropy', label: said('entropy at the token'), unit: said('nats'), surer: 'lower', needs: ['entropy'], kind: 'raw', family: 'token confidence', per: 'token',
    meaning: said('How undecided the model was about the token.'),
  },
  {
    name: 'token-confidence', label: said('token confidence'), unit: said('nats'), surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'token',
    meaning: said('How peaked the model’s choice of the token was: the higher, the fewer the tokens that came into question.'),
  },
  {
    name: 'mean-confidence', label: said('mean confidence'), unit: said('nats'), surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'point',
    meaning: said('The mean token confidence over all thoughts so far.'),
  },
  {
    name: 'group-confidence', label: said('group confidence'), unit: said('nats'), surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'point',
    meaning: said('The mean token confidence over the latest window of thoughts.'),
  },
  {
    name: 'lowest-group-confidence', label: said('lowest group confidence'), unit: said('nats'), surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'point',
    meaning: said('The lowest group confidence so far: the least sure stretch of the thoughts.'),
  },
  {
    name: 'tail-confidence', label: said('tail confidence'), unit: said('nats'), surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'point',
    meaning: said('The mean token confidence over the last stretch of the finished thoughts.'),
  },
  {
    name: 'self-evaluation', label: said('self-evaluation'), unit: said('probability'), surer: 'higher', needs: ['selfEvaluation'], kind: 'raw', family: 'the model’s own judgement', per: 'point',
    meaning: said('The model’s own estimate that its present course ends in a right answer.'),
  },
  {
    name: 'remaining-length', label: said('predicted remaining thought'), unit: said('tokens'), surer: 'neither', needs: ['remainingLength'], kind: 'raw', family: 'the model’s own judgement', per: 'point',
    meaning: said('How many more tokens of thought the model expects to need.'),
  },
  {
    name: 'layer-agreement', label: said('agreement of the layers'), unit: said('share'), surer: 'higher', needs: ['earlyExits'], kind: 'raw', family: 'the model’s own judgement', per: 'point',
    meaning: said('For how many of the latest tokens the earlier layers already had the final layer’s first choice.'),
  },
  {
    name: 'hedge-density', label: said('hedging words'), unit: said('per 100 words'), surer: 'lower', needs: ['thoughts'], kind: 'raw', family: 'wording', per: 'point',
    meaning: said('How often the thoughts hedge or turn back (“maybe”, “wait”, “hmm”).'),
  },
  {
    name: 'thought-leak', label: said('thinking in the answer'), unit: said('sentences'), surer: 'lower', needs: ['thoughts'], kind: 'count', family: 'wording', per: 'point',
    meaning: said('How many sentences of the answer begin as thoughts do (“Wait”, “Let me think”), which means that thinking went on there.'),
  },
  {
    name: 'end-tag-bias', label: said('push towards the end'), unit: said('logits'), surer: 'neither', needs: ['thoughts'], kind: 'raw', family: 'control', per: 'point',
    meaning: said('How much Reins adds to the end tag’s score so that the thoughts end within their budget.'),
  },
] as const satisfies readonly SignalInfo[];

export type SignalName = (typeof signalTable)[number]['name'];

const byName: ReadonlyMap<string, SignalInfo> = new Map(signalTable.map((info) => [info.name, info]));

/** The row of a name; undefined for a name that a newer Reins wrote, or that is plain words. */
export function signalInfo(name: string): SignalInfo | undefined {
  return byName.get(name);
}

/** What to call a signal or a piece of evidence: its label, or the words themselves. */
export function signalLabel(name: string): string {
  return byName.get(name)?.label ?? name;
}
