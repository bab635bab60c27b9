// Retrieval numbers of the reference's compute_metrics in both directions, ties counted as it counts them.
import { describe, expect, it } from 'vitest';
import {
  partnerRanks,
  retrievalScores,
  similarityMatrix,
} from '../../src/engine/exploration/neighbours/retrievalRanks.ts';
import { presentRows } from '../../src/engine/exploration/neighbours/presentRows.ts';
import { compare, compareValue, filesMatching, has, json, tensor } from './fixtures.ts';

interface Direction {
  R1: number;
  R5: number;
  R10: number;
  MedR: number;
  entries_counted: number;
  ranks_0based: number[];
}
const file = 'retrieval/result.json';
const names = filesMatching(/^retrieval\/.*\.a\.bin$/).map((path) => path.slice('retrieval/'.length, -'.a.bin'.length));

describe.skipIf(!has(file))('retrieval', () => {
  const expected = has(file)
    ? (json(file) as Record<string, { audio_to_video: Direction; video_to_audio: Direction }>)
    : {};

  it.each(names)('%s', async (name) => {
    const [a, v] = [tensor(`retrieval/${name}.a.bin`), tensor(`retrieval/${name}.v.bin`)];
    const [rows = 0, dim = 0] = a.shape;
    const unit = (data: Float32Array) =>
      presentRows(
        data,
        dim,
        Int32Array.from({ length: rows }, (_, i) => i + 1),
      ).data;
    const similarity = await similarityMatrix(unit(a.data), unit(v.data), rows, dim);
    compare(similarity, `retrieval/${name}.sim.bin`);
    for (const [direction, byColumn] of [
      ['audio_to_video', false],
      ['video_to_audio', true],
    ] as const) {
      const reference = expected[name]![direction];
      const ranks = partnerRanks(similarity, rows, byColumn);
      const { r1, r5, r10, medianRank } = retrievalScores(ranks);
      expect(ranks.listed, `${name} ${direction}: places`).toEqual(reference.ranks_0based);
      expect(ranks.listed).toHaveLength(reference.entries_counted);
      for (const [what, actual, wanted] of [
        ['R@1', r1, reference.R1],
        ['R@5', r5, reference.R5],
        ['R@10', r10, reference.R10],
        ['MedR', medianRank, reference.MedR],
      ] as const) {
        compareValue(actual, wanted, file, { atol: 1e-12 }, `${name} ${direction} ${what}`);
      }
    }
  });
});
