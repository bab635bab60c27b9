import { expect, test } from 'vitest';
import { fbank } from '../../../../src/engine/preprocess/fbank.ts';
import { heightOfHz, hzOfHeight, hzSpan, hzText } from '../../../../src/shared/figures/melAxis.ts';

test.each([250, 1000, 4000, 7000])('a tone of %i Hz is loudest in the row that the axis names', (hz) => {
  const features = fbank(
    Float32Array.from({ length: 16_000 }, (_, i) => Math.sin((2 * Math.PI * hz * i) / 16_000)),
    16_000,
  )!;
  const row = features.subarray(50 * 128, 51 * 128);
  const loudest = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  expect(Math.abs(heightOfHz(hz) * 128 - (loudest + 0.5))).toBeLessThan(1.2);
});

test('there and back, and in words', () => {
  for (const hz of [100, 440, 3000]) expect(hzOfHeight(heightOfHz(hz))).toBeCloseTo(hz, 3);
  expect([heightOfHz(1), heightOfHz(9000)]).toEqual([0, 1]);
  expect([hzText(250), hzText(1000), hzText(1540)]).toEqual(['250', '1k', '1.5k']);
  expect([hzSpan(20, 248.6), hzSpan(740, 1230), hzSpan(1849, 2700)]).toEqual([
    '20 to 249 Hz',
    '740 Hz to 1.2 kHz',
    '1.8 to 2.7 kHz',
  ]);
});
