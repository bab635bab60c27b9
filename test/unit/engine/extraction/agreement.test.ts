import { describe, expect, it } from 'vitest';
import { agreementOf, agrees } from '../../../../src/engine/extraction/agreement.ts';
import type { ClipEmbedding } from '../../../../src/engine/inference/embed.ts';
import { randomStream } from '../../../../src/engine/base/randomStream.ts';

const nothing = new Float32Array(16).fill(NaN);

function clips(count: number, seed: number): ClipEmbedding[] {
  const stream = randomStream(seed);
  const row = () => Float32Array.from({ length: 16 }, () => stream.normal());
  return Array.from({ length: count }, () => ({ joint: row(), audio: row(), visual: row() }));
}
const changed = (all: ClipEmbedding[], change: (x: number, clip: number, d: number) => number): ClipEmbedding[] =>
  all.map((clip, i) => ({ ...clip, joint: clip.joint.map((x, d) => change(x, i, d)) }));

describe('agreementOf', () => {
  it('is complete for the same vectors, whatever their length', () => {
    const all = clips(24, 1);
    const { leastCosine, ...rest } = agreementOf(
      all,
      changed(all, (x) => 3 * x),
    );
    expect(leastCosine).toBeCloseTo(1, 6);
    expect(rest).toEqual({ clips: 24, neighbours: 1, neighboursEach: 10 });
  });

  it('tells the worst clip and the worst space', () => {
    const all = clips(24, 2);
    const other = changed(all, (x, clip, d) => (clip === 7 && d === 0 ? x + 100 : x));
    const found = agreementOf(all, other);
    expect(found.leastCosine).toBeLessThan(0.6);
    expect(found.neighbours).toBeLessThan(1);
    expect(found.neighbours).toBeGreaterThan(0.8);
  });

  it('counts equal neighbours of vectors that have nothing in common as chance', () => {
    // Ten of 23: 43 % by chance.
    const { neighbours } = agreementOf(clips(24, 3), clips(24, 4));
    expect(neighbours).toBeGreaterThan(0.2);
    expect(neighbours).toBeLessThan(0.65);
  });

  it('leaves out clips without a modality, and takes values that are not finite for no agreement', () => {
    const all = clips(24, 5).map((clip, i) => (i < 20 ? { ...clip, audio: nothing } : clip));
    expect(agreementOf(all, all)).toMatchObject({ leastCosine: expect.closeTo(1, 6), neighbours: 1 });
    const broken = changed(all, (x, clip) => (clip === 3 ? NaN : x));
    expect(agreementOf(all, broken).leastCosine).toBe(0);
  });

  it('asks for half of the other clips at most: all of them would always agree', () => {
    expect(agreementOf(clips(7, 6), clips(7, 7))).toMatchObject({ neighboursEach: 3 });
    expect(agreementOf(clips(1, 6), clips(1, 6))).toMatchObject({ neighbours: null, neighboursEach: 0 });
  });
});

it('agrees from .999 and 95 % on', () => {
  expect(agrees({ leastCosine: 0.999, neighbours: 0.95 })).toBe(true);
  expect(agrees({ leastCosine: 0.9989, neighbours: 1 })).toBe(false);
  expect(agrees({ leastCosine: 1, neighbours: 0.94 })).toBe(false);
});
