import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClipInput } from '../../../../../src/engine/inference/clipInput.ts';
import { sizes } from '../../../../../src/engine/model/config.ts';
import { makeBatch, plainBatch } from '../../../../../src/engine/training/data/makeBatch.ts';
import { Random } from '../../../../../src/engine/training/random.ts';
import { useNative } from '../nativeTensorflow.ts';

const config = { ...sizes.tiny, audioLength: 16, imgSize: 32 };
const side = 32;
/** Left half red, right half dark. */
const twoColours: ClipInput = {
  fbank: new Float32Array(16 * 128),
  frames: {
    data: Uint8Array.from({ length: side * side * 3 }, (_, i) =>
      Math.floor(i / 3) % side < side / 2 && i % 3 === 0 ? 220 : 20,
    ),
    count: 1,
    size: side,
  },
};
const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

/** Colours 0 … 1 of a pixel in the left and in the right half, for a batch of one drawn from `seed`. */
function coloursOf(seed: number, colourJitter = true): { left: number[]; right: number[] } {
  const { audio, image } = makeBatch(
    [twoColours],
    ['two colours'],
    config,
    { ...plainBatch, colourJitter },
    new Random(seed),
  );
  const values = image!.dataSync();
  tf.dispose([audio!, image!]);
  const at = (x: number) => MEAN.map((mean, c) => values[(c * side + 7) * side + x]! * STD[c]! + mean);
  return { left: at(4), right: at(28) };
}

beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
});

describe('makeBatch with other colours', () => {
  it('gives the same colours for the same seed, other colours for another', () => {
    expect(coloursOf(3)).toEqual(coloursOf(3));
    expect(coloursOf(3)).not.toEqual(coloursOf(4));
  });

  it('leaves colours alone without being asked', () => {
    const { left, right } = coloursOf(3, false);
    expect(left[0]).toBeCloseTo(220 / 255, 2);
    expect(right[0]).toBeCloseTo(20 / 255, 2);
  });

  it('keeps what is drawn: the bright half stays brighter, pixels stay within range, and which channel carries it changes', () => {
    const brightest = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      const { left, right } = coloursOf(seed);
      const sum = (x: number[]) => x.reduce((a, b) => a + b, 0);
      expect(sum(left)).toBeGreaterThan(sum(right) + 0.2);
      for (const x of [...left, ...right]) {
        expect(x).toBeGreaterThanOrEqual(-1e-4);
        expect(x).toBeLessThanOrEqual(1 + 1e-4);
      }
      brightest.add(left.indexOf(Math.max(...left)));
    }
    expect(brightest).toEqual(new Set([0, 1, 2]));
  });

  it('names the clip that has no picture', () => {
    expect(() =>
      makeBatch([{ ...twoColours, frames: null }], ['sound only.wav'], config, plainBatch, new Random(1)),
    ).toThrow(/sound only\.wav has no picture/);
  });
});
