// Brings the lists of words in l10n/ up to date with the code: new messages come in, unused ones go. What is not translated yet is named.
//   npm run l10n
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFile, languages, messagesInCode, readWords } from './lib/l10n.mjs';
import { root } from './lib/paths.mjs';
import { say } from './lib/report.mjs';

const { messages, problems } = messagesInCode();
for (const problem of problems) say(problem);
mkdirSync(join(root, 'l10n'), { recursive: true });
const write = (file, words) => writeFileSync(join(root, file), `${JSON.stringify(words, undefined, 2)}\n`);
const sorted = [...messages.keys()].sort((a, b) => (a < b ? -1 : 1));
write(bundleFile(), Object.fromEntries(sorted.map((message) => [message, message])));
let missing = 0;
for (const language of languages) {
  const before = existsSync(join(root, bundleFile(language))) ? readWords(bundleFile(language)) : {};
  write(bundleFile(language), Object.fromEntries(sorted.filter((message) => before[message] !== undefined).map((message) => [message, before[message]])));
  for (const message of sorted.filter((each) => before[each] === undefined)) {
    missing += 1;
    say(`${bundleFile(language)} lacks: ${JSON.stringify(message)}   (${messages.get(message)})`);
  }
}
say(`${sorted.length} messages, ${missing} translations missing`);
process.exitCode = problems.length + missing > 0 ? 1 : 0;
