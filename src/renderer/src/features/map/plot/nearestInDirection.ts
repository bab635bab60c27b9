// Walking on the map by arrow keys: the nearest point in a quarter of the plane.

export type Direction = 'left' | 'right' | 'up' | 'down';
const vectors: Record<Direction, readonly [number, number]> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, 1],
  down: [0, -1],
};

/**
 * Index of the nearest visible point from `from` towards `direction` (within 45 degrees of it), or `null` at the map's
 * edge.
 */
export function nearestInDirection(
  x: Float32Array,
  y: Float32Array,
  from: number,
  direction: Direction,
  visible: (i: number) => boolean,
): number | null {
  const [dx, dy] = vectors[direction];
  let best: number | null = null;
  let bestCost = Infinity;
  for (let i = 0; i < x.length; i++) {
    const [vx, vy] = [x[i]! - x[from]!, y[i]! - y[from]!];
    const along = vx * dx + vy * dy;
    const across = Math.abs(vx * dy - vy * dx);
    if (i === from || along <= 0 || across > along || !visible(i)) continue;
    const cost = along + 1.5 * across;
    if (cost < bestCost) [best, bestCost] = [i, cost];
  }
  return best;
}
