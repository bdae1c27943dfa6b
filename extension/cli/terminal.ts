/** Text on its way to a terminal: colours where they are wanted, and nothing that a model could use to command the terminal. */

export interface Style {
  heading(text: string): string;
  quiet(text: string): string;
  decision(text: string): string;
  problem(text: string): string;
}

interface Output {
  readonly isTTY?: boolean;
}

/** Colours only on a terminal that has them, and never with NO_COLOR (https://no-color.org). */
export function styleFor(output: Output, env: Readonly<Record<string, string | undefined>>): Style {
  const colours = output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { heading: paint(1), quiet: paint(2), decision: paint(36), problem: paint(31) };
}

/** Foreign text with its control characters made visible; newlines and tabs stay. */
export function printable(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
