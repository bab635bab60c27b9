import { describe, expect, it } from 'vitest';
import { denormaliseFrames, normaliseFrames } from '../../../../src/shared/signal/frameInput.ts';
import { fitFrame } from '../../../../src/engine/preprocess/frame.ts';
import { resizeImage } from '../../../../src/engine/preprocess/resizeImage.ts';

describe('fitFrame', () => {
  it.each([
    [640, 480],
    [30, 400],
    [224, 224],
    [225, 224],
    [1, 1],
  ])('%i x %i becomes 224 x 224', (width, height) => {
    const frame = fitFrame(new Uint8Array(width * height * 3).fill(77), width, height);
    expect(frame.length).toBe(224 * 224 * 3);
    expect(new Set(frame)).toEqual(new Set([77]));
  });

  it('refuses a picture whose bytes do not fit its size', () => {
    expect(() => fitFrame(new Uint8Array(10), 2, 2)).toThrow('2 x 2 has 12 bytes');
  });
});

describe('resizeImage', () => {
  it('averages when it shrinks and keeps order when it grows', () => {
    const pixels = Uint8Array.from([0, 0, 0, 255, 255, 255]);
    expect(resizeImage(pixels, 2, 1, 1, 1, 'bilinear')[0]).toBe(128);
    const grown = resizeImage(pixels, 2, 1, 4, 1, 'bilinear').filter((_, i) => i % 3 === 0);
    expect([...grown]).toEqual([...grown].sort((a, b) => a - b));
  });
});

describe('normaliseFrames', () => {
  it('goes from interleaved bytes to normalised planes, and back', () => {
    const frame = Uint8Array.from({ length: 2 * 4 * 3 }, (_, i) => i * 10);
    const planes = normaliseFrames(frame, 2);
    expect(planes[0]).toBeCloseTo((0 - 0.485) / 0.229, 5);
    expect(planes[4]).toBeCloseTo((10 / 255 - 0.456) / 0.224, 5);
    expect(planes[12]).toBeCloseTo((120 / 255 - 0.485) / 0.229, 5);
    expect(denormaliseFrames(planes, 2)[4]).toBeCloseTo(10 / 255, 5);
    expect(() => normaliseFrames(new Uint8Array(7), 2)).toThrow('no whole number');
  });
});
