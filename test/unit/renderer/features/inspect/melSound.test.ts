import { expect, test } from 'vitest';
import { fbankInput } from '../../../../../src/shared/signal/fbankInput.ts';
import { filled, marked } from '../../../../../src/renderer/src/features/inspect/workbench/maskPainting.ts';
import { gridOf, paperSizes } from '../../../../../src/shared/signal/patchGrid.ts';
import { melPlane, pastedPlane } from '../../../../../src/shared/figures/pictures.ts';
import { logMelOf } from '../../../../../src/renderer/src/features/inspect/sound/useMelSound.ts';

test('a plane gives back the log-mel it was made of, without its padding', () => {
  const fbank = Float32Array.from({ length: 50 * 128 }, (_, i) => Math.sin(i) * 8 - 5);
  const back = logMelOf(melPlane(fbankInput(fbank, 1024)), 50);
  expect(back.length).toBe(fbank.length);
  expect(back.reduce((most, value, i) => Math.max(most, Math.abs(value - fbank[i]!)), 0)).toBeLessThan(1e-4);
});

test('hidden patches are heard as predicted, the others as they were', () => {
  const plane = pastedPlane(
    melPlane(new Float32Array(1024 * 128)),
    melPlane(new Float32Array(1024 * 128).fill(1)),
    marked(filled(gridOf('A', paperSizes), false), [0], true),
    'A',
  );
  const log = logMelOf(plane, 32);
  expect(log[0]).toBeCloseTo(4.4849 - 5.081, 4);
  expect(log[16]).toBeCloseTo(-5.081, 4);
  expect(log[16 * 128]).toBeCloseTo(-5.081, 4);
});
