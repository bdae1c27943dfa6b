/** The training code's own unit tests, which are Python's: run once, told module by module. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { python, root, runPython } from './support.ts';

const modules = readdirSync(join(root, 'training', 'tests')).filter((name) => /^test_\w+\.py$/.test(name)).map((name) => name.replace(/\.py$/, ''));

/** One line of `unittest -v`: what ran and how it ended. What a test prints may stand between the two. */
const RAN = /^\w+ \(tests\.(\w+)\.[\w.]+\)[\s\S]*?\.\.\.[\s\S]*?\b(ok|FAIL|ERROR|skipped)\b/gm;

describe('training code', () => {
  let output = '';
  let code: number | null = null;
  before(async function () {
    if (python === undefined) return this.skip();
    ({ code, output } = await runPython(['-m', 'unittest', 'discover', '-v', '-s', 'tests', '-t', '.'], join(root, 'training')));
  });

  it('has tests', () => {
    assert.ok(modules.length > 5);
  });

  for (const name of modules) {
    it(`${name} passes`, () => {
      const results = [...output.matchAll(RAN)].filter(([, module]) => module === name).map(([, , result]) => result);
      assert.ok(results.length > 0, `${name} ran no test:\n${output.slice(-4000)}`);
      assert.ok(results.every((result) => result === 'ok'), output.slice(-4000));
    });
  }

  it('ends without an error', () => {
    assert.equal(code, 0, output.slice(-4000));
  });
});
