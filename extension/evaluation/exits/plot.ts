/** The trade between tokens and right answers as an SVG picture that can be read on light and on dark ground. */
import { TARGETS, type Evaluated, type PolicyResult, type SignalResult } from './evaluate.ts';
import { sorted } from './report.ts';

const WIDTH = 860;
const HEIGHT = 420;
const PLOT = { left: 64, right: 520, top: 46, bottom: 360 };
/** Signals drawn: those that add most to cutting. */
const DRAWN = 4;
/** Hues apart for most eyes (Okabe and Ito 2008); each line also has a mark of its own. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];
const MARKS = ['circle', 'square', 'diamond', 'triangle'] as const;

/** `model` names it in the title. */
export function exitsPlot(found: Evaluated, model: string): string {
  const { whole, cuts, signals, policies } = found;
  const drawn = best(signals);
  const shares = [whole.right, ...cuts.map(({ right }) => right), ...drawn.flatMap(({ at }) => at.flatMap((one) => one?.outcome.right ?? [])), ...policies.map(({ outcome }) => outcome.right)];
  const low = Math.floor(Math.min(...shares) * 10) / 10;
  const high = Math.min(1, Math.ceil(Math.max(...shares) * 10) / 10);
  // A little more than the longest, so that no mark is cut in half.
  const widest = 1.04 * Math.max(whole.tokens, ...policies.map(({ outcome }) => outcome.tokens));
  const x = (tokens: number): number => round(PLOT.left + (tokens / widest) * (PLOT.right - PLOT.left));
  const y = (share: number): number => round(PLOT.bottom - ((share - low) / Math.max(0.1, high - low)) * (PLOT.bottom - PLOT.top));
  const line = (points: readonly { tokens: number; right: number }[]): string => points.map(({ tokens, right }) => `${x(tokens)},${y(right)}`).join(' ');
  const curves = drawn.map(({ at, label }, index) => {
    const points = [...at.flatMap((one) => (one ? [{ tokens: one.outcome.tokens, right: one.outcome.right }] : []))].sort((a, b) => a.tokens - b.tokens);
    return { label, colour: COLOURS[index]!, mark: MARKS[index]!, points: [...points, { tokens: whole.tokens, right: whole.right }] };
  });
  const presets = apart(policies.filter(({ name }) => name.startsWith('cautious') || name.startsWith('eager')));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escape(`Share right over mean tokens for exit policies on ${model}`)}">`,
    '<style>.ink{fill:#57606a}.rule{stroke:#8c959f;stroke-opacity:.35}.cut{stroke:#6e7781}.spot{fill:#fff}@media (prefers-color-scheme:dark){.ink{fill:#adbac7}.cut{stroke:#adbac7}.spot{fill:#0d1117}}</style>',
    `<text class="ink" x="${PLOT.left}" y="22" font-size="14" font-weight="600">${escape(`Right answers over mean tokens, ${model}, ${found.courses} held-out problems`)}</text>`,
    ...grid(low, high, widest, x, y),
    `<polyline class="cut" fill="none" stroke-width="2" stroke-dasharray="5 4" points="${line(cuts)}"/>`,
    ...curves.flatMap(({ colour, points, mark }) => [`<polyline fill="none" stroke="${colour}" stroke-width="2" points="${line(points)}"/>`, ...points.map(({ tokens, right }) => shape(mark, x(tokens), y(right), colour))]),
    ...presets.map(({ outcome }, index) => spot(x(outcome.tokens), y(outcome.right), index)),
    ...legend(curves, presets),
    '</svg>',
    '',
  ].join('\n');
}

/** Presets that do the same share a mark. */
function apart(policies: readonly PolicyResult[]): { readonly name: string; readonly outcome: PolicyResult['outcome'] }[] {
  const marks = new Map<string, { name: string; outcome: PolicyResult['outcome'] }>();
  for (const { name, outcome } of policies) {
    const key = `${outcome.tokens} ${outcome.right}`;
    const before = marks.get(key);
    marks.set(key, { name: before ? `${before.name}; ${name}` : name, outcome });
  }
  return [...marks.values()];
}

/** By what they add to cutting; without any, none. */
function best(signals: readonly SignalResult[]): SignalResult[] {
  const { help, unsure } = sorted(signals);
  return [...help, ...unsure].sort((a, b) => (b.gain?.mean ?? 0) - (a.gain?.mean ?? 0)).slice(0, DRAWN);
}

function grid(low: number, high: number, widest: number, x: (tokens: number) => number, y: (share: number) => number): string[] {
  const steps = Math.max(1, Math.round((high - low) * 10));
  const shares = Array.from({ length: steps + 1 }, (_, step) => low + step / 10);
  const every = 10 ** Math.floor(Math.log10(Math.max(10, widest))) / 2;
  const columns = Array.from({ length: Math.floor(widest / every) + 1 }, (_, step) => step * every);
  return [
    ...shares.map((share) => `<line class="rule" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(share)}" y2="${y(share)}"/><text class="ink" x="${PLOT.left - 8}" y="${y(share) + 4}" text-anchor="end">${Math.round(share * 100)} %</text>`),
    ...columns.map((tokens) => `<text class="ink" x="${x(tokens)}" y="${PLOT.bottom + 18}" text-anchor="middle">${tokens}</text>`),
    `<text class="ink" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 40}" text-anchor="middle">mean tokens a problem, probes and answer included</text>`,
  ];
}

/** A preset: a letter in a ring. Names beside the marks would lie on each other. */
function spot(x: number, y: number, index: number): string {
  return `<g><circle cx="${x}" cy="${y}" r="8" class="spot cut" stroke-width="1.5"/><text class="ink" x="${x}" y="${y + 4}" font-size="11" font-weight="600" text-anchor="middle">${String.fromCharCode(65 + index)}</text></g>`;
}

function legend(curves: readonly { readonly label: string; readonly colour: string; readonly mark: (typeof MARKS)[number] }[], presets: readonly { readonly name: string }[]): string[] {
  const left = PLOT.right + 24;
  const entries = curves.map(({ label, colour, mark }, index) => `${shape(mark, left + 8, PLOT.top + 32 + index * 24, colour)}<text class="ink" x="${left + 24}" y="${PLOT.top + 36 + index * 24}">${escape(label)}</text>`);
  const cut = `<line class="cut" x1="${left}" x2="${left + 18}" y1="${PLOT.top + 8}" y2="${PLOT.top + 8}" stroke-width="2" stroke-dasharray="5 4"/><text class="ink" x="${left + 24}" y="${PLOT.top + 12}">plain cutting</text>`;
  const note = `<text class="ink" x="${left}" y="${PLOT.top + 48 + curves.length * 24}" font-size="11">signals at ${TARGETS.map((target) => `${target * 100} %`).join(', ')} of the tokens</text>`;
  const below = PLOT.top + 80 + curves.length * 24;
  const rings = presets.map(({ name }, index) => `${spot(left + 8, below + index * 24, index)}<text class="ink" x="${left + 24}" y="${below + 4 + index * 24}">${escape(name)}</text>`);
  return [cut, ...entries, note, ...rings];
}

function shape(mark: (typeof MARKS)[number], x: number, y: number, colour: string): string {
  switch (mark) {
    case 'circle':
      return `<circle cx="${x}" cy="${y}" r="4" fill="${colour}"/>`;
    case 'square':
      return `<rect x="${x - 4}" y="${y - 4}" width="8" height="8" fill="${colour}"/>`;
    case 'diamond':
      return `<path d="M${x} ${y - 5}l5 5l-5 5l-5-5z" fill="${colour}"/>`;
    case 'triangle':
      return `<path d="M${x} ${y - 5}l5 9h-10z" fill="${colour}"/>`;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
