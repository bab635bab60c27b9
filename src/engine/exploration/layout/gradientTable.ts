// Attraction and repulsion of UMAP's layout as tables over the squared distance. Math.pow is most of the optimiser's
// time; 256 steps per octave keep the forces within .15 %, far below the noise of its sampling.
import type { Curve } from './lowDimensionalCurve.ts';

const mantissaBits = 8;
const shift = 23 - mantissaBits;
const smallest = 2 ** -24;
const largest = 2 ** 16;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);
const bitsOf = (value: number): number => {
  float[0] = value;
  return bits[0]!;
};
const firstSlot = bitsOf(smallest) >> shift;
const slots = (bitsOf(largest) >> shift) - firstSlot + 1;

/** `slot(d²)` finds the place in `attract` and `repel`; both hold the factor of the difference vector (McInnes et al. 2018, algorithm 5). */
export interface GradientTable {
  attract: Float32Array;
  repel: Float32Array;
}

export function gradientTable({ a, b }: Curve): GradientTable {
  const attract = new Float32Array(slots),
    repel = new Float32Array(slots);
  for (let s = 0; s < slots; s++) {
    bits[0] = ((s + firstSlot) << shift) | (1 << (shift - 1));
    const squared = float[0]!;
    const power = a * squared ** b + 1;
    attract[s] = (-2 * a * b * squared ** (b - 1)) / power;
    repel[s] = (2 * b) / ((0.001 + squared) * power);
  }
  return { attract, repel };
}

export function slot(squared: number): number {
  float[0] = squared;
  const at = (bits[0]! >> shift) - firstSlot;
  return at < 0 ? 0 : at >= slots ? slots - 1 : at;
}
