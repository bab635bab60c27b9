// Pixels → the frame a model looks at: shorter side to 224, then the centre (paper section 4.1).
// `shared/signal/frameInput.ts` normalises it.
import { EngineError } from '../../shared/engineError.ts';
import { paperSizes } from '../../shared/signal/patchGrid.ts';
import { roundHalfEven } from './roundHalfEven.ts';
import { resizeImage, type ResizeFilter } from './resizeImage.ts';

export const frameSize = paperSizes.imgSize;

/**
 * Resize of the shorter side to `size` (the longer side truncated) and centre crop, as torchvision does with a PIL
 * image.
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

/**
 * What the reference makes of a picture it cannot use (unreadable, greyscale, with transparency) or a missing frame:
 * [3, 224, 224] of .01, NOT normalised. Kept for comparison; the product converts such pictures to RGB, and reports
 * missing ones.
 */
export const referenceUnreadableFrame = (): Float32Array => new Float32Array(3 * frameSize * frameSize).fill(0.01);
