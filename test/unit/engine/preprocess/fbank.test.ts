import { describe, expect, it } from 'vitest';
import { fbank, frameCount, waveformMean } from '../../../../src/engine/preprocess/fbank.ts';
import { fbankInput } from '../../../../src/shared/signal/fbankInput.ts';

const tone = (samples: number, hz: number): Float32Array =>
  Float32Array.from({ length: samples }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / 16_000));

describe('fbank', () => {
  it('gives 998 frames for ten seconds, none for less than a window, and never more than 1024', () => {
    expect(frameCount(160_000)).toBe(998);
    expect(frameCount(399)).toBe(0);
    expect(fbank(tone(320_000, 440)).length).toBe(1024 * 128);
    expect(fbank(tone(400, 440)).length).toBe(128);
  });

  it('puts the energy of a tone into the band of its pitch', () => {
    const features = fbank(tone(16_000, 1000));
    const row = features.subarray(50 * 128, 51 * 128);
    const loudest = row.indexOf(Math.max(...row));
    const mel = (hz: number): number => 1127 * Math.log(1 + hz / 700);
    const centre = mel(20) + ((loudest + 1) * (mel(8000) - mel(20))) / 129;
    expect(Math.abs(centre - mel(1000))).toBeLessThan((mel(8000) - mel(20)) / 129);
  });

  it('does not see a constant offset', () => {
    const plain = tone(8000, 700);
    const shifted = plain.map((value) => value + 0.25);
    const [a, b] = [fbank(plain), fbank(shifted)];
    a.forEach((value, i) => expect(Math.abs(value - (b[i] as number))).toBeLessThan(0.01));
  });

  it('refuses sound that holds NaN', () => {
    const broken = tone(8000, 440);
    broken[100] = NaN;
    expect(() => fbank(broken)).toThrow('not finite');
  });

  it('takes the mean over all channels', () => {
    expect(waveformMean([Float32Array.of(1, 1), Float32Array.of(0, 0)])).toBe(0.5);
  });
});

describe('fbankInput', () => {
  it('pads after the log: padding ends above silence', () => {
    const input = fbankInput(new Float32Array(128).fill(-15.9424), 2);
    expect(input[0]).toBeCloseTo(-2.4218, 3);
    expect(input[128]).toBeCloseTo(1.13292, 4);
  });
});
