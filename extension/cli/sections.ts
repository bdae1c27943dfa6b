/** Sections that a command writes into a page, between two markers, so that it can write them again. */

const begin = (who: string): string => `<!-- Written by ${who}. Changes between these two lines are lost. -->`;
const end = (who: string): string => `<!-- The end of what ${who} writes. -->`;

/** The page with the section in the place of an earlier one, or at its end under a heading. */
export function withSection(page: string, who: string, section: string, heading = 'Measured'): string {
  const block = `${begin(who)}\n\n${section.trim()}\n\n${end(who)}`;
  const from = page.indexOf(begin(who));
  const to = page.indexOf(end(who), from);
  if (from >= 0 && to >= 0) return page.slice(0, from) + block + page.slice(to + end(who).length);
  return `${page.trimEnd()}\n\n## ${heading}\n\n${block}\n`;
}
