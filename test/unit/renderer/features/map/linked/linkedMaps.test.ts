import { describe, expect, it } from 'vitest';
import {
  cellsIn,
  fittedTogether,
  linkedMaps,
  pointAt,
} from '../../../../../../src/renderer/src/features/map/linked/linkedMaps.ts';
import { transformIn, wholeView } from '../../../../../../src/renderer/src/features/map/linked/linkedView.ts';
import { toScreen } from '../../../../../../src/renderer/src/features/map/plot/mapTransform.ts';
import type { Projection, Space } from '../../../../../../src/shared/contract/model.ts';

const map = (id: number, space: Space, alignedTo: number | null = null): Projection => ({
  id,
  setId: 1,
  space,
  neighbors: 15,
  minDist: 0.1,
  seed: 1,
  supervised: false,
  alignedTo,
  points: 2,
  settled: true,
  createdAt: '',
});

describe('linkedMaps', () => {
  it('takes the newest maps that share a frame', () => {
    const found = linkedMaps([
      map(1, 'joint'),
      map(2, 'audio', 1),
      map(3, 'visual', 1),
      map(4, 'visual', 1),
      map(5, 'joint'),
    ]);
    expect([found?.joint.id, found?.audio.id, found?.visual.id]).toEqual([1, 2, 4]);
  });
  it('is nothing while one is missing or in another frame', () => {
    expect(linkedMaps([map(1, 'joint'), map(2, 'audio', 1), map(3, 'visual')])).toBeNull();
    expect(linkedMaps([])).toBeNull();
  });
});

describe('fittedTogether', () => {
  it('keeps equal places equal and uses one scale', () => {
    const [a, b] = fittedTogether([
      { space: 'audio', clipIds: Int32Array.of(1, 2), xy: Float32Array.of(0, 0, 4, 2) },
      { space: 'visual', clipIds: Int32Array.of(1), xy: Float32Array.of(4, 2) },
    ]);
    expect([b!.x[0], b!.y[0]]).toEqual([a!.x[1], a!.y[1]]);
    expect([...a!.x]).toEqual([-1, 1]);
    expect([...a!.y]).toEqual([-0.5, 0.5]);
  });
});

describe('cells', () => {
  it.each([
    [900, 300],
    [300, 900],
    [600, 600],
  ])('of a %i x %i box lie inside it and apart', (width, height) => {
    const cells = cellsIn(width, height, 22);
    for (const [k, { left, top, size }] of cells.entries()) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(top).toBeGreaterThanOrEqual(22);
      expect(left + size).toBeLessThanOrEqual(width);
      expect(top + size).toBeLessThanOrEqual(height);
      const next = cells[k + 1];
      if (next) expect(next.left >= left + size || next.top >= top + size + 22).toBe(true);
    }
  });
  it('are searched for the nearest point within reach, among those that are shown', () => {
    const transform = transformIn(100, wholeView);
    const [points] = fittedTogether([
      { space: 'joint', clipIds: Int32Array.of(5, 6), xy: Float32Array.of(0, 0, 1, 1) },
    ]);
    const [x, y] = toScreen(transform, points!.x[1]!, points!.y[1]!);
    expect(y).toBeLessThan(50);
    expect(pointAt(transform, points!, [x - 4, y + 3])).toBe(1);
    expect(pointAt(transform, points!, [x - 4, y + 3], (i) => i !== 1)).toBeNull();
    expect(pointAt(transform, points!, [50, 50])).toBeNull();
  });
});
