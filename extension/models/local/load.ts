/** Loads any Hugging Face-style ONNX decoder from its folder. */
import { ReasoningError } from '../../reasoning/errors.ts';
import { formatOfMarks } from '../fim.ts';
import type { Availability, Capabilities, ModelCard, ThinkingFormat } from '../../reasoning/port.ts';
import { readCalibration } from './calibration-file.ts';
import { ChatTemplate } from './chat-template.ts';
import { readMetadata, type ModelMetadata } from './config.ts';
import { GrowingCacheDecoder, type Decoder } from './decoder.ts';
import { findModelFiles } from './files.ts';
import { bytesReadTwice, openGraph } from './graph-session.ts';
import { hashFiles } from './hash.ts';
import { findHeads, headCapabilities, type HeadNames } from './heads.ts';
import { availableMemory, checkMemory } from './memory.ts';
import { LocalModel } from './model.ts';
import type { SessionParts } from './session.ts';
import { readSignature } from './signature.ts';
import type { Tag } from './tag-matcher.ts';
import { specialText, TextTokenizer } from './text-tokenizer.ts';
import { findThinkingFormat } from './thinking-format.ts';
import { said } from '../../trace/said.ts';

export interface LocalModelPlace {
  readonly id: string;
  readonly name: string;
  /** Absolute path of the folder that holds config.json. */
  readonly folder: string;
}

export interface LoadOptions {
  /** Threads inside an operator; absent: by the model's size. */
  readonly threads?: number;
  /** Bytes of memory that may be used; absent: what the system says. */
  readonly memory?: number;
}

/**
 * Load the model. Throws a `ReasoningError` that says what is wrong with the folder: `model-missing`, `model-invalid`,
 * `tokenizer-missing` or `out-of-memory`.
 */
export async function loadLocalModel(place: LocalModelPlace, signal: AbortSignal, options: LoadOptions = {}): Promise<LocalModel> {
  const { folder } = place;
  await findModelFiles(folder); // a missing folder or export is the plainest thing to say, so it is said first
  const metadata = await readMetadata(folder);
  const files = await findModelFiles(folder, metadata.preferredFile);
  const tokenizer = await TextTokenizer.read(folder);
  const template = await ChatTemplate.read(folder, tokenizer.config);
  const calibration = await readCalibration(folder);
  checkMemory(files.bytes, bytesReadTwice(files.onnxBytes), options.memory ?? availableMemory());
  signal.throwIfAborted();
  const graph = await openGraph(files, { layers: metadata.layers, threads: options.threads });
  try {
    const signature = readSignature(graph.inputs, graph.outputs, metadata);
    checkVocabulary(tokenizer.size, signature.vocab);
    const heads = findHeads(graph.outputs, signature.vocab);
    const decoder = new GrowingCacheDecoder(graph.session, signature, graph.residuals?.layers ?? [], heads);
    const hash = await hashFiles([files.onnx, ...files.data], signal);
    const format = findThinkingFormat(metadata.reins, template.source, new Set(tokenizer.added.map(({ content }) => content)));
    return new LocalModel(cardOf(place, metadata, format, hash, { hiddenStates: graph.hiddenStates, infill: infillOf(place, tokenizer) }, heads), partsOf(decoder, tokenizer, metadata, format), template, calibration);
  } catch (error) {
    await graph.session.release();
    throw error;
  }
}

/** Models pad their vocabulary a little beyond the tokenizer's; any other difference means the files do not belong together. */
function checkVocabulary(tokenizer: number, logits: number): void {
  if (tokenizer <= logits && logits <= tokenizer * 1.25 + 128) return;
  throw new ReasoningError('model-invalid', said('The tokenizer knows {0} tokens and the model {1}, so they belong to different models. Download tokenizer.json from the same page as the ONNX file.', tokenizer, logits));
}

function cardOf(place: LocalModelPlace, metadata: ModelMetadata, thinking: ThinkingFormat | null, hash: string, found: Pick<Capabilities, 'hiddenStates' | 'infill'>, heads: HeadNames): ModelCard {
  const yes: Availability = { available: true };
  return {
    id: place.id,
    name: place.name,
    backend: 'local',
    hash,
    contextLength: metadata.contextLength,
    thinking,
    effort: metadata.reins.effort ?? 'cap',
    ...(metadata.reins.fullThinkingTokens === undefined ? {} : { fullThinkingTokens: metadata.reins.fullThinkingTokens }),
    tokenCounts: 'exact',
    capabilities: {
      endThinking: thinking ? 'exact' : 'unavailable',
      probe: yes, rewind: yes, append: yes, logprobs: yes, entropy: yes, confidence: yes, score: yes, fork: yes, ...found,
      ...headCapabilities(heads),
      tools: { available: false, reason: metadata.reins.refuses === true ? said('{0} was trained on a small world of its own and cannot ask for tools.', place.name) : said('Local models run in a process of their own, apart from the tools of the workspace. Connect to a server to use tools.') },
      ...(metadata.reins.refuses === true ? { conversation: { available: false, reason: said('{0} was trained on single questions: it cannot follow up on an earlier answer.', place.name) } } : {}),
      endTagBias: thinking ? yes : { available: false, reason: said('{0} does not think before it answers.', place.name) },
    },
    defaultSampler: metadata.defaultSampler,
  };
}

function infillOf({ name }: LocalModelPlace, tokenizer: TextTokenizer): Availability {
  if (formatOfMarks(new Set(tokenizer.added.map(({ content }) => content)))) return { available: true };
  return { available: false, reason: said('{0} has no tokens for filling a gap in code.', name) };
}

function partsOf(decoder: Decoder, tokenizer: TextTokenizer, metadata: ModelMetadata, format: ThinkingFormat | null): SessionParts {
  const end = specialText(tokenizer.config.eos_token);
  const endId = end === undefined ? undefined : tokenizer.singleId(end);
  const tags: Tag[] = format
    ? [
        { mark: 'thinking-start', text: format.open, id: tokenizer.singleId(format.open) },
        { mark: 'thinking-end', text: format.close, id: tokenizer.singleId(format.close) },
      ]
    : [];
  return {
    decoder,
    tokenizer,
    tags,
    endTagId: format ? tokenizer.encodeContinuation(format.close)[0] : undefined,
    endIds: new Set([...metadata.endIds, ...(endId === undefined ? [] : [endId])]),
    contextLength: metadata.contextLength,
  };
}
