/** The path of a llama-server, built on first use. Rejects with a sentence where there is none and none can be built. */
export function ensureLlamaServer(): Promise<string>;
