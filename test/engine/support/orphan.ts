/** A host that starts an engine, says its process id, and then waits to be killed. */
import { fixtureRef, never } from './models.ts';
import { newClient } from './clients.ts';

const { client } = newClient();
await client.describe(fixtureRef('qwen2-genai-int4'), never);
console.log(client.pid);
setInterval(() => undefined, 1000);
