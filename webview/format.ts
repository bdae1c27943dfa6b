/** Numbers as people read them. */
import { pageLanguage, t } from './l10n.ts';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** The sign between thousands where a comma would be read as the decimal sign: a thin space, which is read as neither. Fractions have a point in every language, as in recorded sentences. */
const THIN_SPACE = '\u202f';

export function formatCount(count: number, language = pageLanguage()): string {
  const text = whole.format(count);
  return commaIsDecimal(language) ? text.replaceAll(',', THIN_SPACE) : text;
}

function commaIsDecimal(language: string | undefined): boolean {
  return language !== undefined && new Intl.NumberFormat(language).format(1.5).includes(',');
}

/** "≈" marks what was estimated rather than counted. */
export function formatTokens(count: number, estimated: boolean): string {
  return `${estimated ? '≈' : ''}${formatCount(count)}`;
}

export function tokenWord(count: number): string {
  return count === 1 ? t('token') : t('tokens');
}

export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const total = Math.floor(seconds);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  if (hours > 0) return t('{0} h {1} min', hours, minutes);
  return t('{0} min {1} s', minutes, total % 60);
}

export function formatRate(tokens: number, milliseconds: number): string {
  if (tokens === 0 || milliseconds === 0) return '–';
  return t('{0} tokens/s', fine.format((tokens * 1000) / milliseconds));
}

export function formatValue(value: number | string | boolean | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? formatCount(value) : fine.format(value);
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  return value;
}

/** Dates go with the words of the page; in English each reader has their own. */
const today = new Intl.DateTimeFormat(pageLanguage(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const earlier = new Intl.DateTimeFormat(pageLanguage(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A time of day, with the date when it was not today. */
export function formatTime(iso: string, now: Date): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return (time.toDateString() === now.toDateString() ? today : earlier).format(time);
}

const day = new Intl.DateTimeFormat(pageLanguage(), { day: 'numeric', month: 'short', year: 'numeric' });

/** "2 Mar 2026"; what stands there where it is no time. */
export function formatDate(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : day.format(time);
}

/** "Asked at 18:58". */
export function formatAsked(iso: string, now: Date): string {
  const sameDay = new Date(iso).toDateString() === now.toDateString();
  return sameDay ? t('Asked at {0}', formatTime(iso, now)) : t('Asked on {0}', formatTime(iso, now));
}

/** "1 run", "2 runs". */
export function plural(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
