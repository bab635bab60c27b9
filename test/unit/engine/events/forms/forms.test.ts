import { expect, it } from 'vitest';
import { pictureDistance, pictureForm } from '../../../../../src/engine/events/forms/pictureForm.ts';
import { formWidth, soundDistance, soundForm } from '../../../../../src/engine/events/forms/soundForm.ts';
import { pictureSize, usualValue } from '../../../../../src/engine/events/pictureInput.ts';
import { spectralBands } from '../../../../../src/engine/events/spectralInput.ts';

/** A tone that moves from one band to another over `frames`, at a level. */
function sweep(from: number, to: number, frames: number, level = 1): Float32Array {
  const spectrum = new Float32Array(frames * spectralBands);
  for (let t = 0; t < frames; t++) {
    const band = Math.round(from + ((to - from) * t) / frames);
    for (let b = band - 3; b <= band + 3; b++) spectrum[t * spectralBands + b] = level;
  }
  return spectrum;
}
const heard = (spectrum: Float32Array) =>
  soundForm(spectrum, { onsetS: 0, offsetS: spectrum.length / spectralBands / 100 });

it('finds a sound alike at another speed and level, and unlike one that goes the other way', () => {
  const slow = heard(sweep(10, 40, 60));
  expect(soundDistance(slow, slow)).toBe(0);
  expect(soundDistance(slow, heard(sweep(10, 40, 40, 0.8)))).toBeLessThan(
    0.6 * soundDistance(slow, heard(sweep(40, 10, 60))),
  );
  expect(soundDistance(slow, heard(sweep(40, 10, 50)))).toBeCloseTo(soundDistance(heard(sweep(40, 10, 50)), slow));
});

it('bounds the form of an instant and of a long event', () => {
  const spectrum = sweep(10, 40, 2000);
  expect(soundForm(spectrum, { onsetS: 3, offsetS: 3 }).length).toBe(8 * formWidth);
  expect(soundForm(spectrum, { onsetS: 0, offsetS: 20 }).length).toBe(40 * formWidth);
  expect(soundForm(spectrum, { onsetS: 25, offsetS: 26 }).every(Number.isFinite)).toBe(true);
});

/** Ten pictures in which a cross or a ring appears at a place, in a size. */
function shape(kind: 'cross' | 'ring', x: number, y: number, radius: number): Uint8Array {
  const pictures = new Uint8Array(10 * pictureSize ** 2).fill(usualValue);
  for (let f = 2; f < 8; f++)
    for (let v = -radius; v <= radius; v++)
      for (let u = -radius; u <= radius; u++) {
        const inside =
          kind === 'cross' ? Math.min(Math.abs(u), Math.abs(v)) <= 1 : Math.abs(Math.hypot(u, v) - radius + 1) <= 1;
        if (inside) pictures[f * pictureSize ** 2 + (y + v) * pictureSize + x + u] = usualValue + 90;
      }
  return pictures;
}
const seen = (pictures: Uint8Array) => pictureForm(pictures, { onsetS: 0.2, offsetS: 0.8 });

it('finds a picture alike at another place and size, and unlike another shape', () => {
  const cross = seen(shape('cross', 20, 20, 10));
  expect(pictureDistance(cross, seen(shape('cross', 40, 38, 14)))).toBeLessThan(
    0.6 * pictureDistance(cross, seen(shape('ring', 20, 20, 10))),
  );
  expect(pictureDistance(cross, cross)).toBe(0);
});

it('bears pictures in which nothing changes', () => {
  const still = seen(new Uint8Array(10 * pictureSize ** 2).fill(usualValue));
  expect(still.every((value) => value === 0)).toBe(true);
});
