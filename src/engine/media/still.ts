// Still pictures by sharp (libvips): upright by EXIF, sRGB, transparency laid on white.
import pLimit from 'p-limit';
import sharp from 'sharp';
import { EngineError } from '../../shared/engineError.ts';
import type { MediaFacts, Picture } from './mediaDecoder.ts';

/** Longest side that is believed, as in JPEG: a header that claims more is damage or an attack. */
const maxSide = 65_535;
/** Largest picture that is decoded, in pixels: 360 megabytes once decoded. The largest cameras have 102 million. */
const mostPixels = 120_000_000;
/** Larger ones are decoded one at a time, so that many together take no more memory than one. */
const largePixels = 16_000_000;
const oneLarge = pLimit(1);

function assertPlausible(path: string, width: number, height: number): void {
  if (Math.max(width, height) > maxSide || width * height > mostPixels)
    throw new EngineError(
      'DECODE_FAILED',
      `the picture claims to be ${width} × ${height} pixels, more than the ${mostPixels / 1e6} million that are decoded`,
      { path, hint: 'Save a smaller copy of it and import that.' },
    );
}

/** Null where sharp cannot read the file: another decoder may. */
export async function probeStill(path: string): Promise<MediaFacts | null> {
  const image = await sharp(path, { failOn: 'error' })
    .metadata()
    .catch(() => null);
  if (!image?.width || !image.height) return null;
  assertPlausible(path, image.width, image.height);
  const turned = (image.orientation ?? 1) >= 5;
  return {
    kind: 'image',
    durationS: 0,
    stretches: [],
    container: image.format ?? null,
    width: turned ? image.height : image.width,
    height: turned ? image.width : image.height,
    frameRateHz: null,
    videoCodec: image.format ?? null,
    audioCodec: null,
    sampleRateHz: null,
    channels: null,
    audioTracks: 0,
    audioTrack: null,
    rotation: 0,
    salvaged: false,
  };
}

const decodeWith = (path: string, failOn: 'none' | 'truncated') =>
  sharp(path, { failOn, limitInputPixels: mostPixels })
    .autoOrient()
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });

/**
 * A damaged picture is kept as far as it goes, and said to be salvaged. Throws DECODE_FAILED when nothing can be read.
 */
export async function decodeStill(path: string): Promise<{ picture: Picture; salvaged: boolean }> {
  const claimed = await sharp(path, { failOn: 'none' })
    .metadata()
    .catch(() => null);
  if (claimed) assertPlausible(path, claimed.width, claimed.height);
  return claimed && claimed.width * claimed.height > largePixels
    ? oneLarge(() => decodeWhole(path))
    : decodeWhole(path);
}

async function decodeWhole(path: string): Promise<{ picture: Picture; salvaged: boolean }> {
  let salvaged = false;
  const decoded = await decodeWith(path, 'truncated')
    .catch(() => {
      salvaged = true;
      return decodeWith(path, 'none');
    })
    .catch((thrown: unknown) => {
      throw new EngineError(
        'DECODE_FAILED',
        `the picture cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        { path },
        thrown,
      );
    });
  const { width, height, channels } = decoded.info;
  const data = channels === 3 ? decoded.data : new Uint8Array(width * height * 3);
  if (channels !== 3)
    for (let at = 0; at < width * height; at++) data.fill(decoded.data[at * channels]!, at * 3, at * 3 + 3);
  return { picture: { width, height, data }, salvaged };
}
