// How densely the points lie: counted on a grid over the map, smoothed, and cut at levels that each hold a share of the
// points.
import { contours } from 'd3-contour';

/**
 * The field reaches from -reach to reach, so that what is smoothed over the edge of the map's square [-1, 1] is not cut
 * off.
 */
export const reach = 1.12;

/** `values` [size, size] over the square [-reach, reach]; row 0 is its lower edge. */
export interface DensityField {
  size: number;
  values: Float32Array;
  largest: number;
}
/** Line pieces x1, y1, x2, y2 in the map's coordinates. */
export type Contour = Float32Array;

/** Of the points for which `among` holds. `blur`: deviation of the smoothing, in cells. */
export function densityField(
  x: Float32Array,
  y: Float32Array,
  among: (i: number) => boolean,
  size = 180,
  blur = 2.2,
): DensityField {
  const counts = new Float32Array(size * size);
  for (let i = 0; i < x.length; i++) {
    if (!among(i)) continue;
    const [column, row] = [Math.floor(((x[i]! / reach + 1) / 2) * size), Math.floor(((y[i]! / reach + 1) / 2) * size)];
    if (column >= 0 && row >= 0 && column < size && row < size) counts[row * size + column]!++;
  }
  const values = smooth(smooth(counts, size, blur, 1, size), size, blur, size, 1);
  return { size, values, largest: values.reduce((most, value) => Math.max(most, value), 0) };
}

function smooth(from: Float32Array, size: number, blur: number, step: number, line: number): Float32Array {
  const far = Math.ceil(3 * blur);
  const weights = Array.from({ length: 2 * far + 1 }, (_, k) => Math.exp(-((k - far) ** 2) / (2 * blur * blur)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const out = new Float32Array(from.length);
  for (let l = 0; l < size; l++) {
    for (let i = 0; i < size; i++) {
      const value = from[l * line + i * step]!;
      if (value === 0) continue;
      for (let k = -far; k <= far; k++)
        if (i + k >= 0 && i + k < size) out[l * line + (i + k) * step]! += (value * weights[k + far]!) / total;
    }
  }
  return out;
}

/**
 * Values above which the densest parts hold each of `shares` of all points, e.g. `.25` for the densest quarter; rising.
 */
export function densityLevels({ values }: DensityField, shares: readonly number[]): number[] {
  const sorted = values
    .filter((value) => value > 0)
    .sort()
    .reverse();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  const levels: number[] = [];
  let [sum, at] = [0, 0];
  for (const share of [...shares].sort((a, b) => a - b)) {
    while (at < sorted.length && sum < share * total) sum += sorted[at++]!;
    if (at > 0) levels.push(sorted[at - 1]!);
  }
  return levels.reverse();
}

/** Where the field crosses `level`, as line pieces. Lines end at the field's edge. */
export function contour({ size, values }: DensityField, level: number): Contour {
  const rings = contours()
    .size([size, size])
    .contour(values as unknown as number[], level)
    .coordinates.flat();
  const place = (cell: number): number => ((cell / size) * 2 - 1) * reach;
  return Float32Array.from(
    rings.flatMap((ring) =>
      ring.slice(1).flatMap(([x, y], i) => [place(ring[i]![0]!), place(ring[i]![1]!), place(x!), place(y!)]),
    ),
  );
}
