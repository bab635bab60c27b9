import { describe, expect, it } from 'vitest';
import { RealFft } from '../../../../src/shared/signal/realFft.ts';

/** |X[k]|^2 by the definition. */
function naivePower(frame: Float64Array): Float64Array {
  return Float64Array.from({ length: frame.length / 2 }, (_, k) => {
    let [re, im] = [0, 0];
    frame.forEach((value, i) => {
      re += value * Math.cos((2 * Math.PI * k * i) / frame.length);
      im -= value * Math.sin((2 * Math.PI * k * i) / frame.length);
    });
    return re * re + im * im;
  });
}

describe('RealFft', () => {
  it.each([4, 8, 16, 64, 128, 256, 512, 1024, 2048])('size %i gives the power spectrum of the definition', (size) => {
    const frame = Float64Array.from({ length: size }, (_, i) => Math.sin(i * i * 0.37) + 0.1);
    const power = new Float64Array(size / 2);
    new RealFft(size).power(frame, power);
    const expected = naivePower(frame);
    const largest = Math.max(...expected);
    power.forEach((value, k) => expect(Math.abs(value - (expected[k] as number))).toBeLessThan(1e-11 * largest));
  });

  it.each([4, 8, 32, 512])('size %i: the inverse gives back a frame without a Nyquist component', (size) => {
    const frame = Float64Array.from({ length: size }, (_, i) => Math.sin(i * i * 0.37) + 0.1);
    const nyquist = frame.reduce((sum, value, i) => sum + (i % 2 ? -value : value), 0) / size;
    const without = frame.map((value, i) => value - (i % 2 ? -nyquist : nyquist));
    const fft = new RealFft(size);
    const [re, im, back] = [new Float64Array(size / 2), new Float64Array(size / 2), new Float64Array(size)];
    fft.spectrum(without, re, im);
    fft.inverse(re, im, back);
    back.forEach((value, i) => expect(value).toBeCloseTo(without[i]!, 12));
  });

  it('refuses sizes that are no power of two', () => {
    expect(() => new RealFft(400)).toThrow('power of two');
  });
});
