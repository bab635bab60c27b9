// The engine's log: a file in the workspace that rotates, with codes and messages and no content of anyone's media.
import { appendFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { EngineError } from '../../shared/engineError.ts';
import { withoutPrivateNames } from './withoutPrivateNames.ts';

const maxBytes = 2 * 1024 ** 2;
const kept = 3;

export type Log = (where: string, error: EngineError) => void;

function rotate(file: string): void {
  try {
    if (statSync(file).size < maxBytes) return;
  } catch {
    return; // nothing written yet
  }
  rmSync(`${file}.${kept}`, { force: true });
  for (let k = kept - 1; k >= 1; k--) {
    try {
      renameSync(`${file}.${k}`, `${file}.${k + 1}`);
    } catch {
      // not so many files yet
    }
  }
  renameSync(file, `${file}.1`);
}

/**
 * @param folder null writes nothing (read-only workspaces)
 * @param privateFolders whose names are kept out, asked for at each line: a log may be attached to an issue
 */
export function createEngineLog(
  folder: string | null,
  privateFolders: () => readonly string[] = () => [],
  now: () => Date = () => new Date(),
): Log {
  if (folder === null) return () => {};
  const file = path.join(folder, 'engine.log');
  return (where, error) => {
    const stack = error.cause instanceof Error ? (error.cause.stack ?? '') : (error.stack ?? '');
    const line = `${now().toISOString()} ${where} ${error.code} ${error.message}${error.code === 'INTERNAL' && stack ? `\n${stack}` : ''}\n`;
    try {
      rotate(file);
      appendFileSync(file, withoutPrivateNames(line, privateFolders()));
    } catch {
      // a full disk must not turn one failure into two
    }
  };
}
