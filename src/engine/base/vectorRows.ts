// References to rows of a flat float32 matrix on disk. The host sends the reference, and the worker reads the rows.
import { open } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';

export interface VectorRows {
  /** Row-major, little-endian. */
  path: string;
  dim: number;
  /** Row numbers in the file, in the order wanted; -1: there is no such row. */
  rows: Int32Array;
}

const mostRowsAtOnce = 16_384;

/**
 * @returns [rows.length, dim], NaN where there is no row
 * @throws EngineError NOT_FOUND without the file, INTERNAL where it is shorter than its rows
 */
export async function readVectorRows({ path, dim, rows }: VectorRows): Promise<Float32Array> {
  const values = new Float32Array(rows.length * dim).fill(NaN);
  if (rows.every((row) => row < 0)) return values;
  const file = await open(path, 'r').catch((thrown: unknown) => {
    throw EngineError.from(thrown);
  });
  try {
    for (let at = 0; at < rows.length;) {
      let end = at + 1;
      if (rows[at]! >= 0)
        while (end < rows.length && end - at < mostRowsAtOnce && rows[end] === rows[end - 1]! + 1) end++;
      if (rows[at]! >= 0) {
        const bytes = new Uint8Array(values.buffer, at * dim * 4, (end - at) * dim * 4);
        await readFully(file, bytes, rows[at]! * dim * 4, path);
      }
      at = end;
    }
  } finally {
    await file.close();
  }
  return values;
}

async function readFully(
  file: Awaited<ReturnType<typeof open>>,
  bytes: Uint8Array,
  position: number,
  path: string,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0)
      throw new EngineError('INTERNAL', `the matrix ${path} is shorter than its table`, {
        path,
        hint: 'Run doctor with repair.',
      });
    done += bytesRead;
  }
}
