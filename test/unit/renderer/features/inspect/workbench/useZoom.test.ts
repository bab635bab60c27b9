import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  moved,
  secondsShown,
  wholeView,
  zoomed,
} from '../../../../../../src/renderer/src/features/inspect/workbench/useZoom.ts';

test('the point under the pointer stays, unless an edge is reached', () => {
  const close = zoomed(wholeView, 4, [0.5, 0.5], true, 8);
  expect(close).toEqual({ x0: 0.375, x1: 0.625, y0: 0.375, y1: 0.625 });
  const view = zoomed(close, 2, [0.25, 0.75], true, 8);
  const at = (from: number, to: number, share: number): number => from + share * (to - from);
  expect(at(view.x0, view.x1, 0.25)).toBeCloseTo(at(close.x0, close.x1, 0.25));
  expect(at(view.y0, view.y1, 0.75)).toBeCloseTo(at(close.y0, close.y1, 0.75));
});

test('whatever is done, the view stays inside the picture', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          factor: fc.double({ min: 0.1, max: 10, noNaN: true }),
          x: share,
          y: share,
          dx: fc.double({ min: -2, max: 2, noNaN: true }),
        }),
      ),
      fc.boolean(),
      (steps, upright) => {
        let view = wholeView;
        for (const { factor, x, y, dx } of steps) view = moved(zoomed(view, factor, [x, y], upright, 8), dx, -dx);
        expect(view.x0 >= -1e-9 && view.x1 <= 1 + 1e-9 && view.y0 >= -1e-9 && view.y1 <= 1 + 1e-9).toBe(true);
        expect(view.x1 - view.x0).toBeGreaterThan(1 / 8 - 1e-9);
        if (!upright) expect([view.y0, view.y1]).toEqual([0, 1]);
      },
    ),
  );
});

test('seconds of what is shown', () => {
  expect(secondsShown(wholeView, 10.24)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(secondsShown({ x0: 0.5, x1: 0.55, y0: 0, y1: 1 }, 10.24)).toEqual([5.2, 5.3, 5.4, 5.5, 5.6]);
});
