import { expect, test } from 'vitest';
import {
  cropped,
  frameAt,
  frameHeat,
  heatPicture,
  heatRange,
  soundingSteps,
  soundSource,
} from '../../../../../../src/renderer/src/features/inspect/localise/soundSource.ts';

test('the range leaves out the extremes and is never empty', () => {
  const values = Float32Array.from({ length: 101 }, (_, i) => i / 100);
  values[100] = 50;
  expect(heatRange(values).low).toBeCloseTo(0.02);
  expect(heatRange(values).high).toBeCloseTo(0.98);
  const flat = heatRange(new Float32Array(10).fill(0.3));
  expect(flat.high).toBeGreaterThan(flat.low);
});

test('hot patches are drawn opaque at their place, cold ones clear; low bands lie at the bottom', () => {
  const hot = (lowFirst: boolean): number[] => {
    const { pixels, width, height } = heatPicture(Float32Array.of(0, 1, 0, 0, 0, 0), 3, { low: 0, high: 1 }, lowFirst);
    expect([width, height]).toEqual([3, 2]);
    return [...pixels].flatMap((value, i) => (i % 4 === 3 && value > 0 ? [(i - 3) / 4] : []));
  };
  expect(hot(false)).toEqual([1]);
  expect(hot(true)).toEqual([4]);
});

test('frames and the sounding part are cut out of the tensors', () => {
  const source = soundSource({
    frames: { shape: [2, 2, 2], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) },
    audio: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  });
  expect([...frameHeat(source, 1)]).toEqual([4, 5, 6, 7]);
  expect([...cropped(source.sound, 3, 2)]).toEqual([1, 2, 4, 5]);
  expect(() => soundSource({})).toThrow('no similarities');
  expect([soundingSteps(64, 998), soundingSteps(64, 300), soundingSteps(64, 1024), soundingSteps(64, 2)]).toEqual([
    62, 18, 64, 1,
  ]);
});

test('ten frames stand for equal parts of the clip', () => {
  expect([frameAt(0, 10, 10), frameAt(4.9, 10, 10), frameAt(9.99, 10, 10), frameAt(12, 10, 10)]).toEqual([0, 4, 9, 9]);
});
