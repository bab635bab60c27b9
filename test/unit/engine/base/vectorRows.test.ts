import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readVectorRows } from '../../../../src/engine/base/vectorRows.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'matrix.f32');
writeFileSync(
  path,
  new Uint8Array(Float32Array.from({ length: 6 * 2 }, (_, i) => 10 * Math.floor(i / 2) + (i % 2)).buffer),
);

describe('readVectorRows', () => {
  it('gives rows in the order asked for, runs and single ones, NaN where there is none', async () => {
    const rows = Int32Array.of(3, 4, 5, -1, 0, 2, 1);
    const values = await readVectorRows({ path, dim: 2, rows });
    expect([...values]).toEqual([30, 31, 40, 41, 50, 51, NaN, NaN, 0, 1, 20, 21, 10, 11]);
  });

  it('asks for no file where no row is wanted', async () => {
    const nowhere = join(folder, 'none.f32');
    expect(await readVectorRows({ path: nowhere, dim: 2, rows: new Int32Array(0) })).toHaveLength(0);
    expect(await readVectorRows({ path: nowhere, dim: 1, rows: Int32Array.of(-1) })).toEqual(Float32Array.of(NaN));
  });

  it('names a file that is missing or too short', async () => {
    await expect(
      readVectorRows({ path: join(folder, 'none.f32'), dim: 2, rows: Int32Array.of(0) }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(readVectorRows({ path, dim: 2, rows: Int32Array.of(5, 6) })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(/matrix\.f32 is shorter/),
    });
  });
});
