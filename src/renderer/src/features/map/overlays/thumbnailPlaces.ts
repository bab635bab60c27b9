// Which points get a picture when the view is near: as many as fit without covering each other, and those that had one
// keep it.
import { nearness, toScreen } from '../plot/mapTransform.ts';
import type { MapTransform } from '../plot/mapTransform.ts';

export interface ThumbnailPlace {
  index: number;
  at: [number, number];
}

/** Pictures are for looking closely: from this nearness on, and only while this many points at most are in view. */
export const nearFrom = 2.2;
export const mostInView = 400;
const mostPictures = 90;
export const pictureSize: readonly [number, number] = [64, 40];

/** `seen`: the points in view; `kept`: those that have a picture now. Their pictures stand above their points. */
export function thumbnailPlaces(
  transform: MapTransform,
  x: Float32Array,
  y: Float32Array,
  seen: readonly number[],
  kept: ReadonlySet<number>,
): ThumbnailPlace[] {
  if (nearness(transform) < nearFrom || seen.length > mostInView) return [];
  const [width, height] = [pictureSize[0] + 6, pictureSize[1] + 12];
  const cells = new Map<string, [number, number][]>();
  const near = ([sx, sy]: [number, number]): [number, number][] =>
    [-1, 0, 1].flatMap((dx) =>
      [-1, 0, 1].flatMap((dy) => cells.get(`${Math.floor(sx / width) + dx} ${Math.floor(sy / height) + dy}`) ?? []),
    );
  const chosen: ThumbnailPlace[] = [];
  for (const index of [...seen.filter((i) => kept.has(i)), ...seen.filter((i) => !kept.has(i))]) {
    if (chosen.length >= mostPictures) break;
    const at = toScreen(transform, x[index]!, y[index]!);
    if (near(at).some(([ox, oy]) => Math.abs(ox - at[0]) < width && Math.abs(oy - at[1]) < height)) continue;
    const key = `${Math.floor(at[0] / width)} ${Math.floor(at[1] / height)}`;
    cells.set(key, [...(cells.get(key) ?? []), at]);
    chosen.push({ index, at });
  }
  return chosen;
}
