import { describe, expect, it } from 'vitest';
import { thinned, thinning } from '../../../../../../src/renderer/src/features/map/plot/thinnedPoints.ts';

describe('fewer points while moving', () => {
  it('draws at most 150,000 of a million, and all at rest', () => {
    expect(1_000_000 / thinning(1_000_000, true)).toBeLessThanOrEqual(150_000);
    expect(thinning(1_000_000, false)).toBe(1);
    expect(thinning(100_000, true)).toBe(1);
    // WebGL's stride ends at 255 bytes.
    expect(8 * thinning(1e9, true)).toBeLessThanOrEqual(255);
  });
  it('steps over vertices and stays within their buffer', () => {
    let moving = true;
    const buffer = {};
    const options = { attributes: { stateIndex: { buffer: () => buffer, size: 2 } }, count: () => 1_000_000 };
    const made = thinned(options, () => moving) as unknown as {
      count: () => number;
      attributes: { stateIndex: () => { stride: number; buffer: object } };
    };
    const { stride } = made.attributes.stateIndex();
    expect(made.attributes.stateIndex().buffer).toBe(buffer);
    expect(stride).toBeGreaterThan(8);
    expect((made.count() - 1) * stride + 8).toBeLessThanOrEqual(8 * 1_000_000);
    moving = false;
    expect(made.count()).toBe(1_000_000);
    expect(made.attributes.stateIndex().stride).toBe(8);
  });
  it('leaves other commands alone', () => {
    const options = { count: 3 };
    expect(thinned(options, () => true)).toBe(options);
  });
});
