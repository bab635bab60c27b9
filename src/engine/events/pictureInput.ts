// What the visual detector sees, ten times a second: how each picture differs from what the scene shows around that time, and a coarse
// grid of difference and movement that edges are found on.
export const pictureRateHz = 10;
/** Side of the stored pictures. */
export const pictureSize = 64;
/** The grid of the network over frames: difference from the scene, and movement since the picture before. */
export const gridSize = 32;
export const gridChannels = 2;
/** The stored value of a point that shows the scene as usual. */
export const usualValue = 128;
/** The scene is the median of one picture a second, this many to each side: slow changes of light are no events. */
const sceneReach = 15;
const points = pictureSize * pictureSize;

export interface PictureInput {
  /** [F, 64, 64]: 128 plus the difference from the scene. */
  pictures: Uint8Array;
  /** [F, 32, 32, 2]: mean absolute difference and movement of four points, doubled. */
  grid: Uint8Array;
}

/** Brightness [64, 64] of an RGB picture, by the mean of the area under each point. */
export function smallBrightness(picture: { width: number; height: number; data: Uint8Array }): Uint8Array {
  const { width, height, data } = picture;
  const out = new Uint8Array(points);
  for (let y = 0; y < pictureSize; y++) {
    const [top, bottom] = span(y, height);
    for (let x = 0; x < pictureSize; x++) {
      const [left, right] = span(x, width);
      let sum = 0;
      for (let v = top; v < bottom; v++)
        for (let u = left; u < right; u++) {
          const i = (v * width + u) * 3;
          sum += 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
        }
      out[y * pictureSize + x] = Math.round(sum / ((bottom - top) * (right - left)));
    }
  }
  return out;
}

const span = (at: number, size: number): [number, number] => {
  const from = Math.min(size - 1, Math.floor((at * size) / pictureSize));
  return [from, Math.max(from + 1, Math.floor(((at + 1) * size) / pictureSize))];
};

/** From brightness pictures [F][64 × 64], ten a second. */
export function pictureInput(brightness: readonly Uint8Array[]): PictureInput {
  const frames = brightness.length;
  const pictures = new Uint8Array(frames * points);
  const grid = new Uint8Array(frames * gridSize * gridSize * gridChannels);
  const seconds = Math.ceil(frames / pictureRateHz);
  let before: Int16Array | null = null;
  for (let second = 0; second < seconds; second++) {
    const scene = sceneAround(brightness, second);
    for (let f = second * pictureRateHz; f < Math.min(frames, (second + 1) * pictureRateHz); f++) {
      const difference = differenceFrom(scene, brightness[f]!);
      const picture = pictures.subarray(f * points, (f + 1) * points);
      for (let p = 0; p < points; p++) picture[p] = Math.min(255, Math.max(0, usualValue + difference[p]!));
      const row = gridSize * gridSize * gridChannels;
      fillGrid(difference, before ?? difference, grid.subarray(f * row, (f + 1) * row));
      before = difference;
    }
  }
  return { pictures, grid };
}

function sceneAround(brightness: readonly Uint8Array[], second: number): Uint8Array {
  const sample: Uint8Array[] = [];
  for (let s = second - sceneReach; s <= second + sceneReach; s++) {
    const picture = s < 0 ? undefined : brightness[s * pictureRateHz];
    if (picture) sample.push(picture);
  }
  const column = new Uint8Array(sample.length);
  const scene = new Uint8Array(points);
  for (let p = 0; p < points; p++) {
    for (const [k, picture] of sample.entries()) column[k] = picture[p]!;
    column.sort();
    scene[p] = column[column.length >> 1]!;
  }
  return scene;
}

/** Difference from the scene; what changes everywhere alike, as light does, is taken out. */
function differenceFrom(scene: Uint8Array, picture: Uint8Array): Int16Array {
  const out = new Int16Array(points);
  const counts = new Uint32Array(511);
  for (let p = 0; p < points; p++) {
    out[p] = picture[p]! - scene[p]!;
    counts[out[p]! + 255]!++;
  }
  let [middle, below] = [0, counts[0]!];
  while (below * 2 < points) below += counts[++middle]!;
  for (let p = 0; p < points; p++) out[p]! -= middle - 255;
  return out;
}

function fillGrid(difference: Int16Array, before: Int16Array, out: Uint8Array): void {
  const block = pictureSize / gridSize;
  for (let y = 0; y < gridSize; y++)
    for (let x = 0; x < gridSize; x++) {
      let [changed, moved] = [0, 0];
      for (let v = y * block; v < (y + 1) * block; v++)
        for (let u = x * block; u < (x + 1) * block; u++) {
          const value = difference[v * pictureSize + u]!;
          changed += Math.abs(value);
          moved += Math.abs(value - before[v * pictureSize + u]!);
        }
      const i = (y * gridSize + x) * gridChannels;
      out[i] = Math.min(255, (2 * changed) / block ** 2);
      out[i + 1] = Math.min(255, (2 * moved) / block ** 2);
    }
}
