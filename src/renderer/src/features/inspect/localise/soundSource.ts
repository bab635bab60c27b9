// Similarities of patches to an embedding as heat to lay over a picture. Pure arrays in and out.
import type { Tensor } from '../../../../../shared/wire/safetensors.ts';
import { heatColour } from '../../../../../shared/signal/palettes.ts';
import type { Picture } from '../../../../../shared/figures/pictures.ts';

/** `frames` [count, 14, 14]: cosine of the sound's embedding with every patch of every frame; `sound` [8, 64], low bands first: the reverse. */
export interface SoundSource {
  count: number;
  rows: number;
  columns: number;
  frames: Float32Array;
  bands: number;
  steps: number;
  sound: Float32Array;
}
/** The cosines drawn coldest and hottest. */
export interface HeatRange {
  low: number;
  high: number;
}

/** @throws Error where the tensors are not those of the contract's `localise` */
export function soundSource(tensors: Record<string, Tensor>): SoundSource {
  const { frames, audio } = tensors;
  if (
    !(frames?.data instanceof Float32Array) ||
    !(audio?.data instanceof Float32Array) ||
    frames.shape.length !== 3 ||
    audio.shape.length !== 2
  )
    throw new Error('The answer holds no similarities.');
  const [count, rows, columns] = frames.shape as [number, number, number];
  const [bands, steps] = audio.shape as [number, number];
  return { count, rows, columns, frames: frames.data, bands, steps, sound: audio.data };
}

/** Patches of frame k. */
export const frameHeat = ({ frames, rows, columns }: SoundSource, k: number): Float32Array =>
  frames.subarray(k * rows * columns, (k + 1) * rows * columns);

/**
 * Columns of the sound's grid that hold nothing but sound, for a spectrogram of so many 10 ms columns; at least one. A
 * column that the sound ends in holds the edge of the padding: it is hot whatever sounds, and would set the range of
 * colours.
 */
export const soundingSteps = (steps: number, spectrogramColumns: number): number =>
  Math.min(steps, Math.max(1, Math.floor(spectrogramColumns / 16)));

/** The first `steps` columns of a [rows, columns] grid. */
export function cropped(grid: Float32Array, columns: number, steps: number): Float32Array {
  const rows = grid.length / columns;
  const out = new Float32Array(rows * steps);
  for (let row = 0; row < rows; row++) out.set(grid.subarray(row * columns, row * columns + steps), row * steps);
  return out;
}

/** The first `columns` columns of a picture. */
export function croppedPicture({ width, height, pixels }: Picture, columns: number): Picture {
  const kept = Math.min(width, columns);
  const out = new Uint8ClampedArray(kept * height * 4);
  for (let y = 0; y < height; y++) out.set(pixels.subarray(y * width * 4, (y * width + kept) * 4), y * kept * 4);
  return { width: kept, height, pixels: out };
}

/** From the 2nd to the 98th percentile, so that one patch does not decide; never narrower than rounding. */
export function heatRange(values: Float32Array): HeatRange {
  const sorted = values.toSorted();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.round(share * (sorted.length - 1)))] ?? 0;
  const [low, high] = [at(0.02), at(0.98)];
  return { low, high: Math.max(high, low + 1e-4) };
}

/**
 * One pixel a patch, colder patches clearer. @param values [rows, columns]
 * @param lowFirst row 0 is the lowest band, drawn at the bottom
 */
export function heatPicture(
  values: Float32Array,
  columns: number,
  { low, high }: HeatRange,
  lowFirst: boolean,
): Picture {
  const rows = values.length / columns;
  const pixels = new Uint8ClampedArray(values.length * 4);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const level = Math.min(1, Math.max(0, (values[row * columns + column]! - low) / (high - low)));
      const [r, g, b] = heatColour(level);
      pixels.set(
        [r!, g!, b!, Math.round(level ** 1.5 * 235)],
        ((lowFirst ? rows - 1 - row : row) * columns + column) * 4,
      );
    }
  }
  return { width: columns, height: rows, pixels };
}

/** The frame shown at a time: ten frames stand for equal parts of the clip. */
export const frameAt = (timeS: number, lengthS: number, count: number): number =>
  Math.min(count - 1, Math.max(0, Math.floor((timeS / Math.max(lengthS, 1e-3)) * count)));
