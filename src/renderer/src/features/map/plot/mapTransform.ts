// From places on the map to pixels of its panel: a scale and a shift, the same scale for both axes.

export interface MapTransform {
  scale: number;
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * From the camera's 4 x 4 view matrix (column by column) and the panel's size in px. The map's square [-1, 1] fills the
 * panel's height at scale height / 2.
 */
export const transformOf = (view: ArrayLike<number>, width: number, height: number): MapTransform => ({
  scale: (height / 2) * view[0]!,
  left: width / 2 + (height / 2) * view[12]!,
  top: height / 2 - (height / 2) * view[13]!,
  width,
  height,
});

export const toScreen = ({ scale, left, top }: MapTransform, x: number, y: number): [number, number] => [
  left + scale * x,
  top - scale * y,
];

/** How much nearer than the whole map the view is; 1 shows all of it. */
export const nearness = ({ scale, width, height }: MapTransform): number => scale / (Math.min(width, height) / 2 || 1);

/** Indices of the points that lie in the panel and for which `among` holds. */
export function inView(
  transform: MapTransform,
  x: Float32Array,
  y: Float32Array,
  among: (i: number) => boolean,
  margin = 0,
): number[] {
  const { scale, left, top, width, height } = transform;
  const [minX, maxX] = [(-left - margin) / scale, (width - left + margin) / scale];
  const [minY, maxY] = [(top - height - margin) / scale, (top + margin) / scale];
  const found: number[] = [];
  for (let i = 0; i < x.length; i++)
    if (x[i]! >= minX && x[i]! <= maxX && y[i]! >= minY && y[i]! <= maxY && among(i)) found.push(i);
  return found;
}
