// @vitest-environment node
// Sound made from a spectrogram has that spectrogram, as the engine analyses it.
import { expect, test } from 'vitest';
import { fbank } from '../../../../../../src/engine/preprocess/fbank.ts';
import { soundOfLogMel } from '../../../../../../src/renderer/src/features/inspect/sound/griffinLim.ts';

const rate = 16_000;
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('tones, a sweep and noise come back with nearly the spectrogram they had', () => {
  let random = 7;
  const noise = (): number => {
    random = (random * 48271) % 2147483647;
    return random / 1073741823.5 - 1;
  };
  const sound = Float32Array.from(
    { length: rate / 2 },
    (_, i) =>
      0.2 * Math.sin((2 * Math.PI * 440 * i) / rate) +
      0.1 * Math.sin(2 * Math.PI * (1000 * (i / rate) + 1500 * (i / rate) ** 2)) +
      0.02 * noise(),
  );
  const before = fbank(sound);
  const again = soundOfLogMel(before);
  expect(again.length).toBe((before.length / 128 - 1) * 160 + 400);
  expect(again.every((value) => Math.abs(value) <= 1)).toBe(true);
  const after = fbank(again);
  const [x, y] = [[...before], [...after]];
  expect(mean(x.map((value, i) => Math.abs(value - y[i]!)))).toBeLessThan(0.6);
  const [mx, my] = [mean(x), mean(y)];
  const correlation =
    mean(x.map((value, i) => (value - mx) * (y[i]! - my))) /
    Math.sqrt(mean(x.map((value) => (value - mx) ** 2)) * mean(y.map((value) => (value - my) ** 2)));
  expect(correlation).toBeGreaterThan(0.95);
});

test('is the same every time, and never louder than full scale', () => {
  const wild = new Float32Array(20 * 128).fill(40);
  const sound = soundOfLogMel(wild, 2);
  expect(sound).toEqual(soundOfLogMel(wild, 2));
  expect(sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeCloseTo(0.98, 5);
});
