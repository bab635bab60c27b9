// Arrays on disk, as commands take and leave them.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../shared/engineError.ts';
import { decodeNpy, encodeNpy, type NpyArray } from '../../shared/wire/npy.ts';

/** @throws NOT_FOUND, BAD_INPUT naming the file */
export async function readNpy(file: string): Promise<NpyArray> {
  const bytes = await readFile(file).catch((thrown: unknown) => {
    throw new EngineError(
      'NOT_FOUND',
      `${file} cannot be read: ${EngineError.from(thrown).message}`,
      { path: file },
      thrown,
    );
  });
  return decodeNpy(bytes, file);
}

export async function writeNpy(file: string, data: Float32Array, shape: readonly number[]): Promise<string> {
  const full = path.resolve(file);
  try {
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, encodeNpy(data, shape));
  } catch (thrown) {
    throw EngineError.from(thrown);
  }
  return full;
}
