// Installs what the project needs, once: packages, the project's own Node, the native tensor backend. Safe to run
// again.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareNative } from './native.mjs';
import { inRoot, projectNode, runProgram } from './project.mjs';

const stampFile = inRoot('node_modules', '.cavmae-setup.json');
const readJson = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};
const lockHash = () =>
  createHash('sha256')
    .update(fs.readFileSync(inRoot('package-lock.json')))
    .digest('hex');

/** Whether npm's own record of what is installed has every required package of the lockfile, at its version. */
function installedMatchesLock() {
  const wanted = readJson(inRoot('package-lock.json'))?.packages ?? {};
  const installed = readJson(inRoot('node_modules', '.package-lock.json'))?.packages;
  if (!installed) return false;
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
  );
}

async function installPackages(log) {
  const hash = lockHash();
  if (readJson(stampFile)?.lock === hash || installedMatchesLock()) {
    log('Packages: installed.');
  } else {
    log('Packages: installing with npm ci (a few minutes the first time)…');
    // npm's own words go to stderr: stdout may belong to a command's JSON document.
    const code = await runProgram('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      stdio: ['ignore', 2, 2],
    });
    if (code !== 0) throw new Error('npm ci failed. See its message above; the package registry must be reachable.');
  }
  fs.writeFileSync(stampFile, JSON.stringify({ lock: hash }));
}

const has = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** What the native backend wants of the system and does not find, in plain words. */
function missingTools() {
  const missing = [];
  if (!has('python3', ['--version'])) missing.push('Python 3 (python3)');
  else if (!has('python3', ['-m', 'pip', '--version'])) missing.push('pip for Python 3 (python3 -m pip)');
  if (!has('g++', ['--version'])) missing.push('a C++17 compiler (g++)');
  return missing;
}

/**
 * @param {(line: string) => void} log
 * @throws when the application cannot run at all; a missing native backend is only said.
 */
export async function setUp(log) {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new Error(`Node 20 or newer is needed; this is ${process.version}.`);
  await installPackages(log);
  if (!projectNode())
    throw new Error(
      `The project's own Node could not be installed for ${process.platform} ${process.arch}, and ${process.version} cannot run TypeScript sources. Install Node 24.`,
    );
  const started = performance.now();
  const answer = prepareNative(log);
  if (answer.backend === 'wasm') {
    log('Tensor backend: native TensorFlow could not be prepared; the slow wasm backend will run. What was tried:');
    for (const line of answer.tried) log(`  ${line}`);
    const missing = missingTools();
    if (missing.length > 0)
      log(`  Missing on this machine: ${missing.join('; ')}. Install it and run npm start again.`);
  } else {
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    log(
      `Tensor backend: native TensorFlow${answer.backend === 'native-gpu' ? ' on the GPU' : ''} (${answer.package}, ${answer.how}, ${seconds} s).`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setUp(console.log).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
