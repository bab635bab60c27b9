// The part of the linked maps that is shown, the same in all three so that equal places stay side by side.
import type { MapTransform } from '../plot/mapTransform.ts';

/** `scale` 1 shows a whole map; (x, y) is the place of the maps, within [-1, 1], that lies in the middle of each cell. */
export interface LinkedView {
  scale: number;
  x: number;
  y: number;
}
export const wholeView: LinkedView = { scale: 1, x: 0, y: 0 };
const [least, most] = [0.5, 400];
const margin = 0.94;

const within = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value));
const placed = (scale: number, x: number, y: number): LinkedView => ({
  scale,
  x: within(-1, x, 1),
  y: within(-1, y, 1),
});

/** Where a map lies in its square cell of `size` px. */
export function transformIn(size: number, { scale, x, y }: LinkedView): MapTransform {
  const s = (size / 2) * margin * scale;
  return { scale: s, left: size / 2 - s * x, top: size / 2 + s * y, width: size, height: size };
}

/** The place of the map under a pixel of its cell. */
export const placeUnder = (
  { scale, left, top }: MapTransform,
  [px, py]: readonly [number, number],
): [number, number] => [(px - left) / scale, (top - py) / scale];

/** Nearer by `factor`, with what lies under `at` (px in a cell of `size`) staying there; the middle when left out. */
export function zoomedAt(
  view: LinkedView,
  factor: number,
  size: number,
  at: readonly [number, number] = [size / 2, size / 2],
): LinkedView {
  const scale = within(least, view.scale * factor, most);
  const [x, y] = placeUnder(transformIn(size, view), at);
  const share = view.scale / scale;
  return placed(scale, x + (view.x - x) * share, y + (view.y - y) * share);
}

/** Moved by pixels of a cell of `size`, as the hand drags it. */
export function draggedBy(view: LinkedView, dx: number, dy: number, size: number): LinkedView {
  const { scale } = transformIn(size, view);
  return placed(view.scale, view.x - dx / scale, view.y + dy / scale);
}

/** The view that holds these places with some room around them; the whole where there are none. */
export function viewOf(places: readonly (readonly [number, number])[], room = 1.25): LinkedView {
  if (places.length === 0) return wholeView;
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of places) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  // One place alone, or several on one spot, are shown with their neighbourhood.
  const half = Math.max(right - left, high - low, 0.2) / 2;
  return placed(within(1, 1 / (half * room), most), (left + right) / 2, (low + high) / 2);
}
