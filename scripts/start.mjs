// npm start: opens a real VS Code with Reins in it. Runs on Node 20 with nothing installed.
//   npm start                      in a browser, on a copy of sample/
//   npm start -- /path/to/folder   in a browser, on that folder
//   npm start -- --desktop         in the VS Code or VSCodium installed on this machine, with settings and extensions of its own
//   npm start -- --port 8080       on that port instead of a free one
//   npm start -- --no-open         without opening a browser
//   npm start -- --fresh           with a new copy of sample/ and without the settings of earlier starts
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Reins needs Node.js 20 or later; this is ${process.version}. Install a current version from nodejs.org or with your package manager and try again.`);
  process.exit(1);
}
// Imported only now: an older Node could not even read these.
const { start } = await import('./lib/start.mjs');
await start(process.argv.slice(2));
