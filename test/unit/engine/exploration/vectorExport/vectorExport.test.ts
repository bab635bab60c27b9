// Exports in pieces: the files are complete and equal what went in, however many pieces there were, and an aborted one
// leaves nothing.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { NpyExport } from '../../../../../src/engine/exploration/vectorExport/npyExport.ts';
import { ParquetExport } from '../../../../../src/engine/exploration/vectorExport/parquetExport.ts';
import type { ExportPiece, ExportPlan } from '../../../../../src/engine/exploration/vectorExport/vectorExport.ts';
import { decodeNpy } from '../../../../../src/shared/wire/npy.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [count, dim, missing] = [25, 3, 7];
const matrix = join(folder, 'matrix.f32');
const value = (row: number, d: number): number => (row === missing ? NaN : Math.fround(row + d / 8));
writeFileSync(
  matrix,
  new Uint8Array(Float32Array.from({ length: count * dim }, (_, i) => value(Math.floor(i / dim), i % dim)).buffer),
);

/** Clips in the opposite order of their rows. */
function pieces(size: number): ExportPiece[] {
  const all = Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: Math.ceil(count / size) }, (_, k) => {
    const some = all.slice(k * size, (k + 1) * size);
    const rows = { path: matrix, dim, rows: Int32Array.from(some, (i) => count - 1 - i) };
    return {
      clips: some.map((i) => ({ id: i + 1, path: `/clip ${i}.wav`, startS: i, endS: i + 0.5 })),
      vectors: { joint: rows, audio: rows },
    };
  });
}
const plan = (name: string, format: ExportPlan['format']): ExportPlan => ({
  path: join(folder, name),
  format,
  spaces: ['joint', 'audio'],
  count,
  dim,
  modelId: 'm',
});

describe.each([1, 10, 25])('in pieces of %i', (size) => {
  it('NumPy holds every row, and the table its clip', async () => {
    const begun = await NpyExport.begin(plan(`npy-${size}`, 'npy'));
    for (const piece of pieces(size)) await begun.append(piece);
    const files = await begun.finish();
    const joint = decodeNpy(readFileSync(files[0]!));
    expect(joint.shape).toEqual([count, dim]);
    expect([...joint.data]).toEqual(
      Array.from({ length: count * dim }, (_, i) => value(count - 1 - Math.floor(i / dim), i % dim)),
    );
    const lines = readFileSync(files.at(-1)!, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(count + 1);
    expect(lines[3]).toBe('3,/clip 2.wav,2,2.5');
  });

  it('Parquet holds every row in row groups of a piece, null where there is none', async () => {
    const begun = await ParquetExport.begin(plan(`all-${size}.parquet`, 'parquet'));
    for (const piece of pieces(size)) await begun.append(piece);
    const [path] = await begun.finish();
    const file = await asyncBufferFromFile(path!);
    expect((await parquetMetadataAsync(file)).row_groups).toHaveLength(Math.ceil(count / size));
    const rows = (await parquetReadObjects({ file })) as { clip: number; path: string; joint: number[] | null }[];
    expect(rows.map(({ clip }) => clip)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    expect(rows[count - 1 - missing]!.joint ?? null).toBeNull();
    expect(rows[4]).toMatchObject({ path: '/clip 4.wav', joint: [0, 1, 2].map((d) => value(count - 5, d)) });
  });
});

it.each([
  ['npy', NpyExport],
  ['parquet', ParquetExport],
] as const)('an aborted %s export leaves nothing, and is not there before it is finished', async (format, kind) => {
  const asked = plan(`aborted-${format}`, format);
  const begun = await kind.begin(asked);
  await begun.append(pieces(10)[0]!);
  const left = () =>
    [folder, asked.path].flatMap((place) =>
      existsSync(place) && format === 'npy' ? readdirSync(place) : readdirSync(folder),
    );
  expect(left().filter((name) => /^(aborted-parquet|joint\.npy)$/.test(name))).toEqual([]);
  await begun.abort();
  expect(left().filter((name) => name.endsWith('.part'))).toEqual([]);
});
