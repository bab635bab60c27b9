import { expect, test } from 'vitest';
import fc from 'fast-check';
import {
  assertBelievableLength,
  isPlannedWindow,
  mostWindows,
  planWindows,
} from '../../../../src/engine/media/planWindows.ts';

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

test('a length that would take more windows than a file may have is refused at once', () => {
  const began = performance.now();
  expect(() => planWindows(6e9, 10, 10)).toThrow(/more than 100000 windows/);
  expect(() => planWindows(Number.MAX_VALUE, 1, 0.5)).toThrow(/windows of 1 s/);
  expect(performance.now() - began).toBeLessThan(200);
  expect(planWindows(mostWindows * 10, 10, 10)).toHaveLength(mostWindows);
});

test('windows without any data are left out', () => {
  const windows = planWindows(86_410, 10, 10, [
    { startS: 0, endS: 12 },
    { startS: 86_400, endS: 86_410 },
  ]);
  expect(windows.map(({ startS }) => startS)).toEqual([0, 10, 86_400]);
});

test('a window is known as planned without listing them all', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 900, noNaN: true }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(0.5, 1, 2.5, 7, 10),
      (durationS, windowS, hopS) => {
        const windows = planWindows(durationS, windowS, hopS);
        for (const window of windows) expect(isPlannedWindow(window, durationS, windowS, hopS)).toBe(true);
        expect(isPlannedWindow({ startS: 0.123, endS: 1 }, durationS, windowS, hopS)).toBe(false);
        const after = windows.at(-1)!.startS + hopS;
        expect(isPlannedWindow({ startS: after, endS: after + windowS }, durationS, windowS, hopS)).toBe(false);
      },
    ),
  );
});

test('a length that the bytes of a file cannot hold is not believed', () => {
  expect(() => assertBelievableLength('/a/x.webm', 38 * 3600, 400_000)).toThrow(/38.0 hours, more than its 400000/);
  expect(() => assertBelievableLength('/a/x.webm', Infinity, 400_000)).toThrow();
  // An hour of the barest speech, a day of silence in FLAC.
  expect(() => assertBelievableLength('/a/x.amr', 3600, 1_600_000)).not.toThrow();
  expect(() => assertBelievableLength('/a/x.flac', 86_400, 2_400_000)).not.toThrow();
});
