import { expect, it } from 'vitest';
import { labelBounds } from '../../../../src/engine/estimation/labelBounds.ts';

it('bounds a share by what labels leave open', () => {
  expect(labelBounds(10, 2, 3)).toEqual({ estimate: 0.4, low: 0.2, high: 0.7 });
  expect(labelBounds(10, 0, 0)).toEqual({ estimate: null, low: 0, high: 1 });
  expect(labelBounds(0, 0, 0)).toEqual({ estimate: null, low: 0, high: 1 });
  expect(labelBounds(4, 1, 3)).toEqual({ estimate: 0.25, low: 0.25, high: 0.25 });
});
