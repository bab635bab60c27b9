// Parts: what is written comes back to the bit, and the same rows give the same bytes.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  decodePart,
  decodePartClips,
  encodePart,
  failed,
  widthOf,
} from '../../../../src/engine/distribution/partFile.ts';
import { parsePartFilter } from '../../../../src/engine/distribution/partFilter.ts';
import { rowOf, testRecipe } from './partRows.ts';

const rows = [
  ...Array.from({ length: 20 }, (_, i) => rowOf(i)),
  { ...rowOf(20), outcome: { code: 'DECODE_FAILED' as const, message: 'nothing can be decoded' } },
];
const bytes = encodePart(testRecipe, { id: 'abc' }, rows);

describe('a part', () => {
  it('comes back to the bit', async () => {
    const read = await decodePart(bytes, 'part');
    expect(read.shard).toBe('abc');
    expect(read.rows).toHaveLength(21);
    read.rows.forEach((row, at) => {
      const { outcome: before, ...clip } = rows[at]!;
      const { outcome: after, ...again } = row;
      expect(again).toEqual(clip);
      if (failed(before) || failed(after)) return expect(after).toEqual(before);
      for (const space of ['joint', 'audio', 'visual'] as const) {
        const [a, b] = [before[space], after[space]];
        expect(b && Buffer.from(b.buffer).toString('hex')).toBe(a && Buffer.from(a.buffer).toString('hex'));
      }
    });
    expect(widthOf(read.rows, 'part')).toBe(8);
  });

  it('has the same bytes whenever it is written', () => {
    const again = encodePart(testRecipe, { id: 'abc' }, rows);
    const hash = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');
    expect(hash(again)).toBe(hash(bytes));
  });

  it('is refused where it is not whole', async () => {
    for (const broken of [
      bytes.subarray(0, bytes.length / 2),
      new Uint8Array(0),
      Buffer.from('PAR1PAR1'),
      bytes.subarray(10),
    ])
      await expect(decodePart(broken, 'part-x')).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: /part-x is no whole part/,
      });
  });

  it('is refused where widths differ', () => {
    expect(() => widthOf([rowOf(1, 8), rowOf(2, 4)], 'part')).toThrow(/different widths/);
  });

  it('tells its clips without reading its vectors', async () => {
    let read = 0;
    // Numbers that do not compress.
    const largeRows = Array.from({ length: 100 }, (_, i) => ({
      ...rowOf(i),
      outcome: {
        joint: Float32Array.from({ length: 512 }, (__, d) => Math.sin(i * 997 + d * d)),
        audio: null,
        visual: null,
      },
    }));
    const large = encodePart(testRecipe, { id: 'abc' }, largeRows);
    const slice = async (from: number, to = large.length) => {
      read += to - from;
      return large.slice(from, to).buffer as ArrayBuffer;
    };
    const clips = await decodePartClips({ byteLength: large.length, slice });
    expect(clips.map(({ path }) => path)).toEqual(Array.from({ length: 100 }, (_, i) => rowOf(i).path));
    expect(read).toBeLessThan(large.length / 2);
  });
});

describe('an expression over parts', () => {
  const matching = (text: string) => rows.filter(parsePartFilter(text)).map(({ path }) => Number(/\d+/.exec(path)![0]));
  it('chooses clips', () => {
    expect(matching('path~/00003')).toEqual([3]);
    expect(matching('badge=silent and path~0000')).toEqual([0, 3, 6, 9]);
    expect(matching('not badge=silent and kind=video and path~0000')).toEqual([1, 2, 4, 5, 7, 8]);
    expect(matching('duration>9 and start<=0 and end=10')).toHaveLength(21);
    expect(matching(`content=${'0'.repeat(63)}4`)).toEqual([4]);
  });
  it('refuses what it does not know', () => {
    for (const text of ['', 'colour=red', 'badge=loud', 'start>soon', 'path>3', 'kind~video', 'silent'])
      expect(() => parsePartFilter(text)).toThrow(/--where/);
  });
});
