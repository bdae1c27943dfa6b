/** Renders messages with the model's own chat template. */
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { ReasoningError } from '../../reasoning/errors.ts';
import type { ChatMessage } from '../../reasoning/port.ts';
import type { Effort } from '../../trace/events.ts';
import { readText } from './json.ts';
import { specialText, type TokenizerConfig } from './text-tokenizer.ts';
import { said } from '../../trace/said.ts';

export interface RenderOptions {
  readonly think: boolean;
  readonly effort: Effort;
}

export class ChatTemplate {
  /** The template's source; undefined for a model without one. */
  readonly source: string | undefined;
  readonly #template: Template | undefined;
  readonly #tokens: Readonly<Record<string, string>>;

  constructor(source: string | undefined, config: TokenizerConfig) {
    this.source = source;
    const tokens = { bos_token: specialText(config.bos_token), eos_token: specialText(config.eos_token), pad_token: specialText(config.pad_token), unk_token: specialText(config.unk_token) };
    this.#tokens = Object.fromEntries(Object.entries(tokens).map(([name, text]) => [name, text ?? '']));
    try {
      this.#template = source === undefined ? undefined : new Template(source);
    } catch (error) {
      throw new ReasoningError('model-invalid', said('The chat template of this model cannot be read. Download chat_template.jinja (or tokenizer_config.json) again.'), { cause: error });
    }
  }

  /** chat_template.jinja wins over the template inside tokenizer_config.json. */
  static async read(folder: string, config: TokenizerConfig): Promise<ChatTemplate> {
    const file = await readText(join(folder, 'chat_template.jinja'));
    const inside = config.chat_template ?? undefined;
    const listed = Array.isArray(inside) ? (inside.find(({ name }) => name === 'default') ?? inside[0])?.template : inside;
    return new ChatTemplate(file ?? listed, config);
  }

  /** The prompt's text. Without a template: the contents, a blank line apart. Throws `model-invalid` when the template refuses. */
  render(messages: readonly ChatMessage[], options: RenderOptions): string {
    if (!this.#template) return messages.map(({ content }) => content).join('\n\n') + '\n\n';
    try {
      return this.#render(messages, options);
    } catch (error) {
      // Some templates know no system role: say it in the user's message then.
      const merged = withoutSystem(messages);
      if (merged === messages) throw refusal(error);
      try {
        return this.#render(merged, options);
      } catch (again) {
        throw refusal(again);
      }
    }
  }

  #render(messages: readonly ChatMessage[], { think, effort }: RenderOptions): string {
    return this.#template!.render({ ...this.#tokens, messages: messages.map((message) => ({ ...message })), add_generation_prompt: true, enable_thinking: think, thinking: think, reasoning_effort: effort });
  }
}

function withoutSystem(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const system = messages.filter(({ role }) => role === 'system');
  const rest = messages.filter(({ role }) => role !== 'system');
  const first = rest[0];
  if (system.length === 0 || !first) return messages;
  return [{ ...first, content: [...system, first].map(({ content }) => content).join('\n\n') }, ...rest.slice(1)];
}

function refusal(error: unknown): ReasoningError {
  const detail = error instanceof Error ? error.message : String(error);
  return new ReasoningError('model-invalid', said('The chat template of this model refuses the request: {0}', detail.slice(0, 200)), { cause: error });
}
