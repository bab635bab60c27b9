// A reconstruction as files: originals, what was left visible, predictions, pasted pictures and errors, as .png and .npy.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { encodeNpy } from '../../shared/wire/npy.ts';
import { heatColours } from '../media/heatColours.ts';

/** Audio pictures [T, 128] in normalised log-mel units; visual pictures [3, H, W], RGB 0…1. mask (1 = removed) and error per patch. */
export interface ReconstructedArrays { original: Float32Array; prediction: Float32Array; mask: Float32Array; error: Float32Array }

const patch = 16;
const bands = 128;
const grey = 64;

interface Layout {
  shape: number[];
  /** The patch that value `index` lies in. */
  patchOf(index: number): number;
  grid: [rows: number, columns: number];
}

function audioLayout(length: number): Layout {
  const frames = length / bands;
  const columns = frames / patch;
  return { shape: [frames, bands], grid: [bands / patch, columns], patchOf: (index) => Math.floor((index % bands) / patch) * columns + Math.floor(Math.floor(index / bands) / patch) };
}

function visualLayout(length: number): Layout {
  const size = Math.sqrt(length / 3);
  const columns = size / patch;
  return { shape: [3, size, size], grid: [columns, columns], patchOf: (index) => Math.floor((Math.floor(index / size) % size) / patch) * columns + Math.floor((index % size) / patch) };
}

const clamped = (level: number): number => Math.max(0, Math.min(255, Math.round(level)));

/** Low frequencies at the bottom, both pictures on the original's scale; removed patches grey where a mask is given. */
function audioPixels(values: Float32Array, { shape: [frames = 0], patchOf }: Layout, range: [number, number], mask: Float32Array | null): Uint8Array {
  const pixels = new Uint8Array(values.length * 3);
  for (let index = 0; index < values.length; index++) {
    const at = ((bands - 1 - (index % bands)) * frames + Math.floor(index / bands)) * 3;
    const level = clamped((((values[index] ?? 0) - range[0]) / (range[1] - range[0])) * 255) * 3;
    pixels.set(mask?.[patchOf(index)] === 1 ? [grey, grey, grey] : heatColours.subarray(level, level + 3), at);
  }
  return pixels;
}

function visualPixels(values: Float32Array, { patchOf }: Layout, mask: Float32Array | null): Uint8Array {
  const area = values.length / 3;
  return Uint8Array.from({ length: values.length }, (_, at) => {
    const index = (at % 3) * area + Math.floor(at / 3);
    return mask?.[patchOf(index)] === 1 ? grey : clamped((values[index] ?? 0) * 255);
  });
}

/** Errors as heat, one block per patch, on their own scale; frequencies run upwards for sound. */
function errorPixels(error: Float32Array, [rows, columns]: [number, number], upwards: boolean): Uint8Array {
  const most = error.reduce((a, b) => Math.max(a, b), 1e-9);
  const pixels = new Uint8Array(rows * columns * patch * patch * 3);
  const width = columns * patch;
  for (let y = 0; y < rows * patch; y++) {
    const row = upwards ? rows - 1 - Math.floor(y / patch) : Math.floor(y / patch);
    for (let x = 0; x < width; x++) {
      const level = clamped(((error[row * columns + Math.floor(x / patch)] ?? 0) / most) * 255) * 3;
      pixels.set(heatColours.subarray(level, level + 3), (y * width + x) * 3);
    }
  }
  return pixels;
}

function rangeOf(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high > low ? [low, high] : [low, low + 1];
}

/**
 * Writes `<name>-original`, `-masked`, `-reconstruction` (every patch as predicted), `-pasted` (predictions where patches were hidden) and
 * `-error` into `folder`. In `-masked.npy` hidden values are NaN; `-error.npy` and `-mask.npy` are grids of patches.
 */
export async function writeReconstruction(folder: string, name: 'audio' | 'frame', { original, prediction, mask, error }: ReconstructedArrays): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const layout = name === 'audio' ? audioLayout(original.length) : visualLayout(original.length);
  const hidden = (index: number): boolean => mask[layout.patchOf(index)] === 1;
  const [height, width] = layout.grid.map((count) => count * patch) as [number, number];
  const range = rangeOf(original);
  const paint = (values: Float32Array, hide = false): Uint8Array => (name === 'audio' ? audioPixels(values, layout, range, hide ? mask : null) : visualPixels(values, layout, hide ? mask : null));
  const pasted = original.map((value, index) => (hidden(index) ? (prediction[index] ?? 0) : value));
  const parts: [string, Uint8Array | null, Float32Array, number[]][] = [
    ['original', paint(original), original, layout.shape],
    ['masked', paint(original, true), original.map((value, index) => (hidden(index) ? NaN : value)), layout.shape],
    ['reconstruction', paint(prediction), prediction, layout.shape],
    ['pasted', paint(pasted), pasted, layout.shape],
    ['error', errorPixels(error, layout.grid, name === 'audio'), error, layout.grid],
    ['mask', null, mask, layout.grid],
  ];
  const files: string[] = [];
  for (const [part, pixels, values, shape] of parts) {
    const stem = path.join(folder, `${name}-${part}`);
    if (pixels) {
      await sharp(pixels, { raw: { width, height, channels: 3 } }).png().toFile(`${stem}.png`);
      files.push(`${stem}.png`);
    }
    await writeFile(`${stem}.npy`, encodeNpy(values, shape));
    files.push(`${stem}.npy`);
  }
  return files;
}
