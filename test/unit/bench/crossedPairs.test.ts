import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/engine/base/randomStream.ts';
import { crossedPairs } from '../../bench/crossedPairs.ts';

describe('crossed pairs', () => {
  const labels = Array.from({ length: 200 }, (_, i) => String(i % 7));

  it('gives a share of the clips a picture of another label, and every picture to one sound', () => {
    const partner = crossedPairs(labels, 0.3, randomStream(1));
    const crossed = [...partner.keys()].filter((i) => partner[i] !== i);
    expect(crossed).toHaveLength(60);
    expect(crossed.every((i) => labels[i] !== labels[partner[i]!])).toBe(true);
    expect(new Set(partner).size).toBe(200);
  });

  it('refuses where one label has more than half', () => {
    expect(() => crossedPairs(['a', 'a', 'a', 'b'], 1, randomStream(1))).toThrow(/more than half/);
  });
});
