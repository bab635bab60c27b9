// Pixels → the model's visual input: shorter side to 224, centre crop, /255, ImageNet mean and spread (paper §4.1, MODEL.md §4).
import { EngineError } from '../../shared/engineError.ts';
import { roundHalfEven } from './roundHalfEven.ts';
import { resizeImage, type ResizeFilter } from './resizeImage.ts';

export const frameSize = 224;
const mean = [0.485, 0.456, 0.406] as const;
const std = [0.229, 0.224, 0.225] as const;

/**
 * Resize of the shorter side to `size` (the longer side truncated) and centre crop, as torchvision does with a PIL image.
 * @param pixels RGB, 8 bit, [height, width, 3]
 * @param filter bicubic in the model's transform; the reference cut its frames from the video with bilinear
 * @returns RGB, 8 bit, [size, size, 3]
 * @throws EngineError BAD_INPUT when the number of bytes does not fit the size
 */
export function fitFrame(
  pixels: Uint8Array,
  width: number,
  height: number,
  filter: ResizeFilter = 'bicubic',
  size = frameSize,
): Uint8Array {
  if (width < 1 || height < 1 || pixels.length !== width * height * 3) {
    throw new EngineError(
      'BAD_INPUT',
      `a picture of ${width} x ${height} has ${width * height * 3} bytes of RGB, not ${pixels.length}`,
      { field: 'pixels' },
    );
  }
  const portrait = width <= height;
  const toWidth = portrait ? size : Math.trunc((size * width) / height);
  const toHeight = portrait ? Math.trunc((size * height) / width) : size;
  const window = {
    left: roundHalfEven((toWidth - size) / 2),
    top: roundHalfEven((toHeight - size) / 2),
    width: size,
    height: size,
  };
  return resizeImage(pixels, width, height, toWidth, toHeight, filter, window);
}

const tables = [0, 1, 2].map((c) =>
  Float32Array.from({ length: 256 }, (_, value) =>
    Math.fround(Math.fround(Math.fround(value / 255) - Math.fround(mean[c] as number)) / Math.fround(std[c] as number)),
  ),
);

/**
 * @param frames RGB, 8 bit, [N, size, size, 3]
 * @returns normalised [N, 3, size, size]
 */
export function normaliseFrames(frames: Uint8Array, size = frameSize): Float32Array {
  const area = size * size;
  if (frames.length === 0 || frames.length % (3 * area)) {
    throw new EngineError('BAD_INPUT', `${frames.length} bytes are no whole number of ${size} x ${size} RGB frames`, {
      field: 'frames',
    });
  }
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  const out = new Float32Array(frames.length);
  for (let n = 0; n < frames.length; n += 3 * area) {
    for (let i = 0, at = n; i < area; i++, at += 3) {
      out[n + i] = red[frames[at] as number] as number;
      out[n + area + i] = green[frames[at + 1] as number] as number;
      out[n + 2 * area + i] = blue[frames[at + 2] as number] as number;
    }
  }
  return out;
}

/** Normalised [3, size, size] (or any number of them) → RGB in 0…1, for display. Not clipped. */
export function denormaliseFrames(frames: Float32Array, size = frameSize): Float32Array {
  const area = size * size;
  return frames.map((value, i) => {
    const c = Math.floor(i / area) % 3;
    return value * (std[c] as number) + (mean[c] as number);
  });
}

/**
 * What the reference makes of a picture it cannot use (unreadable, greyscale, with transparency) or a missing frame: [3, 224, 224] of
 * .01, NOT normalised. Kept for comparison; the product converts such pictures to RGB, and reports missing ones.
 */
export const referenceUnreadableFrame = (): Float32Array => new Float32Array(3 * frameSize * frameSize).fill(0.01);
