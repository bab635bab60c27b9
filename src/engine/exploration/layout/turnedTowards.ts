// Brings a map over another of the same clips: shifted, turned (mirrored where that fits better) and sized to match,
// never bent. What a layout drifts by means nothing, so distances between the two maps' places are only worth measuring
// after this.

/**
 * @param xy [rows, 2] @param reference [rows, 2], NaN where it lacks a clip
 * @returns a new [rows, 2] whose shared rows have the centre and the spread of the reference, turned for the least
 * squared distance. As it was where fewer than three rows are shared.
 */
export function turnedTowards(xy: Float32Array, reference: Float32Array): Float32Array {
  const rows = xy.length / 2;
  let [shared, ax, ay, bx, by] = [0, 0, 0, 0, 0];
  const known = (i: number): boolean => !Number.isNaN(reference[2 * i]!);
  for (let i = 0; i < rows; i++) {
    if (!known(i)) continue;
    shared++;
    ax += xy[2 * i]!;
    ay += xy[2 * i + 1]!;
    bx += reference[2 * i]!;
    by += reference[2 * i + 1]!;
  }
  if (shared < 3) return xy.slice();
  [ax, ay, bx, by] = [ax / shared, ay / shared, bx / shared, by / shared];
  // Sums of products of centred coordinates: turned alone, and mirrored first.
  let [spreadA, spreadB, dot, cross, mirroredDot, mirroredCross] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < rows; i++) {
    if (!known(i)) continue;
    const [px, py, qx, qy] = [xy[2 * i]! - ax, xy[2 * i + 1]! - ay, reference[2 * i]! - bx, reference[2 * i + 1]! - by];
    spreadA += px * px + py * py;
    spreadB += qx * qx + qy * qy;
    dot += px * qx + py * qy;
    cross += px * qy - py * qx;
    mirroredDot += px * qx - py * qy;
    mirroredCross += px * qy + py * qx;
  }
  const mirror = Math.hypot(mirroredDot, mirroredCross) > Math.hypot(dot, cross) ? -1 : 1;
  const [c, s] = mirror < 0 ? [mirroredDot, mirroredCross] : [dot, cross];
  const length = Math.hypot(c, s);
  const scale = spreadA > 0 && spreadB > 0 ? Math.sqrt(spreadB / spreadA) : 1;
  const [cos, sin] = length > 0 ? [(scale * c) / length, (scale * s) / length] : [scale, 0];
  const out = new Float32Array(xy.length);
  for (let i = 0; i < rows; i++) {
    const [px, py] = [xy[2 * i]! - ax, mirror * (xy[2 * i + 1]! - ay)];
    out[2 * i] = bx + cos * px - sin * py;
    out[2 * i + 1] = by + sin * px + cos * py;
  }
  return out;
}
