// A reconstruction as files: originals, what was left visible, predictions, pasted pictures and errors, as .png and
// .npy.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorPicture, errorScale, maskedPicture, pastedPicture, truePicture } from '../../shared/figures/pictures.ts';
import type { Picture } from '../../shared/figures/pictures.ts';
import { sideOf, type SideArrays } from '../../shared/figures/reconstructionSide.ts';
import { encodeNpy } from '../../shared/wire/npy.ts';
import { picturePng } from './picturePng.ts';

const patch = 16;
const bands = 128;

interface Layout {
  shape: number[];
  /** The patch that value `index` lies in. */
  patchOf(index: number): number;
  grid: [rows: number, columns: number];
}

function audioLayout(length: number): Layout {
  const frames = length / bands;
  const columns = frames / patch;
  return {
    shape: [frames, bands],
    grid: [bands / patch, columns],
    patchOf: (index) => Math.floor((index % bands) / patch) * columns + Math.floor(Math.floor(index / bands) / patch),
  };
}

function visualLayout(length: number): Layout {
  const size = Math.sqrt(length / 3);
  const columns = size / patch;
  return {
    shape: [3, size, size],
    grid: [columns, columns],
    patchOf: (index) =>
      Math.floor((Math.floor(index / size) % size) / patch) * columns + Math.floor((index % size) / patch),
  };
}

/**
 * Writes `<name>-original`, `-masked`, `-reconstruction` (every patch as predicted), `-pasted` (predictions where
 * patches were hidden) and
 * `-error` into `folder`. In `-masked.npy` hidden values are NaN; `-error.npy` and `-mask.npy` are grids of patches.
 */
export async function writeReconstruction(
  folder: string,
  name: 'audio' | 'frame',
  arrays: SideArrays,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const { original, prediction, error } = arrays;
  const modality = name === 'audio' ? 'A' : 'V';
  const layout = name === 'audio' ? audioLayout(original.length) : visualLayout(original.length);
  const side = sideOf(modality, arrays);
  const mask = Float32Array.from(side.mask);
  const hidden = (index: number): boolean => mask[layout.patchOf(index)] === 1;
  const parts: [string, Picture | null, Float32Array, number[]][] = [
    ['original', truePicture(side.original), original, layout.shape],
    [
      'masked',
      maskedPicture(side.original, side.mask, modality),
      original.map((value, index) => (hidden(index) ? NaN : value)),
      layout.shape,
    ],
    ['reconstruction', truePicture(side.predicted), prediction, layout.shape],
    [
      'pasted',
      pastedPicture(side.original, side.predicted, side.mask, modality),
      original.map((value, index) => (hidden(index) ? (prediction[index] ?? 0) : value)),
      layout.shape,
    ],
    [
      'error',
      errorPicture(side.original, error, side.mask, modality, errorScale(error, side.mask)),
      error,
      layout.grid,
    ],
    ['mask', null, mask, layout.grid],
  ];
  const files: string[] = [];
  for (const [part, picture, values, shape] of parts) {
    const stem = path.join(folder, `${name}-${part}`);
    if (picture) {
      await writeFile(`${stem}.png`, await picturePng(picture));
      files.push(`${stem}.png`);
    }
    await writeFile(`${stem}.npy`, encodeNpy(values, shape));
    files.push(`${stem}.npy`);
  }
  return files;
}
