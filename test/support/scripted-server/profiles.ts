/** How real servers answer on the wire, as far as Reins must tell them apart. */
import type { Profile, ProfileName } from './types.ts';

const open: Profile = { thoughts: 'reasoning', prefix: 'flags', usage: true, caches: true, refusedFields: [], honoursThinkingOff: true, misfiles: 'nothing', tokensPerDelta: 1 };

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  vllm: open,
  'llama-server': { ...open, thoughts: 'reasoning_content', prefix: 'reasoning' },
  deepseek: { ...open, thoughts: 'reasoning_content', prefix: 'refused' },
  /** A server without a reasoning parser: the tags arrive in the content. */
  inline: { ...open, thoughts: 'inline' },
  /** The same, with a template that has already written the open tag. */
  'inline-unopened': { ...open, thoughts: 'inline-unopened' },
  ollama: { ...open, thoughts: 'reasoning', prefix: 'ignored' },
  openai: { ...open, thoughts: 'hidden', prefix: 'ignored', refusedFields: ['max_tokens', 'chat_template_kwargs', 'continue_final_message', 'add_generation_prompt', 'top_k', 'min_p'] },
  plain: { ...open, thoughts: 'none', prefix: 'trailing' },
};
