import { expect, it } from 'vitest';
import { coveredHours } from '../../../../src/engine/estimation/coveredHours.ts';

it('counts time that windows share once, in each recording', () => {
  const window = (mediaId: number, startS: number, endS: number) => ({ mediaId, startS, endS });
  expect(coveredHours([window(1, 0, 1800), window(1, 900, 2700), window(2, 100, 1000), window(1, 0, 600)])).toBeCloseTo(
    1,
    9,
  );
  expect(coveredHours([])).toBe(0);
});
