// A checksum for each row of an embedding set, over its vectors of all spaces, so that flipped bits are noticed.
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Rows without a checksum hold 0: those written before there were checksums. */
const unknown = 0;
const rowsAtOnce = 4096;

const bytesOf = (values: Float32Array, from: number, to: number): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset + from * 4, (to - from) * 4);

/** CRC-32 of each row over the given matrices [rows, dim], never 0. */
export function sumsOfRows(matrices: readonly Float32Array[], dim: number): Uint32Array {
  const rows = matrices[0]!.length / dim;
  return Uint32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (const values of matrices) sum = crc32(bytesOf(values, row * dim, (row + 1) * dim), sum);
    return sum === unknown ? 1 : sum;
  });
}

/** As many whole values as the file holds from `offset` on, at most `count`. */
function readValues<T extends Float32Array | Uint32Array>(file: string, offset: number, into: T): number {
  const handle = openSync(file, 'r');
  try {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    let done = 0;
    for (let read = -1; read !== 0 && done < bytes.length; done += read)
      read = readSync(handle, bytes, done, bytes.length - done, offset + done);
    return Math.floor(done / 4);
  } finally {
    closeSync(handle);
  }
}

/** Rows among the first `rows` whose vectors are not those that were written. Rows that a file lacks are not told here. */
export function changedRows(files: readonly string[], sumsFile: string, dim: number, rows: number): number[] {
  if (![...files, sumsFile].every((file) => existsSync(file))) return [];
  const changed: number[] = [];
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const stored = new Uint32Array(Math.min(rowsAtOnce, rows - from));
    let whole = readValues(sumsFile, from * 4, stored);
    const matrices = files.map((file) => {
      const values = new Float32Array(stored.length * dim);
      whole = Math.min(whole, Math.floor(readValues(file, from * dim * 4, values) / dim));
      return values;
    });
    const sums = sumsOfRows(matrices, dim);
    for (let row = 0; row < whole; row++)
      if (stored[row] !== unknown && stored[row] !== sums[row]) changed.push(from + row);
  }
  return changed;
}
