import { expect, test } from 'vitest';
import fc from 'fast-check';
import { planWindows } from '../../../../src/engine/media/planWindows.ts';

test.each([
  [3, 10, 10, [[0, 3]]],
  [10, 10, 10, [[0, 10]]],
  [0, 10, 10, [[0, 0]]],
  [10.046, 10, 10, [[0, 10]]],
  [
    11,
    10,
    10,
    [
      [0, 10],
      [10, 11],
    ],
  ],
  [
    25.5,
    10,
    10,
    [
      [0, 10],
      [10, 20],
      [20, 25.5],
    ],
  ],
  [
    12,
    10,
    5,
    [
      [0, 10],
      [5, 12],
    ],
  ],
  [0.4, 10, 10, [[0, 0.4]]],
])('%d s in windows of %d s every %d s', (durationS, windowS, hopS, expected) => {
  expect(planWindows(durationS, windowS, hopS).map(({ startS, endS }) => [startS, endS])).toEqual(expected);
});

test('windows start at whole hops, last a second or more, and leave less than a second at the end', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 4000, noNaN: true }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      (durationS, windowS, hopS) => {
        const windows = planWindows(durationS, windowS, hopS);
        windows.forEach(({ startS, endS }, n) => {
          expect(startS).toBeCloseTo(n * hopS, 6);
          expect(endS - startS).toBeLessThanOrEqual(windowS + 1e-6);
          if (windows.length > 1) expect(endS - startS).toBeGreaterThanOrEqual(1 - 1e-6);
        });
        const last = windows.at(-1)!;
        if (hopS <= windowS) expect(durationS - last.endS).toBeLessThan(1.001);
      },
    ),
  );
});
