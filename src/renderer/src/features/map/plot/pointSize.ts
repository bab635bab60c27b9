// How large points are drawn: by the room that each has where the points lie, and a little larger when near.

const cells = 64;
const sampled = 200_000;
const [least, most, mostWhenNear] = [1.4, 11, 15];
/** Points of a cluster overlap a little. */
const overlap = 1.5;

/**
 * Diameter in px of each of the points [-1, 1] at `pxPerUnit`: the area of the cells they lie in, shared among them.
 */
export function pointSizeOf(x: Float32Array, y: Float32Array, pxPerUnit: number): number {
  const n = x.length;
  const step = Math.max(1, Math.floor(n / sampled));
  const hit = new Uint8Array(cells * cells);
  const cell = (value: number): number => Math.min(cells - 1, Math.max(0, Math.floor(((value + 1) / 2) * cells)));
  for (let i = 0; i < n; i += step) hit[cell(y[i]!) * cells + cell(x[i]!)] = 1;
  const occupied = hit.reduce((sum, one) => sum + one, 0);
  const cellPx = (2 / cells) * pxPerUnit;
  return Math.min(most, Math.max(least, overlap * Math.sqrt((occupied * cellPx ** 2) / Math.max(1, n))));
}

/** The diameter at a view `nearness` times nearer than the whole map, in steps of half a px. */
export const sizeAt = (base: number, nearness: number): number =>
  Math.round(2 * Math.min(Math.max(base, mostWhenNear), base * Math.sqrt(Math.max(1, nearness)))) / 2 || least;
