/** Names of the residual stream's tensors, as the exporters write them. */

export interface ResidualNames {
  readonly style: 'genai' | 'optimum';
  readonly embedding: string | undefined;
  /** Output of each block, the last one after the final norm: Hugging Face's hidden_states[1..N]. */
  readonly layers: readonly string[];
}

interface Style {
  readonly style: ResidualNames['style'];
  readonly embeddings: readonly string[];
  readonly layer: (i: number, layers: number) => string;
}

const STYLES: readonly Style[] = [
  {
    style: 'genai',
    embeddings: ['/model/embed_tokens/Gather/output_0', '/model/embed_tokens/GatherBlockQuantized/output_0'],
    layer: (i, layers) =>
      i < layers - 1 ? `/model/layers.${i + 1}/input_layernorm/output_3` : `/model/layers.${layers}/final_norm_layernorm/output_0`,
  },
  {
    style: 'optimum',
    embeddings: ['/model/embed_tokens/Gather_output_0'],
    layer: (i, layers) => (i < layers - 1 ? `/model/layers.${i}/Add_1_output_0` : '/model/norm/Mul_1_output_0'),
  },
];

/** The residual tensors among `produced` for a model of `layers` blocks; undefined when no known style fits entirely. */
export function findResiduals(produced: ReadonlySet<string>, layers: number): ResidualNames | undefined {
  const all = [...produced];
  for (const { style, embeddings, layer } of STYLES) {
    const expected = Array.from({ length: layers }, (_, i) => layer(i, layers));
    // Whoever exported a wrapped model has the wrapper's name before every other.
    const last = expected.at(-1)!;
    const prefixes = all.filter((name) => name.endsWith(last)).map((name) => name.slice(0, name.length - last.length));
    for (const prefix of prefixes) {
      const names = expected.map((name) => prefix + name);
      if (names.every((name) => produced.has(name))) {
        return { style, embedding: embeddings.map((name) => prefix + name).find((name) => produced.has(name)), layers: names };
      }
    }
  }
  return undefined;
}
