// Makes ready what the tests in a real editor need and prints it as one line of JSON, the last. The tests call this when npm test has not.
import { ensurePackages } from './lib/setup.mjs';
import { endWith } from './lib/report.mjs';

try {
  await ensurePackages();
  const { prepareTools } = await import('./lib/tools.mjs');
  process.stdout.write(`${JSON.stringify(await prepareTools())}\n`);
} catch (error) {
  endWith(error);
}
