// Painted pictures as files.
import sharp, { type Sharp } from 'sharp';
import type { Picture } from '../../shared/figures/pictures.ts';

const raw = ({ pixels, width, height }: Picture): Sharp =>
  sharp(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength), {
    raw: { width, height, channels: 4 },
  }).removeAlpha();

export const picturePng = (picture: Picture): Promise<Buffer> => raw(picture).png().toBuffer();

/** For pages that hold many: a tenth of the PNG's size. */
export const pictureWebp = (picture: Picture, quality = 82): Promise<Buffer> =>
  raw(picture).webp({ quality }).toBuffer();

export const dataUrl = (type: 'png' | 'webp', bytes: Buffer): string =>
  `data:image/${type};base64,${bytes.toString('base64')}`;
