/**
 * Fill-in-the-middle prompts by the models' own tokens. Sources: the model cards and tokenizers of Qwen2.5-Coder, StarCoder2, CodeLlama,
 * DeepSeek-Coder, CodeGemma and Codestral on Hugging Face.
 */
import type { Infill } from '../reasoning/port.ts';

export interface InfillText {
  readonly prefix: string;
  readonly suffix: string;
}

/** What other files say, put before the prefix: these formats have no place for it that all of their models know. */
export function withSnippets({ prefix, suffix, snippets }: Infill): InfillText {
  return { prefix: snippets.map(({ text }) => `${text}\n\n`).join('') + prefix, suffix };
}

export interface FimFormat {
  readonly name: string;
  /** Every token the prompt is made of: a tokenizer that has them all knows the format. */
  readonly marks: readonly string[];
  /** Names of models that are known to have it, for servers that do not tell their tokens. */
  readonly models: RegExp;
  /** Marks a completion may end with. */
  readonly ends: readonly string[];
  /** The prompt in pieces: marks, and the person's text between them. */
  readonly pieces: (text: InfillText) => readonly FimPiece[];
}

export type FimPiece = { readonly mark: string } | { readonly text: string };

const mark = (text: string): FimPiece => ({ mark: text });
const own = (text: string): FimPiece => ({ text });

function inOrder(name: string, models: RegExp, [before, after, middle]: readonly [string, string, string], ends: readonly string[]): FimFormat {
  return { name, models, marks: [before, after, middle], ends, pieces: ({ prefix, suffix }) => [mark(before), own(prefix), mark(after), own(suffix), mark(middle)] };
}

/** CodeGemma has Qwen's three marks and is told apart by its file separator, so it comes first. */
export const fimFormats: readonly FimFormat[] = [
  {
    ...inOrder('CodeGemma', /codegemma/i, ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'], ['<|file_separator|>', '<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>']),
    marks: ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>', '<|file_separator|>'],
  },
  inOrder('Qwen-Coder', /qwen[\d.]*-?(?:\d+-?)?coder|codeqwen/i, ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'], ['<|fim_pad|>', '<|repo_name|>', '<|file_sep|>', '<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>']),
  inOrder('StarCoder', /starcoder|granite.*code|stable-code/i, ['<fim_prefix>', '<fim_suffix>', '<fim_middle>'], ['<file_sep>', '<fim_prefix>', '<fim_suffix>', '<fim_middle>', '<fim_pad>']),
  inOrder('DeepSeek-Coder', /deepseek-?coder/i, ['<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'], ['<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>']),
  inOrder('CodeLlama', /code-?llama/i, ['▁<PRE>', '▁<SUF>', '▁<MID>'], ['▁<EOT>', '<EOT>']),
  {
    name: 'Codestral',
    models: /codestral|devstral/i,
    marks: ['[SUFFIX]', '[PREFIX]'],
    ends: ['[SUFFIX]', '[PREFIX]', '[MIDDLE]'],
    pieces: ({ prefix, suffix }) => [mark('[SUFFIX]'), own(suffix), mark('[PREFIX]'), own(prefix)],
  },
];

/** The format of a tokenizer, by the marks it knows. */
export function formatOfMarks(known: ReadonlySet<string>): FimFormat | null {
  return fimFormats.find(({ marks }) => marks.every((one) => known.has(one))) ?? null;
}

/** The format of a model on a server, by its name. Base and instruct models of a family share it. */
export function formatOfName(model: string): FimFormat | null {
  return fimFormats.find(({ models }) => models.test(model)) ?? null;
}

/** The prompt as text, for servers that read marks in text. Marks inside the person's code are broken up, so that they stay code. */
export function fimPrompt(format: FimFormat, text: InfillText): string {
  return format.pieces(text).map((piece) => ('mark' in piece ? writtenMark(piece.mark) : withoutMarks(piece.text, format))).join('');
}

/** CodeLlama's vocabulary spells the space before its marks as ▁; in text it is a space, and one follows. */
function writtenMark(text: string): string {
  return text.startsWith('▁<') ? ` ${text.slice(1)}${text === '▁<PRE>' ? ' ' : ''}` : text;
}

export function withoutMarks(text: string, { marks, ends }: FimFormat): string {
  // The ▁ of a mark is a space, which a mark in text may have or not.
  return [...marks, ...ends].map((one) => one.replace(/^▁/, '')).reduce((clean, one) => clean.replaceAll(one, `${one.slice(0, 1)} ${one.slice(1)}`), text);
}

/** A completion up to the first mark in it: some servers pass the marks of an end on as text. */
export function untilMark(text: string, format: FimFormat): string {
  const cuts = [...format.marks, ...format.ends].map((one) => text.indexOf(one)).filter((at) => at >= 0);
  return cuts.length === 0 ? text : text.slice(0, Math.min(...cuts));
}
