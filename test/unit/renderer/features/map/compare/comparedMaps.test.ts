import { expect, it } from 'vitest';
import { comparedMaps } from '../../../../../../src/renderer/src/features/map/compare/comparedMaps.ts';
import type { Projection } from '../../../../../../src/shared/contract/model.ts';

const map = (id: number, setId: number, change: Partial<Projection> = {}): Projection => ({
  id,
  setId,
  space: 'joint',
  neighbors: 15,
  minDist: 0.1,
  seed: 1,
  supervised: false,
  alignedTo: null,
  points: 9,
  settled: true,
  createdAt: '',
  ...change,
});
const ids = (maps: readonly Projection[]): (number | null)[] =>
  comparedMaps(maps, [1, 2]).map((one) => one?.id ?? null);

it('takes the newest settled map of sound and picture of each model', () => {
  const maps = [
    map(1, 1),
    map(2, 2),
    map(3, 1),
    map(4, 2, { settled: false }),
    map(5, 2, { space: 'audio' }),
    map(6, 3),
  ];
  expect(ids(maps)).toEqual([3, 2]);
});

it('prefers two that were aligned to newer ones that were not', () => {
  expect(ids([map(1, 1), map(2, 2, { alignedTo: 1 }), map(3, 1), map(4, 2)])).toEqual([1, 2]);
  expect(ids([map(1, 2), map(2, 1, { alignedTo: 1 }), map(3, 2)])).toEqual([2, 1]);
});

it('says of which model there is none', () => {
  expect(ids([map(1, 1), map(2, 2, { points: 0 })])).toEqual([1, null]);
});
