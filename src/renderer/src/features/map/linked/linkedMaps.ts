// Maps that share a frame, drawn side by side: which maps of sound, both and picture belong together, and where a clip lies in each.
import type { Projection, Space } from '../../../../../shared/contract/model.ts';
import { toScreen } from '../plot/mapTransform.ts';
import type { MapTransform } from '../plot/mapTransform.ts';

export interface LinkedPoints {
  space: Space;
  clipIds: Int32Array;
  x: Float32Array;
  y: Float32Array;
}
export interface RawPoints {
  space: Space;
  clipIds: Int32Array;
  /** [n, 2] */ xy: Float32Array;
}
export interface Cell {
  left: number;
  top: number;
  size: number;
}
export const linkedOrder: readonly Space[] = ['audio', 'joint', 'visual'];

/** The newest joint map with an audio and a visual map aligned to it; of several the newest. `null` where there is none. */
export function linkedMaps(projections: readonly Projection[]): Record<Space, Projection> | null {
  const newest = [...projections].sort((a, b) => b.id - a.id);
  for (const joint of newest.filter((one) => one.space === 'joint')) {
    const aligned = (space: Space): Projection | undefined =>
      newest.find((one) => one.space === space && one.alignedTo === joint.id);
    const [audio, visual] = [aligned('audio'), aligned('visual')];
    if (audio && visual) return { joint, audio, visual };
  }
  return null;
}

/** Fits all maps into [-1, 1] with one scale and one middle, so that equal places stay equal. */
export function fittedTogether(maps: readonly RawPoints[]): LinkedPoints[] {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { xy } of maps) {
    for (let i = 0; i < xy.length; i += 2) {
      left = Math.min(left, xy[i]!);
      right = Math.max(right, xy[i]!);
      low = Math.min(low, xy[i + 1]!);
      high = Math.max(high, xy[i + 1]!);
    }
  }
  const half = Math.max(right - left, high - low, 1e-6) / 2;
  const [cx, cy] = [(left + right) / 2, (low + high) / 2];
  return maps.map(({ space, clipIds, xy }) => ({
    space,
    clipIds,
    x: Float32Array.from(clipIds, (_, i) => (xy[2 * i]! - cx) / half),
    y: Float32Array.from(clipIds, (_, i) => (xy[2 * i + 1]! - cy) / half),
  }));
}

/** `count` squares in a box of `width` x `height` px, in a row where it is wide, in a column where it is tall; each keeps `head` px above it. */
export function cellsIn(width: number, height: number, head: number, count = 3): Cell[] {
  const gap = 8;
  const row = Math.min((width - (count + 1) * gap) / count, height - head - gap);
  const column = Math.min(width - 2 * gap, (height - count * head - gap) / count);
  const size = Math.max(20, Math.floor(Math.max(row, column)));
  const inRow = row >= column;
  const [spareX, spareY] = inRow
    ? [width - count * size, height - head - size]
    : [width - size, height - count * (head + size)];
  return Array.from({ length: count }, (_, k) =>
    inRow
      ? { left: (spareX / (count + 1)) * (k + 1) + k * size, top: head + spareY / 2, size }
      : { left: spareX / 2, top: head + spareY / 2 + k * (head + size), size },
  );
}

/** The point of a map nearest to a place in its cell (px from the cell's corner), within `reach` px and among those shown; `null` when none is. */
export function pointAt(
  transform: MapTransform,
  { x, y }: LinkedPoints,
  [px, py]: readonly [number, number],
  among: (i: number) => boolean = () => true,
  reach = 12,
): number | null {
  let [best, bestDistance] = [-1, reach * reach];
  for (let i = 0; i < x.length; i++) {
    const [sx, sy] = toScreen(transform, x[i]!, y[i]!);
    const distance = (sx - px) ** 2 + (sy - py) ** 2;
    if (distance <= bestDistance && among(i)) [best, bestDistance] = [i, distance];
  }
  return best < 0 ? null : best;
}
