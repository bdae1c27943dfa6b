// code-server and parts of the tool chain need Node 24. The npm package `node`, one of our dev dependencies, carries it, with its C++ headers,
// so nobody has to install it. npm is run under that Node too: the editor's packages look at the Node version npm reports.
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { Advice } from './report.mjs';
import { root } from './paths.mjs';

const major = () => Number(process.versions.node.split('.')[0]);
const packageFolder = join(root, 'node_modules', 'node');
const binary = join(packageFolder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Before anything is installed we run on whatever Node there is. */
export function requireNode20() {
  if (major() < 20) throw new Advice(`Reins needs Node.js 20 or later; this is ${process.version}. Install a current version from nodejs.org or with your package manager and try again.`);
}

/** The path of a Node 24, installing the one package that carries it if npm was told not to run install scripts. */
export function node24() {
  if (!existsSync(binary)) {
    const installer = join(packageFolder, 'installArchSpecificPackage.js');
    if (existsSync(installer)) {
      try {
        execFileSync(process.execPath, [installer], { cwd: packageFolder, stdio: 'pipe', env: npmEnvironment() });
      } catch {
        // Fall through: perhaps the Node we run on is good enough.
      }
    }
  }
  if (existsSync(binary)) return binary;
  if (major() === 24) return process.execPath;
  throw new Advice(`Node 24 could not be installed for ${process.platform} ${process.arch}. Install Node 24 yourself and run this again with it.`);
}

/** C++ headers that belong to that Node, or undefined. With them native packages compile without downloading anything. */
export function node24Headers() {
  const folder = join(packageFolder, 'node_modules', `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`);
  return existsSync(join(folder, 'include', 'node', 'node.h')) ? folder : undefined;
}

/** npm's own program file, so that it can be run under a Node of our choice. */
export function npmCli() {
  const candidates = [];
  if (basename(process.env.npm_execpath ?? '') === 'npm-cli.js') candidates.push(process.env.npm_execpath);
  for (const folder of [dirname(process.execPath), ...(process.env.PATH ?? '').split(delimiter)]) {
    candidates.push(join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'), join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'));
    const npm = join(folder, 'npm');
    if (existsSync(npm)) candidates.push(realpathSync(npm));
  }
  const found = candidates.find((file) => basename(file) === 'npm-cli.js' && existsSync(file));
  if (!found) throw new Advice('npm was not found beside Node. Install Node.js with npm (nodejs.org) and try again.');
  return found;
}

/**
 * The environment for a child npm. When we run inside an npm script, npm has put its own state there: the project it works on and the Node it
 * reports. A child npm that works elsewhere must not inherit those. What the user configured (proxy, certificates, cache) stays.
 * onnxruntime-node's install script would download CUDA libraries; an npm that does not read allowScripts in package.json would run it.
 */
export function npmEnvironment(extra = {}) {
  const inherited = /^npm_(package_|lifecycle_|command|node_execpath|execpath|config_(local_prefix|global_prefix|prefix|user_agent|npm_version))/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  return { ...env, npm_config_fund: 'false', npm_config_audit: 'false', npm_config_update_notifier: 'false', ONNXRUNTIME_NODE_INSTALL: 'skip', ...extra };
}

/** The environment with Node 24 first on the path, for everything we start. */
export const withNode24 = (env = process.env) => ({ ...env, PATH: [dirname(node24()), join(root, 'node_modules', '.bin'), env.PATH].join(delimiter) });
