// The map of a handful of clips. UMAP needs more neighbours than there are, so clips keep their places on the principal
// axes, moved apart where they would cover each other.

/** Below this many rows the principal axes are the map. */
export const fewClips = 10;
/** Least distance of two points as a share of the map's extent. */
const leastShare = 0.14;
const rounds = 60;

/** @param xy [rows, 2] on the principal axes @returns a new [rows, 2] in which any two points are visibly apart */
export function spreadApart(xy: Float32Array): Float32Array {
  const out = xy.slice();
  const rows = out.length / 2;
  const extent = Math.max(1e-6, ...out.map(Math.abs));
  const least = 2 * extent * leastShare;
  for (let round = 0; round < rounds; round++) {
    let moved = false;
    for (let i = 0; i < rows; i++) for (let j = i + 1; j < rows; j++) moved = separate(out, i, j, least) || moved;
    if (!moved) break;
  }
  return out;
}

/** Moves two points half of what they lack in distance each; `true` where they were too near. */
function separate(xy: Float32Array, i: number, j: number, least: number): boolean {
  const [dx, dy] = [xy[2 * j]! - xy[2 * i]!, xy[2 * j + 1]! - xy[2 * i + 1]!];
  const distance = Math.hypot(dx, dy);
  if (distance >= least * 0.999) return false;
  // Equal places part in a direction of their own, so that several do not stay in one line.
  const angle = distance > 1e-9 ? Math.atan2(dy, dx) : 2.4 * (i + j);
  const by = (least - distance) / 2;
  const [x, y] = [Math.cos(angle) * by, Math.sin(angle) * by];
  xy[2 * i]! -= x;
  xy[2 * i + 1]! -= y;
  xy[2 * j]! += x;
  xy[2 * j + 1]! += y;
  return true;
}
