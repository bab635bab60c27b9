// Reading and writing whole label files: a written file is there complete or not at all.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';

/** Throws NOT_FOUND or BAD_INPUT naming the path. */
export function readText(file: string): string {
  try {
    if (statSync(file).isDirectory())
      throw new EngineError('BAD_INPUT', `${file} is a folder, not a label file`, { path: file });
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (thrown) {
    if (thrown instanceof TypeError)
      throw new EngineError(
        'BAD_INPUT',
        `${file} is not UTF-8 text`,
        { path: file, hint: 'Save it as UTF-8.' },
        thrown,
      );
    if (thrown instanceof EngineError) throw thrown;
    const error = EngineError.from(thrown);
    throw new EngineError(
      error.code,
      error.code === 'NOT_FOUND' ? `there is no file ${file}` : error.message,
      { ...error.detail, path: file },
      thrown,
    );
  }
}

/** Writes beside, syncs, and renames over. What a killed process left beside is written over. */
export function writeWhole(file: string, content: string | Uint8Array): string {
  const target = path.resolve(file);
  const beside = `${target}.part`;
  try {
    mkdirSync(path.dirname(target), { recursive: true });
    const handle = openSync(beside, 'w');
    try {
      writeFileSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, target);
    return target;
  } catch (thrown) {
    rmSync(beside, { force: true });
    throw EngineError.from(thrown);
  }
}
