// RGB pictures as JPEG: thumbnails and the model's frames.
import sharp from 'sharp';
import type { Picture } from './mediaDecoder.ts';

const thumbnailPx = 256;

/** At most 256 px on its longer side. */
export const thumbnailJpeg = ({ data, width, height }: Picture): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .resize(thumbnailPx, thumbnailPx, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toBuffer();

/** As it is, at high quality. */
export const pictureJpeg = ({ data, width, height }: Picture): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer();
