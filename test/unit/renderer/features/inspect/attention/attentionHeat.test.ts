import { expect, test } from 'vitest';
import {
  attended,
  attentionHeat,
} from '../../../../../../src/renderer/src/features/inspect/attention/attentionHeat.ts';
import { errorHeat, errorRange } from '../../../../../../src/renderer/src/features/inspect/workbench/errorHeat.ts';

test('one token’s row, or the mean of all rows', () => {
  const weights = Float32Array.of(0.5, 0.5, 0.25, 0.75);
  expect([...attended(weights, 1)]).toEqual([0.25, 0.75]);
  expect([...attended(weights, null)]).toEqual([0.375, 0.625]);
});

test('sound and picture share one scale; low bands are drawn at the bottom', () => {
  // 16 sound tokens (8 x 2) and 4 of a picture; token 0 looks only at the lowest band of the second column.
  const length = 20;
  const weights = new Float32Array(length * length).fill(1 / length);
  weights.fill(0, 0, length);
  weights[1] = 1;
  const { sound, picture, toSound } = attentionHeat(weights, 16, 0);
  expect(toSound).toBe(1);
  expect([sound!.width, sound!.height, picture!.width]).toEqual([2, 8, 2]);
  const alpha = (pixels: Uint8ClampedArray): number[] => [...pixels].filter((_, i) => i % 4 === 3);
  expect(alpha(sound!.pixels).flatMap((a, i) => (a > 0 ? [i] : []))).toEqual([15]);
  expect(alpha(picture!.pixels).every((a) => a === 0)).toBe(true);
  expect(attentionHeat(new Float32Array(16).fill(0.25), 0, null).sound).toBeNull();
});

test('patches that no mask hid stay clear; the scale ignores them', () => {
  const values = Float32Array.of(NaN, 1, 2, 4);
  expect(errorRange(values)).toEqual({ low: 1, high: 4 });
  const { pixels } = errorHeat(values, 2, { low: 0, high: 4 }, false);
  expect([pixels[3], pixels[7]! < pixels[11]!, pixels[15]]).toEqual([0, true, 230]);
});
