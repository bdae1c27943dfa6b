/**
 * Every signal there is: what it is called, what it means, in which unit, which way is surer, and what a model must give for it. The
 * heart computes them, the viewer and the command line show them, and the calibration learns from them, all by this table.
 * docs/signals.md has the formulas, their sources, and what each signal cannot say.
 */

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
    name: 'answer-convergence', label: 'equal trial answers in a row', unit: 'answers', surer: 'higher', needs: ['probe'], kind: 'count', family: 'trial answers', per: 'point', costs: true,
    meaning: 'How many of the latest trial answers in a row were the same, without a word of hesitation.',
  },
  {
    name: 'trial-answer-confidence', label: 'confidence of the trial answer', unit: 'probability', surer: 'higher', needs: ['probe', 'logprobs'], kind: 'raw', family: 'trial answers', per: 'point', costs: true,
    meaning: 'The mean probability that the model gave the tokens of its trial answer.',
  },
  {
    name: 'trial-answer-confidence-geometric', label: 'confidence of the trial answer, geometric', unit: 'probability', surer: 'higher', needs: ['probe', 'logprobs'], kind: 'raw', family: 'trial answers', per: 'point', costs: true,
    meaning: 'The same as a geometric mean, which one doubtful token lowers more.',
  },
  {
    name: 'entropy-after-end', label: 'entropy after the end tag', unit: 'nats', surer: 'lower', needs: ['probe', 'endEntropy'], kind: 'raw', family: 'entropy after the end', per: 'point', costs: true,
    meaning: 'How undecided the model would be about the first token of its answer if its thoughts ended here.',
  },
  {
    name: 'entropy-after-end-variance', label: 'moving variance of the entropy after the end tag', unit: 'nats²', surer: 'lower', needs: ['probe', 'endEntropy'], kind: 'raw', family: 'entropy after the end', per: 'point', costs: true,
    meaning: 'Whether the entropy after the end tag still moves; near zero means that more thought no longer changes it.',
  },
  {
    name: 'trajectory-net', label: 'net drift', unit: 'length per step', surer: 'higher', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: 'How far the model’s inner state has moved from where its thoughts began, per step.',
  },
  {
    name: 'trajectory-cumulative', label: 'cumulative path', unit: 'length', surer: 'lower', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: 'How long the whole way of the inner state was. It grows with every step, so it mostly tells the length of the thoughts.',
  },
  {
    name: 'trajectory-aligned', label: 'alignment', unit: 'cosine', surer: 'higher', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: 'How straight the way of the inner state was: 1 is a straight line, 0 wanders.',
  },
  {
    name: 'trajectory-net-neutral', label: 'net drift, length taken out', unit: 'ratio', surer: 'higher', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: 'The drift beside that of a random walk of as many steps: about 1 is a random walk, more is directed.',
  },
  {
    name: 'trajectory-cumulative-neutral', label: 'mean step', unit: 'length per step', surer: 'lower', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: 'How far the inner state moves from one chunk of thought to the next.',
  },
  {
    name: 'trajectory-aligned-neutral', label: 'alignment, length taken out', unit: 'ratio', surer: 'higher', needs: ['hiddenStates'], kind: 'raw', family: 'latent trajectory', per: 'point',
    meaning: 'The alignment beside that of a random walk of as many steps: about 1 is a random walk, more is directed.',
  },
  {
    name: 'token-logprob', label: 'log-probability of the token', unit: 'nats', surer: 'higher', needs: ['logprobs'], kind: 'raw', family: 'token confidence', per: 'token',
    meaning: 'How likely the model held the token it wrote. A surprise is a token with a low one.',
  },
  {
    name: 'token-entropy', label: 'entropy at the token', unit: 'nats', surer: 'lower', needs: ['entropy'], kind: 'raw', family: 'token confidence', per: 'token',
    meaning: 'How undecided the model was about the token.',
  },
  {
    name: 'token-confidence', label: 'token confidence', unit: 'nats', surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'token',
    meaning: 'How peaked the model’s choice of the token was: the higher, the fewer the tokens that came into question.',
  },
  {
    name: 'mean-confidence', label: 'mean confidence', unit: 'nats', surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'point',
    meaning: 'The mean token confidence over all thoughts so far.',
  },
  {
    name: 'group-confidence', label: 'group confidence', unit: 'nats', surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'point',
    meaning: 'The mean token confidence over the latest window of thoughts.',
  },
  {
    name: 'lowest-group-confidence', label: 'lowest group confidence', unit: 'nats', surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'point',
    meaning: 'The lowest group confidence so far: the least sure stretch of the thoughts.',
  },
  {
    name: 'tail-confidence', label: 'tail confidence', unit: 'nats', surer: 'higher', needs: ['confidence'], kind: 'raw', family: 'token confidence', per: 'point',
    meaning: 'The mean token confidence over the last stretch of the finished thoughts.',
  },
  {
    name: 'self-evaluation', label: 'self-evaluation', unit: 'probability', surer: 'higher', needs: ['selfEvaluation'], kind: 'raw', family: 'the model’s own judgement', per: 'point',
    meaning: 'The model’s own estimate that its present course ends in a right answer.',
  },
  {
    name: 'remaining-length', label: 'predicted remaining thought', unit: 'tokens', surer: 'neither', needs: ['remainingLength'], kind: 'raw', family: 'the model’s own judgement', per: 'point',
    meaning: 'How many more tokens of thought the model expects to need.',
  },
  {
    name: 'layer-agreement', label: 'agreement of the layers', unit: 'share', surer: 'higher', needs: ['earlyExits'], kind: 'raw', family: 'the model’s own judgement', per: 'point',
    meaning: 'For how many of the latest tokens the earlier layers already had the final layer’s first choice.',
  },
  {
    name: 'hedge-density', label: 'hedging words', unit: 'per 100 words', surer: 'lower', needs: ['thoughts'], kind: 'raw', family: 'wording', per: 'point',
    meaning: 'How often the thoughts hedge or turn back (“maybe”, “wait”, “hmm”).',
  },
  {
    name: 'thought-leak', label: 'thinking in the answer', unit: 'sentences', surer: 'lower', needs: ['thoughts'], kind: 'count', family: 'wording', per: 'point',
    meaning: 'How many sentences of the answer begin as thoughts do (“Wait”, “Let me think”), which means that thinking went on there.',
  },
  {
    name: 'end-tag-bias', label: 'push towards the end', unit: 'logits', surer: 'neither', needs: ['thoughts'], kind: 'raw', family: 'control', per: 'point',
    meaning: 'How much Reins adds to the end tag’s score so that the thoughts end within their budget.',
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
