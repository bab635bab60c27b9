import { describe, expect, it, vi } from 'vitest';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({ client: {} }));
const { fitted } = await import('../../../../src/renderer/src/stores/map.ts');

describe('fitted', () => {
  it('fits positions into the square with one scale for both axes', () => {
    const { x, y } = fitted(1, Int32Array.of(1, 2, 3), Float32Array.of(0, 0, 10, 5, 5, 2.5));
    expect(x[0]).toBeCloseTo(-0.94);
    expect(x[1]).toBeCloseTo(0.94);
    expect(y[0]).toBeCloseTo(-0.47);
    expect([x[2], y[2]]).toEqual([0, 0]);
  });
  it('puts a single point in the middle', () => {
    const { x, y } = fitted(1, Int32Array.of(4), Float32Array.of(7, -3));
    expect([x[0], y[0]]).toEqual([0, 0]);
  });
});
