/**
 * Thoughts shaded by how surprising each token was to the model, or how undecided it was there. Painted with the CSS Custom Highlight API:
 * a handful of highlights hold ranges of the text as it is, so 20,000 tokens need no element of their own, and only blocks in sight have ranges.
 */
import type { TokenPage } from '../../extension/trace/view.ts';
import { firstAbove } from '../places.ts';
import type { Block } from './blocks.ts';
import { t } from '../l10n.ts';

export const shadings = ['off', 'surprise', 'entropy'] as const;
export type Shading = (typeof shadings)[number];

/**
 * Lower ends of the four shades, in nats. Surprise: a token the model held for less likely than 61 %, 37 %, 14 %, 2 %. Entropy: as much as
 * an even choice among 1.6, 2.7, 7.4, 20 tokens. The same for all models, because they are not a verdict.
 */
const bounds = [0.5, 1, 2, 3] as const;
const surpriseBounds = [0.5, 1, 2, 4] as const;

export const shadeWords: Readonly<Record<Exclude<Shading, 'off'>, readonly string[]>> = {
  surprise: [t('held for 37 to 61 % likely'), '14 to 37 %', '2 to 14 %', 'under 2 %'],
  entropy: ['0.5 to 1 nats', '1 to 2 nats', '2 to 3 nats', 'over 3 nats'],
};

export const shadeName = (shade: number): string => `reins-shade-${shade}`;
const SHADES = 4;

/** 0: no shade. */
export function shadeOf(mode: Exclude<Shading, 'off'>, figure: number | null): number {
  if (figure === null) return 0;
  return mode === 'surprise' ? firstAbove(surpriseBounds, -figure) : firstAbove(bounds, figure);
}

export function canShade(): boolean {
  return 'highlights' in CSS && typeof Highlight === 'function';
}

/** A stretch of thoughts as it is drawn. */
export interface ShadedText {
  readonly blocks: readonly Block[];
  readonly pages: readonly TokenPage[] | undefined;
}

interface Painted {
  /** What the ranges were made for; text and figures only ever grow at the end. */
  readonly length: number;
  readonly last: TokenPage | undefined;
  readonly ranges: readonly (readonly [highlight: Highlight, range: StaticRange])[];
}

export interface Shader {
  setMode(mode: Shading): void;
  draw(texts: readonly ShadedText[]): void;
}

export function createShader(): Shader {
  const highlights = canShade() ? Array.from({ length: SHADES }, () => new Highlight()) : [];
  for (const [index, highlight] of highlights.entries()) CSS.highlights.set(shadeName(index + 1), highlight);
  let mode: Shading = 'off';
  let texts: readonly ShadedText[] = [];
  const inSight = new Set<Element>();
  const painted = new Map<Block, Painted>();
  const watched = new Set<Element>();

  const wipe = (block: Block): void => {
    for (const [highlight, range] of painted.get(block)?.ranges ?? []) highlight.delete(range);
    painted.delete(block);
  };
  const paint = (): void => {
    const wanted = new Set<Block>();
    if (mode !== 'off') {
      for (const { blocks, pages } of texts) {
        for (const block of blocks) {
          if (!pages || !inSight.has(block.element)) continue;
          wanted.add(block);
          const before = painted.get(block);
          const last = pages.at(-1);
          if (before && before.length === block.node.length && (before.last === last || block !== blocks.at(-1))) continue;
          wipe(block);
          const ranges = rangesOf(block, pages, mode).flatMap(({ shade, range }) => {
            const highlight = highlights[shade - 1];
            highlight?.add(range);
            return highlight ? [[highlight, range] as const] : [];
          });
          painted.set(block, { length: block.node.length, last, ranges });
        }
      }
    }
    for (const block of painted.keys()) if (!wanted.has(block)) wipe(block);
  };
  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inSight.add(target);
      else inSight.delete(target);
    }
    paint();
  });
  const watch = (): void => {
    const now = new Set<Element>(mode === 'off' ? [] : texts.flatMap(({ blocks }) => blocks.map(({ element }) => element)));
    for (const element of watched) {
      if (now.has(element)) continue;
      sight.unobserve(element);
      watched.delete(element);
      inSight.delete(element);
    }
    for (const element of now) {
      if (watched.has(element)) continue;
      sight.observe(element);
      watched.add(element);
    }
  };

  return {
    setMode: (next) => {
      if (next === mode) return;
      mode = next;
      for (const block of [...painted.keys()]) wipe(block);
      watch();
      paint();
    },
    draw: (next) => {
      texts = next;
      if (mode === 'off') return;
      watch();
      paint();
    },
  };
}

/** Ranges of the block's text by shade; neighbours of one shade go together. */
function rangesOf({ node, start }: Block, pages: readonly TokenPage[], mode: Exclude<Shading, 'off'>): { readonly shade: number; readonly range: StaticRange }[] {
  const end = start + node.length;
  const found: { readonly shade: number; readonly from: number; to: number }[] = [];
  let from = 0;
  for (const { ends, logprobs, entropies } of pages) {
    const figures = mode === 'surprise' ? logprobs : entropies;
    if ((ends.at(-1) ?? 0) > start) {
      for (let at = firstAbove(ends, start); at < ends.length; at += 1) {
        const tokenStart = at === 0 ? from : (ends[at - 1] ?? from);
        if (tokenStart >= end) break;
        const shade = shadeOf(mode, figures[at] ?? null);
        const last = found.at(-1);
        if (shade > 0 && last?.shade === shade && last.to === tokenStart) last.to = ends[at] ?? tokenStart;
        else if (shade > 0) found.push({ shade, from: tokenStart, to: ends[at] ?? tokenStart });
      }
    }
    from = ends.at(-1) ?? from;
    if (from >= end) break;
  }
  return found.map(({ shade, from: first, to }) => ({ shade, range: new StaticRange({ startContainer: node, startOffset: Math.max(0, first - start), endContainer: node, endOffset: Math.min(node.length, to - start) }) }));
}
