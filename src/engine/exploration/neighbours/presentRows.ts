// The rows of a vector matrix that are there: read from its flat float32 file, absent and removed ones left out, scaled
// to unit length (embeddings are compared by cosine).
import { open } from 'node:fs/promises';
import { EngineError } from '../../../shared/engineError.ts';

/**
 * Where the vector store keeps a matrix: row r belongs to `clipIds[r]`, 0 = removed; a row that begins with NaN is
 * absent.
 */
export interface MatrixFile {
  path: string;
  dim: number;
  clipIds: Int32Array;
}

export interface PresentRows {
  rows: number;
  dim: number;
  /** [rows, dim], unit length; owns its buffer. */
  data: Float32Array;
  /** [rows] */
  clipIds: Int32Array;
  rowOf: ReadonlyMap<number, number>;
}

const chunkBytes = 64 * 1024 * 1024;

/** Throws NOT_FOUND without the file, BAD_INPUT where it is shorter than its rows. */
export async function readPresentRows({ path, dim, clipIds }: MatrixFile): Promise<PresentRows> {
  const whole = new Float32Array(clipIds.length * dim);
  await readInto(path, new Uint8Array(whole.buffer));
  return presentRows(whole, dim, clipIds);
}

/** Packs `whole` [clipIds.length, dim] in place. */
export function presentRows(whole: Float32Array, dim: number, clipIds: Int32Array): PresentRows {
  const kept = new Int32Array(clipIds.length);
  const rowOf = new Map<number, number>();
  let rows = 0;
  for (let r = 0; r < clipIds.length; r++) {
    if (clipIds[r] === 0 || Number.isNaN(whole[r * dim]!)) continue;
    if (rows !== r) whole.copyWithin(rows * dim, r * dim, (r + 1) * dim);
    toUnitLength(whole, rows * dim, dim);
    kept[rows] = clipIds[r]!;
    rowOf.set(clipIds[r]!, rows++);
  }
  return {
    rows,
    dim,
    data: rows === clipIds.length ? whole : whole.slice(0, rows * dim),
    clipIds: kept.slice(0, rows),
    rowOf,
  };
}

export function toUnitLength(data: Float32Array, at: number, dim: number): void {
  let sum = 0;
  for (let d = at; d < at + dim; d++) sum += data[d]! * data[d]!;
  if (sum === 0) return;
  const scale = 1 / Math.sqrt(sum);
  for (let d = at; d < at + dim; d++) data[d]! *= scale;
}

async function readInto(path: string, bytes: Uint8Array): Promise<void> {
  if (bytes.length === 0) return;
  const file = await open(path, 'r').catch((thrown: unknown) => {
    throw EngineError.from(thrown);
  });
  try {
    let at = 0;
    while (at < bytes.length) {
      const { bytesRead } = await file.read(bytes, at, Math.min(chunkBytes, bytes.length - at), at);
      if (bytesRead === 0)
        throw new EngineError('BAD_INPUT', `${path} holds ${at} bytes of vectors, its index asks for ${bytes.length}`, {
          path,
          hint: 'Embed the collection again.',
        });
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
