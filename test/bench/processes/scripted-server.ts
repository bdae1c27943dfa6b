/** A scripted server in a thread of its own, so that its work is not taken for the client's. Tells its address, then how much it has sent when asked. */
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { startScriptedServer } from '../../support/scripted-server/server.ts';
import { tokenize } from '../../support/scripted-server/script.ts';

const { thinking, answer, delayMs } = v.parse(v.object({ thinking: v.number(), answer: v.number(), delayMs: v.number() }), workerData);
const numbered = (count: number, word: string): string[] => Array.from({ length: count }, (_, index) => ` ${word}${index}`);

const server = await startScriptedServer({
  delayMs,
  script: ({ question }) =>
    /count from one to ten/i.test(question)
      ? { thinking: tokenize('\nThat is easy.\n'), answer: tokenize('one two three four five six seven eight nine ten') }
      : { thinking: numbered(thinking, 't'), answer: numbered(answer, 'a') },
});
parentPort?.on('message', () => parentPort?.postMessage({ sent: server.chats().at(-1)?.tokensSent ?? 0, aborted: server.chats().at(-1)?.aborted ?? false }));
parentPort?.postMessage({ baseUrl: server.baseUrl });
