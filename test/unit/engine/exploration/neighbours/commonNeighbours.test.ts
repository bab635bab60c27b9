// The share of common neighbours against a count over all pairs, over sets that hold different clips in different orders.
import { expect, it } from 'vitest';
import { commonNeighbours } from '../../../../../src/engine/exploration/neighbours/commonNeighbours.ts';
import { LoadedMatrix } from '../../../../../src/engine/exploration/neighbours/matrixCache.ts';
import { presentRows } from '../../../../../src/engine/exploration/neighbours/presentRows.ts';
import { randomStream } from '../../../../../src/engine/base/randomStream.ts';

const dim = 6;
function matrixOf(clipIds: number[], seed: number): LoadedMatrix {
  const random = randomStream(seed);
  // Each clip's vector depends on its id alone, whatever the order of the rows.
  const vectors = new Map(
    Array.from({ length: 200 }, (_, i) => [i + 1, Array.from({ length: dim }, () => random.uniform() - 0.5)]),
  );
  const data = Float32Array.from(clipIds.flatMap((id) => vectors.get(id)!));
  return new LoadedMatrix(presentRows(data, dim, Int32Array.from(clipIds)));
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** The k nearest of `clipId` by cosine among `among`. */
function nearestByCosine({ present }: LoadedMatrix, clipId: number, among: readonly number[], k: number): number[] {
  const row = (id: number) => present.data.subarray(present.rowOf.get(id)! * dim, (present.rowOf.get(id)! + 1) * dim);
  const own = row(clipId);
  return among
    .filter((id) => id !== clipId)
    .map((id) => [id, row(id).reduce((sum, x, d) => sum + x * own[d]!, 0)] as const)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, k)
    .map(([id]) => id);
}

it.each([
  ['the same clips in another order', range(1, 80), range(1, 80).reverse()],
  ['each with clips that the other lacks', range(1, 70), range(21, 95)],
])('counts what two models share: %s', async (_, ids, otherIds) => {
  const [one, other] = [matrixOf(ids, 1), matrixOf(otherIds, 2)];
  const common = ids.filter((id) => otherIds.includes(id));
  const found = await commonNeighbours(one, other, 10);
  expect([...found.clipIds]).toEqual(common);
  expect(found.neighbours).toBe(10);
  const expected = common.map((id) => {
    const theirs = new Set(nearestByCosine(other, id, common, 10));
    return nearestByCosine(one, id, common, 10).filter((near) => theirs.has(near)).length / 10;
  });
  expect([...found.shares].map((x) => x.toFixed(3))).toEqual(expected.map((x) => x.toFixed(3)));
});

it('finds everything in common between a model and itself, and asks fewer neighbours of few clips', async () => {
  const one = matrixOf(range(1, 6), 1);
  const found = await commonNeighbours(one, matrixOf([3, 1, 2, 6, 5, 4], 1), 10);
  expect(found.neighbours).toBe(2);
  expect([...found.shares]).toEqual([1, 1, 1, 1, 1, 1]);
});

it('says that too few clips are embedded with both', async () => {
  await expect(commonNeighbours(matrixOf([1, 2, 3], 1), matrixOf([3, 4, 5], 2), 10)).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'only 1 clips are embedded with both models',
  });
});
