// From the tensors of a reconstruction to pixels: colour maps, pasting by the mask, error heat. Pure typed arrays in
// and out, so that the window, the command line and every export paint the same.
import { paddingValue } from '../signal/normalisation.ts';
import { heatTable, magmaTable } from '../signal/palettes.ts';
import { gridOver, melBands, type Modality } from '../signal/patchGrid.ts';

/** Log-mel in normalised units: silence is about -2.4, padding exactly `paddingValue` in every band. */
export const melRange: readonly [number, number] = [-2.5, 2.5];

/** RGBA pixels, row 0 at the top. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8ClampedArray<ArrayBuffer>;
}
/** Values per pixel, row 0 at the top: [height, width] with 1 (sound) or 3 (picture, 0..1) channels. */
export interface Plane {
  width: number;
  height: number;
  channels: 1 | 3;
  values: Float32Array;
}

/** Magma, one word a pixel. */
const magmaWords = new Uint32Array(magmaTable.buffer);

/** fbank [T, M = 128] as a plane with time to the right and low frequencies at the bottom. */
export function melPlane(fbank: Float32Array): Plane {
  const height = melBands;
  const width = fbank.length / height;
  const values = new Float32Array(width * height);
  for (let t = 0; t < width; t++)
    for (let m = 0; m < height; m++) values[(height - 1 - m) * width + t] = fbank[t * height + m]!;
  return { width, height, channels: 1, values };
}

/** Image [3, S, S] as a plane with its channels side by side per pixel. */
export function imagePlane(image: Float32Array): Plane {
  const size = image.length / 3;
  const [width, height] = [Math.sqrt(size), Math.sqrt(size)];
  const values = new Float32Array(size * 3);
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) values[i * 3 + c] = image[c * size + i]!;
  return { width, height, channels: 3, values };
}

/**
 * The patch of every pixel, computed once per modality and size (models of other sizes than the paper's are painted
 * too).
 */
const patchMaps = new Map<string, Int16Array>();
function patchMap(modality: Modality, { width, height }: { width: number; height: number }): Int16Array {
  const key = `${modality} ${width} ${height}`;
  const known = patchMaps.get(key);
  if (known) return known;
  const { rows, columns, patch } = gridOver(modality, { width, height });
  const made = Int16Array.from({ length: width * height }, (_, i) => {
    const fromTop = Math.floor(i / width / patch);
    return (modality === 'A' ? rows - 1 - fromTop : fromTop) * columns + Math.floor((i % width) / patch);
  });
  patchMaps.set(key, made);
  return made;
}

function paint(plane: Plane): Uint8ClampedArray<ArrayBuffer> {
  const size = plane.width * plane.height;
  const pixels = new Uint8ClampedArray(size * 4);
  if (plane.channels === 3) {
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < 3; c++) pixels[i * 4 + c] = plane.values[i * 3 + c]! * 255;
      pixels[i * 4 + 3] = 255;
    }
    return pixels;
  }
  const [low, high] = melRange;
  const words = new Uint32Array(pixels.buffer);
  for (let i = 0; i < size; i++)
    words[i] = magmaWords[Math.min(255, Math.max(0, Math.round(((plane.values[i]! - low) / (high - low)) * 255)))]!;
  return pixels;
}

/** The plane in true colours. */
export const truePicture = (plane: Plane): Picture => ({
  width: plane.width,
  height: plane.height,
  pixels: paint(plane),
});

/**
 * The plane with removed patches (mask 1) hidden under a quiet checker, so that dark content is not mistaken for a
 * hole.
 */
export function maskedPicture(plane: Plane, mask: ArrayLike<number>, modality: Modality): Picture {
  const pixels = paint(plane);
  const patches = patchMap(modality, plane);
  for (let i = 0; i < patches.length; i++) {
    if (!mask[patches[i]!]) continue;
    const [x, y] = [i % plane.width, Math.floor(i / plane.width)];
    const shade = ((x >> 2) + (y >> 2)) % 2 ? 58 : 48;
    pixels[i * 4] = shade;
    pixels[i * 4 + 1] = shade + 4;
    pixels[i * 4 + 2] = shade + 10;
  }
  return { width: plane.width, height: plane.height, pixels };
}

/** A spectrogram's padding (columns from `frames` on) under quiet stripes, so that it is not mistaken for sound. */
export function stripedPadding(picture: Picture, frames: number): Picture {
  const { width, height } = picture;
  if (frames >= width) return picture;
  const pixels = picture.pixels.slice();
  for (let y = 0; y < height; y++) {
    for (let x = frames; x < width; x++) {
      const shade = (x + y) % 16 < 8 ? 24 : 34;
      pixels.set([shade, shade + 2, shade + 6, 255], (y * width + x) * 4);
    }
  }
  return { width, height, pixels };
}

/** The values behind `pastedPicture`. */
export function pastedPlane(original: Plane, predicted: Plane, mask: ArrayLike<number>, modality: Modality): Plane {
  const patches = patchMap(modality, original);
  return {
    ...original,
    values: original.values.map((value, i) =>
      mask[patches[Math.floor(i / original.channels)]!] ? predicted.values[i]! : value,
    ),
  };
}

/** Kept patches from the original, removed ones from the prediction. */
export function pastedPicture(original: Plane, predicted: Plane, mask: ArrayLike<number>, modality: Modality): Picture {
  const [kept, filled] = [paint(original), paint(predicted)];
  const patches = patchMap(modality, original);
  const [to, from] = [new Uint32Array(kept.buffer), new Uint32Array(filled.buffer)];
  for (let i = 0; i < patches.length; i++) if (mask[patches[i]!]) to[i] = from[i]!;
  return { width: original.width, height: original.height, pixels: kept };
}

/** Mean squared error per patch as heat over a greyed original; `scale` is the error drawn hottest. */
export function errorPicture(
  original: Plane,
  error: Float32Array,
  mask: ArrayLike<number>,
  modality: Modality,
  scale: number,
): Picture {
  const pixels = paint(original);
  const patches = patchMap(modality, original);
  for (let i = 0; i < patches.length; i++) {
    const grey = (pixels[i * 4]! * 0.3 + pixels[i * 4 + 1]! * 0.59 + pixels[i * 4 + 2]! * 0.11) * 0.45;
    const patch = patches[i]!;
    const level = mask[patch] ? Math.min(255, Math.round((error[patch]! / scale) * 255)) : 0;
    const alpha = mask[patch] ? Math.max(40, heatTable[level * 4 + 3]!) / 255 : 0;
    for (let c = 0; c < 3; c++) pixels[i * 4 + c] = grey * (1 - alpha) + heatTable[level * 4 + c]! * alpha;
  }
  return { width: original.width, height: original.height, pixels };
}

/** The 95th percentile of the removed patches' errors: one loud patch must not darken the rest. */
export function errorScale(error: Float32Array, mask: ArrayLike<number>): number {
  const removed = [...error.keys()]
    .filter((i) => mask[i])
    .map((i) => error[i]!)
    .sort((a, b) => a - b);
  return Math.max(1e-6, removed[Math.floor(removed.length * 0.95)] ?? 1);
}

/** Frames of real sound before the padding begins (fbank rows that hold the padding value in every band are none). */
export function soundFrames(fbank: Float32Array): number {
  let frames = fbank.length / melBands;
  while (
    frames > 0 &&
    fbank.subarray((frames - 1) * melBands, frames * melBands).every((value) => Math.abs(value - paddingValue) < 1e-3)
  )
    frames--;
  return frames;
}
