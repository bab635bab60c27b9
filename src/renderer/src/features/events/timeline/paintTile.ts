// A spectrogram tile as pixels: rows by the frequency axis, colours by level, gain and range.
import { magmaTable } from '../../../../../shared/signal/palettes.ts';
import { decibelsOf } from '../../../../../shared/wire/recordingTiles.ts';
import { hzOfShare, type FrequencyAxis } from './frequencyScale.ts';

export const colourMaps = ['magma', 'grey', 'inverted grey'] as const;
export type ColourMap = (typeof colourMaps)[number];

export interface Tile {
  columns: number;
  bins: number;
  /** [columns, bins] levels as bytes. */
  power: Uint8Array;
  /** [columns, 2] least and greatest sample. */
  peaks: Float32Array;
}

export interface PaintSettings extends FrequencyAxis {
  /** Added to every level, in dB. */
  gainDb: number;
  /** From the darkest to the brightest colour, in dB. */
  rangeDb: number;
  colours: ColourMap;
}

/** RGBA of each of the 256 level bytes, [256 * 4]. The brightest colour is -20 dB of full scale less the gain. */
export function levelColours({ gainDb, rangeDb, colours }: PaintSettings): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256 * 4);
  const topDb = -20;
  for (let byte = 0; byte < 256; byte++) {
    const share = Math.min(1, Math.max(0, (decibelsOf(byte) + gainDb - topDb + rangeDb) / rangeDb));
    const grey = Math.round(255 * (colours === 'grey' ? share : 1 - share));
    const at = Math.round(share * 255) * 4;
    table.set(colours === 'magma' ? magmaTable.subarray(at, at + 3) : [grey, grey, grey], byte * 4);
    table[byte * 4 + 3] = 255;
  }
  return table;
}

/** First and last bin of each row from the top: rows that span several bins show the loudest of them. */
export function rowBins(axis: FrequencyAxis, rows: number, bins: number, nyquistHz: number): Int32Array {
  const out = new Int32Array(rows * 2);
  const binAt = (share: number): number => (hzOfShare(axis, share) / nyquistHz) * bins;
  for (let row = 0; row < rows; row++) {
    const first = Math.min(bins - 1, Math.max(0, Math.floor(binAt(1 - (row + 1) / rows))));
    const last = Math.min(bins - 1, Math.max(first, Math.ceil(binAt(1 - row / rows)) - 1));
    out.set([first, last], row * 2);
  }
  return out;
}

/** RGBA [rows, columns]; the highest frequency is in the first row. */
export function paintTile(
  { columns, bins, power }: Tile,
  settings: PaintSettings,
  rows: number,
  nyquistHz: number,
): Uint8ClampedArray<ArrayBuffer> {
  const table = levelColours(settings);
  const spans = rowBins(settings, rows, bins, nyquistHz);
  const pixels = new Uint8ClampedArray(rows * columns * 4);
  for (let row = 0; row < rows; row++) {
    const [first, last] = [spans[row * 2]!, spans[row * 2 + 1]!];
    for (let column = 0; column < columns; column++) {
      let level = 0;
      for (let bin = first; bin <= last; bin++) {
        const one = power[column * bins + bin]!;
        if (one > level) level = one;
      }
      const at = (row * columns + column) * 4;
      for (let channel = 0; channel < 4; channel++) pixels[at + channel] = table[level * 4 + channel]!;
    }
  }
  return pixels;
}

/** Level in dB of a tile at a column and frequency; null outside of it. */
export function levelAt({ columns, bins, power }: Tile, column: number, hz: number, nyquistHz: number): number | null {
  if (column < 0 || column >= columns || hz < 0 || hz > nyquistHz) return null;
  const bin = Math.min(bins - 1, Math.floor((hz / nyquistHz) * bins));
  return decibelsOf(power[column * bins + bin]!);
}
