// Reads the golden numbers of the reference and compares with them at the manifest's tolerances, keeping a record of what was
// checked for `coverage.ts`. The folders come from CAVMAE_FIXTURES (see fixtureSets.ts).
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fixtureSets, type ManifestEntry } from './fixtureSets.ts';
import { decodeSafetensors, type Tensor } from '../../src/shared/wire/safetensors.ts';

const entries = new Map(
  fixtureSets.flatMap(({ root, prefix, entries: files }) =>
    files.map((entry) => [prefix + entry.file, { ...entry, path: join(root, entry.file) }] as const),
  ),
);

/** One line per use of an entry; `ratio` is the worst error divided by its tolerance, null where the entry served as input. */
function record(line: { file: string; ratio: number | null } | { testFile: string }): void {
  const path = process.env.CAVMAE_PARITY_RECORD;
  if (path) appendFileSync(path, `${JSON.stringify(line)}\n`);
}
record({ testFile: expect.getState().testPath ?? '' });

/** Every entry whose path matches, in manifest order: tests run over what a folder holds, whatever its names. */
export const filesMatching = (pattern: RegExp): string[] => [...entries.keys()].filter((file) => pattern.test(file));

/** True when the folder holds all these entries; a test whose inputs are not in the subset is skipped. */
export const has = (...files: string[]): boolean => files.every((file) => entries.has(file));

export function entryOf(file: string): ManifestEntry & { path: string } {
  const entry = entries.get(file);
  if (!entry) throw new Error(`${file} is in no manifest of ${fixtureSets.map(({ root }) => root).join(', ')}`);
  return entry;
}

/** Absolute path of an entry, which counts as used. */
export function pathOf(file: string): string {
  record({ file, ratio: null });
  return entryOf(file).path;
}

/** A file of the folder that the manifest does not list (`checkpoint-keys/…`), or the committed copy of it. */
export function unlistedPath(file: string): string {
  const there = fixtureSets.map(({ root }) => join(root, file)).find(existsSync);
  return there ?? join(import.meta.dirname, '../fixtures', file);
}

export const bytesOf = (file: string): Buffer => readFileSync(pathOf(file));
// oxlint-disable-next-line typescript/no-explicit-any -- the fixtures' JSON files have each their own shape
export const json = (file: string): any => JSON.parse(bytesOf(file).toString('utf8'));

const read = (file: string): { shape: number[]; data: Float32Array | Int32Array | Uint8Array } => {
  const { dtype, shape = [], path } = entryOf(file);
  const bytes = readFileSync(path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const data =
    dtype === 'f32' ? new Float32Array(buffer) : dtype === 'i32' ? new Int32Array(buffer) : new Uint8Array(buffer);
  return { shape, data };
};

/** A raw tensor as input of a test. */
export function tensor(file: string): { shape: number[]; data: Float32Array } {
  record({ file, ratio: null });
  const { shape, data } = read(file);
  return { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/** All tensors of a .safetensors entry as input of a test. */
export const tensors = (file: string): Record<string, Tensor> => decodeSafetensors(bytesOf(file)).tensors;

/** PCM16 WAV → channels of [-1, 1] floats (int16 / 32768), as the reference loads it. */
export function wav(file: string): { channels: Float32Array[]; sampleRateHz: number } {
  const bytes = bytesOf(file);
  let at = 12;
  let format = { channels: 1, sampleRateHz: 16_000 };
  while (at + 8 <= bytes.length) {
    const [name, size] = [bytes.toString('latin1', at, at + 4), bytes.readUInt32LE(at + 4)];
    if (name === 'fmt ') {
      expect([bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 22)], `${file} is PCM16`).toEqual([1, 16]);
      format = { channels: bytes.readUInt16LE(at + 10), sampleRateHz: bytes.readUInt32LE(at + 12) };
    }
    if (name === 'data') {
      const samples = Math.floor(Math.min(size, bytes.length - at - 8) / 2 / format.channels);
      const channels = Array.from({ length: format.channels }, (_, c) =>
        Float32Array.from(
          { length: samples },
          (__, i) => bytes.readInt16LE(at + 8 + 2 * (i * format.channels + c)) / 32768,
        ),
      );
      return { channels, sampleRateHz: format.sampleRateHz };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error(`${file} has no data chunk`);
}

/** Largest |actual - expected| / tolerance, where it is, and how the sorted errors stand against the second level. */
function worst(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): { ratio: number; index: number } {
  let [ratio, index] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] as number) - (expected[i] as number));
    const here = error === 0 ? 0 : error / tolerance;
    if (!(here <= ratio)) [ratio, index] = [Number.isNaN(here) ? Infinity : here, i];
  }
  return { ratio, index };
}

/**
 * Fails unless every element is within the entry's `recommended_atol`, and 99.9 % within the second level where there is one.
 * @param factor of the tolerance, for arithmetic the manifest allows for ("plain sequential float32 summation may need up to 5x")
 */
export function compare(actual: ArrayLike<number>, file: string, factor = 1): void {
  const entry = entryOf(file);
  const { shape, data: expected } = read(file);
  const tolerance = (entry.recommended_atol ?? 0) * factor;
  expect(entry.recommended_atol, `${file} carries a tolerance`).toBeDefined();
  expect(actual.length, `${file}: number of values, shape [${shape.join(', ')}]`).toBe(expected.length);
  let { ratio, index } = worst(actual, expected, tolerance);
  const second = entry.recommended_atol_for_99_9_percent_of_values;
  if (second !== undefined) {
    const errors = Float64Array.from(expected, (value, i) => Math.abs((actual[i] as number) - value)).sort();
    const quantile = (errors[Math.min(errors.length - 1, Math.ceil(errors.length * 0.999) - 1)] ?? 0) / second;
    ratio = Math.max(ratio, quantile);
  }
  record({ file, ratio });
  if (!(ratio <= 1)) {
    expect.fail(
      `${file}: worst error is ${ratio.toPrecision(3)} of the tolerance ${tolerance}; at ${index} of [${shape.join(', ')}]: ${actual[index]} instead of ${expected[index]}`,
    );
  }
}

/** Compares a number of a JSON entry: |actual - expected| <= rtol * |expected| + atol. The entry must have been read with `json`. */
export function compareValue(
  actual: number,
  expected: number,
  file: string,
  tolerance: { rtol?: number; atol?: number },
  what = '',
): void {
  const allowed = (tolerance.rtol ?? 0) * Math.abs(expected) + (tolerance.atol ?? 0);
  const ratio = actual === expected ? 0 : Math.abs(actual - expected) / allowed;
  record({ file, ratio });
  if (!(ratio <= 1))
    expect.fail(
      `${file} ${what}: ${actual} instead of ${expected}, ${ratio.toPrecision(3)} of the tolerance ${allowed}`,
    );
}
