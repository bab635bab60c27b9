// Reading and writing label files. Reading is bounded and leaves the process free; a written file is there complete or
// not at all.
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';

/** Largest table that is read: three million lines. It is read piece by piece. */
const mostTableBytes = 128 * 1024 ** 2;
/** Largest file that has to be read as a whole (JSON). */
const mostWholeBytes = 32 * 1024 ** 2;

/** The error that names the file, and says plainly where it is not there. */
export function labelFileError(file: string, thrown: unknown): EngineError {
  if (thrown instanceof EngineError && thrown.detail.path !== undefined) return thrown;
  // TextDecoder's way of saying so.
  if (thrown instanceof TypeError)
    return new EngineError('BAD_INPUT', `${file} is not UTF-8 text`, { path: file, hint: 'Save it as UTF-8.' }, thrown);
  const error = EngineError.from(thrown);
  const message = error.code === 'NOT_FOUND' ? `there is no file ${file}` : error.message;
  return new EngineError(error.code, message, { ...error.detail, path: file }, thrown);
}

/**
 * A pipe or a device would be read for ever.
 * @throws EngineError NOT_FOUND, or BAD_INPUT for what is no file or too large, naming the path
 */
export async function assertLabelFile(file: string, mostBytes = mostTableBytes): Promise<void> {
  const entry = await stat(file).catch((thrown: unknown) => {
    throw labelFileError(file, thrown);
  });
  if (entry.isDirectory()) throw new EngineError('BAD_INPUT', `${file} is a folder, not a label file`, { path: file });
  if (!entry.isFile()) throw new EngineError('BAD_INPUT', `${file} is not a file`, { path: file });
  if (entry.size > mostBytes)
    throw new EngineError(
      'BAD_INPUT',
      `${file} has ${Math.ceil(entry.size / 1024 ** 2)} MiB, more than the ${mostBytes / 1024 ** 2} that are read of such a label file`,
      { path: file, hint: 'Split it, or leave out the lines of files that are not in this collection.' },
    );
}

/** The text in pieces, decoded strictly. Throws as `assertLabelFile`, and BAD_INPUT for what is no UTF-8. */
export async function* textPieces(file: string): AsyncGenerator<string, void, void> {
  await assertLabelFile(file);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const piece of createReadStream(file)) yield decoder.decode(piece as Buffer, { stream: true });
    yield decoder.decode();
  } catch (thrown) {
    throw labelFileError(file, thrown);
  }
}

/** Lines ended by a line feed and nothing else: names may hold the other separators. Throws as `textPieces`. */
export async function* textLines(file: string): AsyncGenerator<string, void, void> {
  let rest = '';
  let first = true;
  for await (const piece of textPieces(file)) {
    const lines = (first ? piece.replace(/^\uFEFF/, '') : rest + piece).split('\n');
    first = false;
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

/** The whole text of a file of moderate size. Throws as `assertLabelFile`, and BAD_INPUT for what is no UTF-8. */
export async function readText(file: string): Promise<string> {
  await assertLabelFile(file, mostWholeBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (thrown) {
    throw labelFileError(file, thrown);
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
