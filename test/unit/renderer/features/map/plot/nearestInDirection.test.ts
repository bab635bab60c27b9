import { describe, expect, it } from 'vitest';
import { nearestInDirection } from '../../../../../../src/renderer/src/features/map/plot/nearestInDirection.ts';

// 0 in the middle, 1 right, 2 further right, 3 above, 4 diagonal
const x = Float32Array.of(0, 0.3, 0.6, 0, 0.2);
const y = Float32Array.of(0, 0, 0, 0.4, 0.21);
const all = (): boolean => true;

describe('nearestInDirection', () => {
  it('goes to the nearest point on that side', () => {
    expect(nearestInDirection(x, y, 0, 'right', all)).toBe(1);
    expect(nearestInDirection(x, y, 0, 'up', (i) => i !== 4)).toBe(3);
    expect(nearestInDirection(x, y, 2, 'left', all)).toBe(1);
  });
  it('passes over hidden points', () => expect(nearestInDirection(x, y, 0, 'right', (i) => i !== 1)).toBe(2));
  it('stops at the edge', () => expect(nearestInDirection(x, y, 0, 'down', all)).toBeNull());
});
