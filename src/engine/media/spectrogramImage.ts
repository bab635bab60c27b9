// A picture of a clip's fbank: one column per 10 ms, one row per mel band, low frequencies at the bottom.
import sharp from 'sharp';
import type { Picture } from './mediaDecoder.ts';
import { analysis } from '../../shared/signal/analysis.ts';
import { magmaTable } from '../../shared/signal/palettes.ts';

const { bands } = analysis;
/** Range shown, in natural-log energy: Kaldi's floor of silence is -15.94, full scale is near 9. */
const floor = -15.95;
const ceiling = 5;

/** @param fbank F32 [T, 128], unnormalised log-mel */
export function spectrogramPicture(fbank: Float32Array): Picture {
  const width = fbank.length / bands;
  const data = new Uint8Array(width * bands * 3);
  // Levels follow the clip's own loudest band, so that quiet recordings can be read; silence stays dark.
  let top = floor + 4;
  for (const value of fbank) if (value > top) top = value;
  top = Math.min(top, ceiling);
  const low = Math.max(floor, top - 16);
  for (let t = 0; t < width; t++) {
    for (let band = 0; band < bands; band++) {
      const level = Math.max(0, Math.min(255, Math.round(((fbank[t * bands + band]! - low) / (top - low)) * 255)));
      data.set(magmaTable.subarray(level * 4, level * 4 + 3), ((bands - 1 - band) * width + t) * 3);
    }
  }
  return { width, height: bands, data };
}

export async function spectrogramPng(fbank: Float32Array): Promise<Uint8Array> {
  const { width, height, data } = spectrogramPicture(fbank);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
