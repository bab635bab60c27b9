// Which points lie inside a drawn outline.

/**
 * Indices of the points within the polygon (even-odd rule) for which `among` holds. `outline`: its corners, in the
 * points' coordinates; it closes by itself.
 */
export function insideLasso(
  outline: readonly (readonly [number, number])[],
  x: Float32Array,
  y: Float32Array,
  among: (i: number) => boolean,
): number[] {
  if (outline.length < 3) return [];
  const [xs, ys] = [outline.map((corner) => corner[0]), outline.map((corner) => corner[1])];
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const inside: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [x[i]!, y[i]!];
    if (px < left || px > right || py < low || py > high || !among(i)) continue;
    let odd = false;
    for (let a = 0, b = outline.length - 1; a < outline.length; b = a++) {
      if (ys[a]! > py !== ys[b]! > py && px < ((xs[b]! - xs[a]!) * (py - ys[a]!)) / (ys[b]! - ys[a]!) + xs[a]!)
        odd = !odd;
    }
    if (odd) inside.push(i);
  }
  return inside;
}
