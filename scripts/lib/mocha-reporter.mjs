// mocha's usual list, and at the end the figures as JSON for the summary of npm test.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.REINS_TEST_RESULTS;
    if (!file) return;
    const failed = [];
    const retried = [];
    runner.on('fail', (test, error) => failed.push({ title: test.fullTitle(), message: String(error?.message ?? error) }));
    runner.on('retry', (test, error) => {
      retried.push({ title: test.fullTitle(), message: String(error?.message ?? error) });
      console.log(`${'  '.repeat(test.titlePath().length)}↻ ${test.title}: failed, and is tried once more\n${error?.stack ?? error}`);
    });
    runner.on('end', () => {
      const { passes, failures, pending, duration } = runner.stats;
      writeFileSync(file, JSON.stringify({ passes, failures, pending, duration, failed, retried }));
    });
  }
}

// mocha loads reporters with `require` and takes what that returns.
export { Reporter as 'module.exports' };
