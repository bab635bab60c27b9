import { expect, test } from 'vitest';
import {
  errorScale,
  imagePlane,
  maskedPicture,
  melPlane,
  pastedPicture,
  soundFrames,
  stripedPadding,
  truePicture,
} from '../../../../src/shared/figures/pictures.ts';
import { paddingValue } from '../../../../src/shared/signal/normalisation.ts';

const pixel = (pixels: Uint8ClampedArray, i: number): number[] => [...pixels.subarray(i * 4, i * 4 + 3)];

test('the lowest band of the first frame is drawn at the bottom left', () => {
  const fbank = new Float32Array(1024 * 128).fill(-2.5);
  fbank[0] = 2.5;
  const { pixels } = truePicture(melPlane(fbank));
  expect(pixel(pixels, 127 * 1024)).toEqual([252, 253, 191]);
  expect(pixel(pixels, 0)).toEqual([0, 0, 4]);
});

test('pictures keep their channels', () => {
  const image = new Float32Array(3 * 224 * 224);
  image[2 * 224 * 224] = 1;
  expect(pixel(truePicture(imagePlane(image)).pixels, 0)).toEqual([0, 0, 255]);
});

test('pasting takes removed patches from the prediction and the rest from the original', () => {
  const [original, predicted] = [
    imagePlane(new Float32Array(3 * 224 * 224)),
    imagePlane(new Float32Array(3 * 224 * 224).fill(1)),
  ];
  const mask = new Uint8Array(196);
  mask[1] = 1;
  const { pixels } = pastedPicture(original, predicted, mask, 'V');
  expect(pixel(pixels, 15)).toEqual([0, 0, 0]);
  expect(pixel(pixels, 16)).toEqual([255, 255, 255]);
  expect(pixel(pixels, 32)).toEqual([0, 0, 0]);
  expect(pixel(maskedPicture(original, mask, 'V').pixels, 16)[0]).toBeGreaterThan(40);
});

test('padding is told from silence', () => {
  const fbank = new Float32Array(1024 * 128).fill(-2.42);
  expect(soundFrames(fbank)).toBe(1024);
  fbank.fill(paddingValue, 300 * 128);
  expect(soundFrames(fbank)).toBe(300);
});

test('the error scale looks at removed patches only', () => {
  const error = Float32Array.from({ length: 100 }, (_, i) => (i === 0 ? 1000 : i / 100));
  const mask = Uint8Array.from({ length: 100 }, (_, i) => (i === 0 ? 0 : 1));
  expect(errorScale(error, mask)).toBeCloseTo(0.95, 1);
});

test('padding is striped, sound is not touched', () => {
  const picture = truePicture(melPlane(new Float32Array(1024 * 128)));
  const striped = stripedPadding(picture, 1000);
  expect(pixel(striped.pixels, 999)).toEqual(pixel(picture.pixels, 999));
  expect(pixel(striped.pixels, 1000)).not.toEqual(pixel(picture.pixels, 1000));
  expect(stripedPadding(picture, 1024)).toBe(picture);
});
