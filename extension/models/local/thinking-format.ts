/** How a model marks its thoughts: from its own settings, its chat template and its added tokens; the families are the fallback. */
import type { ThinkingFormat } from '../../reasoning/port.ts';
import type { ReinsSettings } from './config.ts';

type Pair = readonly [open: string, close: string];

/** Tags as families write them. */
const FAMILIES: readonly Pair[] = [
  ['<think>', '</think>'], // Qwen3, DeepSeek-R1 and its distillations, SmolLM3
  ['<|channel|>analysis<|message|>', '<|end|><|start|>assistant<|channel|>final<|message|>'], // gpt-oss
  ['[THINK]', '[/THINK]'], // Magistral
  ['<seed:think>', '</seed:think>'], // Seed-OSS
  ['<|START_THINKING|>', '<|END_THINKING|>'], // Command A Reasoning
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
];

const DEFAULTS = { closingPhrase: '\n', afterClose: '\n\n' };
/** Harmony's channel header ends the line itself. */
const BARE = { closingPhrase: '', afterClose: '' };

/** The format, or null for a model that does not think. `added` are the texts of the tokenizer's added tokens. */
export function findThinkingFormat(reins: ReinsSettings, template: string | undefined, added: ReadonlySet<string>): ThinkingFormat | null {
  if (reins.thinking === null) return null;
  if (reins.thinking) {
    const { open, close, closingPhrase, afterClose, continuePhrase, wrapUpPhrase } = reins.thinking;
    return {
      open,
      close,
      closingPhrase: closingPhrase ?? DEFAULTS.closingPhrase,
      afterClose: afterClose ?? DEFAULTS.afterClose,
      ...(continuePhrase === undefined ? {} : { continuePhrase }),
      ...(wrapUpPhrase === undefined ? {} : { wrapUpPhrase }),
    };
  }
  // Tokenizers are shared between models that think and ones that do not, so where there is a template it must speak of the tags.
  const known = (tag: string) => (template === undefined ? added.has(tag) : template.includes(tag));
  const pair = FAMILIES.find(([open, close]) => known(open) || known(close));
  if (!pair) return null;
  const [open, close] = pair;
  return { open, close, ...(close.includes('<|channel|>') ? BARE : DEFAULTS) };
}

/** True when the prompt's last words open the thoughts. Only the very end counts: the user's own text may hold tags. */
export function opensThinking(prompt: string, format: ThinkingFormat | null): boolean {
  return format !== null && prompt.trimEnd().endsWith(format.open.trimEnd());
}
