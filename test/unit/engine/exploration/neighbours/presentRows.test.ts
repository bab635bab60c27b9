import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MatrixCache } from '../../../../../src/engine/exploration/neighbours/matrixCache.ts';
import { readPresentRows } from '../../../../../src/engine/exploration/neighbours/presentRows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-rows-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, values: number[]): Promise<string> => {
  const file = path.join(folder, name);
  await writeFile(file, new Uint8Array(Float32Array.from(values).buffer));
  return file;
};

describe('readPresentRows', () => {
  it('leaves out absent and removed rows and scales the rest to unit length', async () => {
    const file = await write('a.f32', [3, 4, Number.NaN, Number.NaN, 5, 12, 0, 2]);
    const { rows, data, clipIds, rowOf } = await readPresentRows({
      path: file,
      dim: 2,
      clipIds: Int32Array.of(7, 8, 0, 9),
    });
    expect(rows).toBe(2);
    expect(Array.from(clipIds)).toEqual([7, 9]);
    expect(Array.from(data, (value) => Number(value.toFixed(6)))).toEqual([0.6, 0.8, 0, 1]);
    expect([rowOf.get(9), rowOf.get(8)]).toEqual([1, undefined]);
  });

  it('reads no further than the index goes, and says when the file is too short or missing', async () => {
    const file = await write('b.f32', [1, 0, 0, 1, 9, 9]);
    expect((await readPresentRows({ path: file, dim: 2, clipIds: Int32Array.of(1, 2) })).rows).toBe(2);
    await expect(readPresentRows({ path: file, dim: 2, clipIds: Int32Array.of(1, 2, 3, 4) })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(
      readPresentRows({ path: path.join(folder, 'none.f32'), dim: 2, clipIds: Int32Array.of(1) }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('MatrixCache', () => {
  it('keeps a matrix while its file and index stay, and reads it anew when either changes', async () => {
    const cache = new MatrixCache();
    const file = await write('c.f32', [1, 0, 0, 1]);
    const first = await cache.get({ path: file, dim: 2, clipIds: Int32Array.of(1, 2) });
    expect(await cache.get({ path: file, dim: 2, clipIds: Int32Array.of(1, 2) })).toBe(first);
    expect((await cache.get({ path: file, dim: 2, clipIds: Int32Array.of(1, 0) })).present.rows).toBe(1);
    await write('c.f32', [1, 0, 0, 1, 1, 1]);
    expect((await cache.get({ path: file, dim: 2, clipIds: Int32Array.of(1, 2, 3) })).present.rows).toBe(3);
  });

  it('forgets the oldest beyond its budget', async () => {
    const cache = new MatrixCache(30);
    const [p, q] = [await write('d.f32', [1, 0, 0, 1]), await write('e.f32', [1, 0, 0, 1, 1, 1])];
    const first = await cache.get({ path: p, dim: 2, clipIds: Int32Array.of(1, 2) });
    await cache.get({ path: q, dim: 2, clipIds: Int32Array.of(1, 2, 3) });
    expect(await cache.get({ path: p, dim: 2, clipIds: Int32Array.of(1, 2) })).not.toBe(first);
  });
});
