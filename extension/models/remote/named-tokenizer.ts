/** The tokenizer that a person has named for a server's model: a folder on this machine with the model's own tokenizer.json. */
import { ReasoningError } from '../../reasoning/errors.ts';
import { said } from '../../trace/said.ts';
import type { TextTokenizer } from '../local/text-tokenizer.ts';

/** Throws `tokenizer-missing` or `model-invalid`, with what to do about it. */
export async function readNamedTokenizer(folder: string, model: string): Promise<TextTokenizer> {
  // Most servers need none, so the library is read only here.
  const { TextTokenizer } = await import('../local/text-tokenizer.ts');
  try {
    return await TextTokenizer.read(folder);
  } catch (error) {
    const { reason, message } = ReasoningError.from(error, 'model-invalid');
    throw new ReasoningError(reason, `${message} ${said('It was to count the tokens of {0}. Without a tokenizer they are estimated.', model)}`, { cause: error });
  }
}
