/**
 * The model port: all that the heart of Reins knows of a model. Local (ONNX) and remote (HTTP) models implement it.
 *
 * A `Model` opens `Session`s. A session is a growing token sequence that starts with the rendered prompt. Whatever a backend
 * cannot do is absent from its capabilities, with the reason, so that the interface can say so.
 */
import type { Effort, Sampler } from '../trace/events.ts';
import type { Calibration } from './calibration.ts';

/** Whether a verb or signal is there; if not, the sentence the interface shows. */
export type Availability = { readonly available: true } | { readonly available: false; readonly reason: string };

export interface Capabilities {
  /** End the thinking at a token of our choice and continue with the answer. exact: in place; degraded: by asking again. */
  readonly endThinking: 'exact' | 'degraded' | 'unavailable';
  /** How the thinking budget is kept, where that differs: a server may stop at a number by itself, though not at a wish of the moment. */
  readonly thinkingBudget?: 'exact' | 'degraded' | 'unavailable';
  /** Continue without committing (trial answers). */
  readonly probe: Availability;
  /** Drop the last tokens and go on from there (Keep Thinking after the end tag). */
  readonly rewind: Availability;
  /** Insert text of our own and go on (Steer). */
  readonly append: Availability;
  readonly logprobs: Availability;
  readonly entropy: Availability;
  /** Entropy after a probe's text alone, where `entropy` is not given with every token; absent: as `entropy` says. */
  readonly endEntropy?: Availability;
  /** Token confidence (DeepConf) with every token. Like the other optional ones: absent means not given. */
  readonly confidence?: Availability;
  /** Residual-stream states by layer (chunk means). */
  readonly hiddenStates: Availability;
  readonly score: Availability;
  readonly fork: Availability;
  /** The model's own estimate, a number a token, that its course ends right. */
  readonly selfEvaluation?: Availability;
  /** The model's own prediction of the thinking tokens still to come. */
  readonly remainingLength?: Availability;
  /** What earlier layers would have chosen. */
  readonly earlyExits?: Availability;
  /** Follow-up questions, with what was asked and answered before; absent means given. */
  readonly conversation?: Availability;
  /** Tools of the workspace can be asked for; absent means given. */
  readonly tools?: Availability;
  /** The end tag can be made more or less likely. */
  readonly endTagBias?: Availability;
  /** A gap in code can be filled from both sides. */
  readonly infill?: Availability;
}

/** How the model marks its thoughts. `close` is what Reins writes to end them. */
export interface ThinkingFormat {
  readonly open: string;
  readonly close: string;
  /** Written before the close tag at a forced end, e.g. '\n' or a short wrap-up phrase. */
  readonly closingPhrase: string;
  /** Written after the close tag, e.g. '\n\n'. */
  readonly afterClose: string;
  /** Written when the person asks to keep thinking after the model wanted to stop; default a short "Wait". */
  readonly continuePhrase?: string;
  /** Written shortly before the thinking budget ends, so that the model comes to its end itself; empty for none, default a short sentence. */
  readonly wrapUpPhrase?: string;
}

export interface ModelCard {
  readonly id: string;
  readonly name: string;
  readonly backend: 'local' | 'remote';
  /** SHA-256 of the weights (local), or absent. */
  readonly hash?: string;
  /** Host of the server (remote). Never contains credentials. */
  readonly origin?: string;
  /** Tokens the model can hold, prompt included. */
  readonly contextLength: number;
  /** Null for a model that does not think. */
  readonly thinking: ThinkingFormat | null;
  readonly effort: 'trained' | 'requested' | 'cap';
  /** Right behind the end of its thoughts it writes the bare result, and no sentence around it. Absent: so does a model whose effort was trained, and no other. */
  readonly bareAnswers?: boolean;
  /** Mean thinking tokens at high effort, when measured; sets the effort shares. */
  readonly fullThinkingTokens?: number;
  /** exact: in the model's own tokens, as they are generated; counted: the text that comes, with a tokenizer that is said to be the model's. */
  readonly tokenCounts: 'exact' | 'counted' | 'estimated';
  readonly capabilities: Capabilities;
  readonly defaultSampler: Sampler;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Code with a gap to fill: what stands before and after it, and pieces of other files. */
export interface Infill {
  readonly prefix: string;
  readonly suffix: string;
  readonly snippets: readonly { readonly path: string; readonly text: string }[];
}

export interface OpenOptions {
  /** Fill this gap instead of answering the messages; only where the card says `infill`. The messages say the same in words. */
  readonly infill?: Infill | undefined;
  readonly messages: readonly ChatMessage[];
  readonly effort: Effort;
  /** False renders the prompt with thinking off where the template can (budget 0). */
  readonly think: boolean;
  /** For backends that send limits along: total tokens the request may use, thinking + solution. */
  readonly limits: { readonly thinking: number; readonly solution: number };
  /** What the person should know about how this session works out, e.g. that the server had to be asked again. */
  readonly onNotice?: (code: string, message: string) => void;
  /** One request to a server, when it is over: what is likely to be billed. */
  readonly onRequest?: (request: RequestUsage) => void;
}

/** Tokens of one request to a server. A run may take several, and each sends the prompt again. */
export interface RequestUsage {
  /** probe: a trial answer beside the run. */
  readonly purpose: 'run' | 'probe';
  readonly prompt: number;
  /** It came with others in one request, whose prompt is on the bill of the first. */
  readonly shared?: true;
  /** Of the prompt, read from the server's cache, where it tells. */
  readonly cached?: number;
  readonly thinking: number;
  readonly solution: number;
  /** True when any of it is not the server's own count: it was hung up on, or does not tell. */
  readonly estimated: boolean;
}

export interface RenderedPrompt {
  readonly text: string;
  readonly tokens: number;
  /** True when `tokens` is an estimate. */
  readonly estimated: boolean;
  /** True when the sequence already stands inside the thoughts (the template wrote the open tag). */
  readonly opensThinking: boolean;
}

export interface StepOptions {
  readonly sampler: Sampler;
  /** 32-bit seed of the session's generator; the same seed and steps give the same tokens (where the backend can). */
  readonly seed: number;
  readonly logprob?: boolean;
  readonly entropy?: boolean;
  readonly confidence?: boolean;
  /** Thinking tokens that may still come, as far as the run's budgets go by now: backends that tell a server of a limit tell it this one. */
  readonly thinkingLeft?: number;
  /** Ask for the running mean of residual states per layer, for chunks of this many tokens. */
  readonly hiddenChunk?: number;
  /** Added to the logit of the thinking end tag (first token of it). */
  readonly endTagBias?: number;
  readonly selfEvaluation?: boolean;
  readonly remainingLength?: boolean;
  readonly earlyExits?: boolean;
}

/**
 * One step of a session. `count` is the number of model tokens behind `text` (remote chunks may hold several; 0 for a pure mark).
 * Marks are the same for every backend, however the wire says it:
 * thinking-start and thinking-end: the tag itself, in whatever spelling (its text is in `text`; empty when the server has separate fields);
 * end: the model ended its turn; cut: the server or the context ended it before the model did.
 */
export interface Token {
  readonly id?: number;
  readonly text: string;
  readonly count: number;
  readonly mark?: 'thinking-start' | 'thinking-end' | 'end' | 'cut';
  /** Natural log of the probability the model gave the token before temperature and filters. */
  readonly logprob?: number;
  /** Nats, over the full vocabulary, before temperature and filters. */
  readonly entropy?: number;
  /** DeepConf, arXiv 2508.15260: minus the mean log-probability of the k = 20 most likely tokens (fewer where the vocabulary is smaller), nats. */
  readonly confidence?: number;
  /** When a hidden-state chunk is complete: per layer its mean vector. */
  readonly hiddenChunk?: readonly Float32Array[];
  /** Before this token: the model's probability that its present course ends right. */
  readonly selfEvaluation?: number;
  /** Before this token: log(1 + thinking tokens still to come) as a Gamma variable of this shape and rate. */
  readonly remainingLength?: { readonly alpha: number; readonly lambda: number };
  /** Per layer with an early exit, first to last: whether its first choice here was the model's own. */
  readonly earlyExits?: readonly boolean[];
}

/** Mean states per layer over some tokens. */
export interface HiddenChunk {
  readonly means: readonly Float32Array[];
  readonly tokens: number;
}

export interface ProbeOptions {
  readonly sampler: Sampler;
  readonly seed: number;
  /** Most tokens to generate; 0 only looks at what would come. */
  readonly limit: number;
  /** Generating ends when the text holds one of these (which stay part of it). */
  readonly stopAt?: readonly string[];
}

export interface Probe {
  readonly text: string;
  readonly injected: number;
  readonly generated: number;
  /** True when the model ended its turn within the limit. */
  readonly ended: boolean;
  /** True when the model itself wrote the thinking end tag. */
  readonly closed?: boolean;
  /** Per generated token its natural-log probability, and the UTF-16 units of `text` that are its own. */
  readonly logprobs?: readonly number[];
  readonly lengths?: readonly number[];
  /** Entropy over the vocabulary right after the text of ours, nats; from a server that lists only the likeliest tokens, the least it can be. */
  readonly entropy?: number;
}

export interface Score {
  readonly tokens: number;
  /** Natural-log probability of each token given all before it. */
  readonly logprobs: readonly number[];
  readonly entropies: readonly number[];
  /** With `hiddenChunk`: the chunks of the text in order, the last one perhaps shorter. */
  readonly hidden?: readonly HiddenChunk[];
}

export interface ScoreOptions {
  /** Tokens per chunk of mean residual states. */
  readonly hiddenChunk?: number;
}

export interface Session {
  readonly prompt: RenderedPrompt;
  /** Tokens in the sequence, prompt included. */
  readonly position: number;
  /**
   * Advance by one token. After a mark of `end` or `cut` the next step is refused (until a rewind or an append).
   * When `signal` fires the step rejects with an AbortError and the session stays usable: nothing is lost, and the token it was
   * waiting for is delivered by the next step. (The heart interrupts a waiting step when the person steers.)
   * When `prompt.opensThinking` is false, a session marks `thinking-start` before its first thought.
   */
  step(options: StepOptions, signal: AbortSignal): Promise<Token>;
  /** Write text of our own (closing phrase, end tag, remark). Returns its tokens. */
  append(text: string, signal: AbortSignal): Promise<number>;
  /** Go back to an earlier `position` (not before the end of the prompt). Also undoes an `end`, a `cut` and a `thinking-end` after it. */
  rewind(position: number): Promise<void>;
  /** Continue with `text` and up to `limit` tokens, then put everything back. */
  probe(text: string, options: ProbeOptions, signal: AbortSignal): Promise<Probe>;
  /** Look at a text as if the model had written it here. */
  score(text: string, signal: AbortSignal, options?: ScoreOptions): Promise<Score>;
  /** Write text of our own and see the mean states over it; null where the context has no room for it, or there are no states. */
  read?(text: string, signal: AbortSignal): Promise<HiddenChunk | null>;
  /** The mean states of the chunk that is not complete yet; null when it is empty, or states are not asked for. */
  hiddenRest?(): HiddenChunk | null;
  fork(): Promise<Session>;
  close(): Promise<void>;
}

export interface Model {
  readonly card: ModelCard;
  /** What is known of this model from labelled runs, if anything. */
  readonly calibration?: Calibration | undefined;
  open(options: OpenOptions, signal: AbortSignal): Promise<Session>;
  /**
   * As many models as replies are wanted at once: what each of them opens first is drawn by one request, where the server gives several. Null, or absent: each
   * reply needs a request of its own.
   */
  inOneCall?(count: number): readonly Model[] | null;
  /** Advance several sessions by one token each (one batch where the backend can). Results in the same order. */
  tick(steps: readonly { session: Session; options: StepOptions }[], signal: AbortSignal): Promise<Token[]>;
  /** Tokens of a text; an estimate where `card.tokenCounts` says so. */
  countTokens(text: string): number;
  dispose(): Promise<void>;
}
