import { appendFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openWorkspace, workspaceWithClips } from './openWorkspace.ts';

/** Rows whose values tell the space, the clip and the place. */
const rowsFor = (clipIds: number[], dim: number) =>
  Object.fromEntries(
    (['joint', 'audio', 'visual'] as const).map((space, s) => [
      space,
      Float32Array.from(
        { length: clipIds.length * dim },
        (_, i) => s * 1000 + (clipIds[Math.floor(i / dim)] as number) * 10 + (i % dim),
      ),
    ]),
  ) as Record<'joint' | 'audio' | 'visual', Float32Array>;

describe('vectors', () => {
  it('come back by clip, NaN where missing, and as matrices with the clip of each row', () => {
    const workspace = workspaceWithClips(5);
    const { setId } = workspace.vectors.set('model@1', 3);
    expect(workspace.vectors.current()).toEqual({ setId, modelId: 'model@1', dim: 3 });
    workspace.vectors.append(setId, [4, 2], rowsFor([4, 2], 3));
    workspace.vectors.append(setId, [5], rowsFor([5], 3));
    expect([...workspace.vectors.rows(setId, 'audio', [2, 1, 4])]).toEqual([
      1020,
      1021,
      1022,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      1040,
      1041,
      1042,
    ]);
    const { path, dim, clipIds } = workspace.vectors.matrix(setId, 'visual');
    expect([dim, ...clipIds]).toEqual([3, 4, 2, 5]);
    const bytes = readFileSync(path);
    expect(new Float32Array(new Uint8Array(bytes).buffer)).toEqual(
      Float32Array.from([2040, 2041, 2042, 2020, 2021, 2022, 2050, 2051, 2052]),
    );
    expect(workspace.vectors.missing(setId)).toEqual([1, 3]);
    expect(workspace.vectors.list()).toEqual([
      {
        id: setId,
        modelId: 'model@1',
        dim: 3,
        count: 3,
        current: true,
        precision: 'float32',
        device: null,
        agreement: null,
        reason: null,
      },
    ]);
  });

  it('of a clip embedded again replace the earlier row; removed clips leave a 0', () => {
    const workspace = workspaceWithClips(3);
    const { setId } = workspace.vectors.set('m', 2);
    workspace.vectors.append(setId, [1, 2, 3], rowsFor([1, 2, 3], 2));
    workspace.vectors.append(setId, [2], rowsFor([99], 2));
    workspace.removeMedia([1]);
    expect([...workspace.vectors.matrix(setId, 'joint').clipIds]).toEqual([0, 0, 3, 2]);
    expect([...workspace.vectors.rows(setId, 'joint', [2])]).toEqual([990, 991]);
  });

  it('are kept per model and dimension, and the set in use is chosen', () => {
    const { vectors } = openWorkspace();
    const [a, b] = [vectors.set('a', 2).setId, vectors.set('b', 2).setId];
    expect(vectors.set('a', 2).setId).toBe(a);
    vectors.use(b);
    expect(vectors.current()?.modelId).toBe('b');
    expect(() => vectors.use(99)).toThrowError(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('are refused with the wrong number of values', () => {
    const workspace = workspaceWithClips(1);
    const { setId } = workspace.vectors.set('m', 2);
    expect(() => workspace.vectors.append(setId, [1], { ...rowsFor([1], 2), audio: new Float32Array(1) })).toThrowError(
      expect.objectContaining({ code: 'BAD_INPUT', detail: { field: 'audio' } }),
    );
    expect(workspace.vectors.missing(setId)).toEqual([1]);
  });

  it('lose a torn append when the workspace is opened, and nothing else', () => {
    const workspace = workspaceWithClips(2);
    const { setId } = workspace.vectors.set('m', 2);
    workspace.vectors.append(setId, [1], rowsFor([1], 2));
    const file = workspace.vectors.matrix(setId, 'audio').path;
    workspace.close();
    appendFileSync(file, Buffer.alloc(13, 7));
    const again = openWorkspace(workspace.path);
    expect(statSync(file).size).toBe(8);
    again.vectors.append(setId, [2], rowsFor([2], 2));
    expect([...again.vectors.rows(setId, 'audio', [1, 2])]).toEqual([1010, 1011, 1020, 1021]);
  });

  it('whose bits flipped are reported, and embedded anew after repair', () => {
    const workspace = workspaceWithClips(4);
    const { setId } = workspace.vectors.set('m', 2);
    workspace.vectors.append(setId, [1, 2], rowsFor([1, 2], 2));
    workspace.vectors.append(setId, [3, 4], rowsFor([3, 4], 2));
    expect(workspace.check().ok).toBe(true);
    for (const [space, at] of [
      ['audio', 2 * 8 + 5],
      ['joint', 3],
    ] as const) {
      const { path: file } = workspace.vectors.matrix(setId, space);
      const bytes = readFileSync(file);
      bytes[at]! ^= 4;
      writeFileSync(file, bytes);
    }
    expect(workspace.check().problems).toEqual([
      `embedding set ${setId}: the vectors of 2 clips are not those that were written`,
    ]);
    expect(workspace.repair().ok).toBe(true);
    expect(workspace.vectors.missing(setId)).toEqual([1, 3]);
  });

  it('of before there were checksums are not taken for damaged', () => {
    const workspace = workspaceWithClips(3);
    const { setId } = workspace.vectors.set('m', 2);
    workspace.vectors.append(setId, [1, 2], rowsFor([1, 2], 2));
    rmSync(workspace.vectors.matrix(setId, 'joint').path.replace('joint.f32', 'crc32'));
    expect(workspace.check().ok).toBe(true);
    workspace.vectors.append(setId, [3], rowsFor([3], 2));
    expect(workspace.check().ok).toBe(true);
  });

  it('that a damaged file lost are reported, and embedded anew after repair', () => {
    const workspace = workspaceWithClips(3);
    const { setId } = workspace.vectors.set('m', 2);
    workspace.vectors.append(setId, [1, 2, 3], rowsFor([1, 2, 3], 2));
    truncateSync(workspace.vectors.matrix(setId, 'visual').path, 12);
    expect(workspace.check().problems).toEqual([`embedding set ${setId}: 2 of 3 rows are missing from its files`]);
    expect(() => workspace.vectors.rows(setId, 'visual', [3])).toThrow(/shorter than its table/);
    expect(workspace.repair().ok).toBe(true);
    expect(workspace.vectors.missing(setId)).toEqual([2, 3]);
  });
});
