// A virtual environment with packages of PyPI, made once below the temporary folder and kept for later runs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Missing } from './service.ts';

const base = path.join(tmpdir(), 'cavmae-test-python');

/** @param name of the environment; another one where the packages change */
export function pythonEnvironment(name: string, packages: readonly string[]): { python: string } | Missing {
  const folder = path.join(base, name);
  const python = path.join(folder, 'bin', 'python');
  if (existsSync(python)) return { python };
  if (spawnSync('python3', ['--version']).status !== 0) return { missing: 'python3 is not installed' };
  const making = `${folder}.${process.pid}`;
  mkdirSync(base, { recursive: true });
  const fail = (what: string): Missing => {
    rmSync(making, { recursive: true, force: true });
    return { missing: `${what} (is PyPI reachable?)` };
  };
  if (spawnSync('python3', ['-m', 'venv', making]).status !== 0) return fail('python3 -m venv failed');
  const install = spawnSync(path.join(making, 'bin', 'python'), ['-m', 'pip', 'install', '-q', ...packages], {
    timeout: 240_000,
  });
  if (install.status !== 0) return fail(`pip could not install ${packages.join(', ')}`);
  try {
    renameSync(making, folder);
  } catch {
    // Another test made it meanwhile.
    rmSync(making, { recursive: true, force: true });
  }
  return { python };
}
