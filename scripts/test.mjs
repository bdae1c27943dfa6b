// npm test: makes ready what is missing, runs every kind of check, and sums up. Runs on Node 20 with nothing installed.
//   npm test                         everything
//   npm test -- unit e2e             only these parts
//   npm test -- unit --grep budget   only the tests whose titles match
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Reins needs Node.js 20 or later; this is ${process.version}. Install a current version from nodejs.org or with your package manager and try again.`);
  process.exit(1);
}
// Imported only now: an older Node could not even read these.
const { runTests } = await import('./lib/test-run.mjs');
await runTests(process.argv.slice(2));
