// The part of the map to look at so that all points lie in what the legend and the tools leave free.

/** Px at the sides of the panel that something covers. */
export interface Insets {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

const paddingPx = 22;
/** Half the side of what is shown around points that lie at one place, in map units. */
const leastHalf = 0.2;

/**
 * The area of the map, of the panel's own proportions, in which the points fill the free part. `indices`: the points
 * that count; all where null.
 */
export function fitArea(
  { x, y }: { x: Float32Array; y: Float32Array },
  indices: readonly number[] | null,
  { width, height }: { width: number; height: number },
  insets: Insets,
): Area {
  const { left, right, low, high } = bounds(x, y, indices);
  const [spanX, spanY] = [Math.max(right - left, 2 * leastHalf), Math.max(high - low, 2 * leastHalf)];
  const freeWidth = Math.max(40, width - insets.left - insets.right - 2 * paddingPx);
  const freeHeight = Math.max(40, height - insets.top - insets.bottom - 2 * paddingPx);
  const pxPerUnit = Math.min(freeWidth / spanX, freeHeight / spanY);
  // Where the middle of the points lies in the panel, from its left and its bottom.
  const [middleX, middleY] = [insets.left + paddingPx + freeWidth / 2, insets.bottom + paddingPx + freeHeight / 2];
  return {
    x: (left + right) / 2 - middleX / pxPerUnit,
    y: (low + high) / 2 - middleY / pxPerUnit,
    width: width / pxPerUnit,
    height: height / pxPerUnit,
  };
}

function bounds(
  x: Float32Array,
  y: Float32Array,
  indices: readonly number[] | null,
): { left: number; right: number; low: number; high: number } {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  const n = indices?.length || x.length;
  for (let k = 0; k < n; k++) {
    const i = indices?.length ? indices[k]! : k;
    left = Math.min(left, x[i]!);
    right = Math.max(right, x[i]!);
    low = Math.min(low, y[i]!);
    high = Math.max(high, y[i]!);
  }
  return n === 0 ? { left: -1, right: 1, low: -1, high: 1 } : { left, right, low, high };
}
