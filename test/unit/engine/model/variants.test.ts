// The paper's other systems from the same code, masks by hand, other input sizes, taps and memory.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/engine/backend/startBackend.ts';
import { drawMasks, paperOptions, pretrainForward } from '../../../../src/engine/model/cavMae.ts';
import { finetuneForward } from '../../../../src/engine/model/cavMaeFt.ts';
import { type CavMaeConfig, configOfSize, type Variant } from '../../../../src/engine/model/config.ts';
import { centredRows, contrastiveLoss } from '../../../../src/engine/model/losses.ts';
import { drawMask, keptTokens, maskByHand } from '../../../../src/engine/model/masking.ts';
import { createParameters } from '../../../../src/engine/model/loadParameters.ts';
import { patchifyA, patchifyV, unpatchifyA, unpatchifyV } from '../../../../src/engine/model/patchify.ts';
import { restore, takeKept } from '../../../../src/engine/model/shuffle.ts';

beforeAll(async () => void (await startBackend()));

const micro: CavMaeConfig = {
  ...configOfSize('tiny'),
  audioLength: 128,
  imgSize: 64,
  embedDim: 32,
  specificDepth: 1,
  decoderDepth: 1,
  decoderEmbedDim: 16,
};
const configOf = (variant: Variant): CavMaeConfig => ({
  ...micro,
  variant,
  ...(variant === 'av-mae' && { specificDepth: 0, jointDepth: 2 }),
});
const inputs = (batch: number) => ({
  audio: tf.randomNormal([batch, 128, 128], 0, 1, 'float32', 1) as tf.Tensor3D,
  image: tf.randomNormal([batch, 3, 64, 64], 0, 1, 'float32', 2) as tf.Tensor4D,
});

describe('centring', () => {
  it('compares embeddings without what all clips of a batch have in common', () => {
    tf.tidy(() => {
      const [a, v] = [tf.randomNormal([6, 8], 0, 1, 'float32', 3), tf.randomNormal([6, 8], 0, 1, 'float32', 4)] as [
        tf.Tensor2D,
        tf.Tensor2D,
      ];
      const loss = (x: tf.Tensor2D, share: number): number =>
        contrastiveLoss(centredRows(x, share), centredRows(v, share)).nce.dataSync()[0]!;
      expect(loss(a.add(7) as tf.Tensor2D, 1)).toBeCloseTo(loss(a, 1), 3);
      expect(loss(a.add(7) as tf.Tensor2D, 0.5)).not.toBeCloseTo(loss(a, 0.5), 1);
      expect(centredRows(a, 0)).toBe(a);
    });
  });
});

describe('systems', () => {
  const expected: [Variant, { a: boolean; v: boolean; c: boolean }][] = [
    ['cav-mae', { a: true, v: true, c: true }],
    ['cav', { a: false, v: false, c: true }],
    ['av-mae', { a: true, v: true, c: false }],
    ['mae-audio', { a: true, v: false, c: false }],
    ['mae-visual', { a: false, v: true, c: false }],
  ];
  it.each(expected)('%s has just its own losses, and gradients only where they come from', (variant, parts) => {
    const config = configOf(variant);
    const model = { config, parameters: createParameters(config, 'cavmae', 1) };
    const batch = inputs(2);
    const masks = drawMasks(config, {}, 2, 1);
    tf.tidy(() => {
      const { lossMaeA, lossMaeV, lossC } = pretrainForward(model, batch, masks);
      expect([lossMaeA, lossMaeV, lossC].map((loss) => loss.dataSync()[0]! > 0)).toEqual([parts.a, parts.v, parts.c]);
    });
    const { value, gradients } = model.parameters.gradients(
      () => pretrainForward(model, batch, masks).loss,
      model.parameters.names.filter((name) => !name.includes('pos_embed')),
    );
    expect(
      [...gradients.values()].every((gradient) => (gradient.dataSync() as Float32Array).every(Number.isFinite)),
    ).toBe(true);
    expect(gradients.has('mask_token')).toBe(variant !== 'cav');
    expect(gradients.has('norm_a.weight')).toBe(parts.c);
    expect(gradients.has('patch_embed_v.proj.weight')).toBe(variant !== 'mae-audio');
    tf.dispose([value, ...gradients.values(), batch.audio, batch.image]);
    model.parameters.dispose();
  });

  it('vanilla AV-MAE keeps a quarter of the concatenation, differently many of each modality', () => {
    const { joint } = drawMasks(configOf('av-mae'), {}, 8, 3);
    expect([joint!.length, joint!.lenKeep]).toEqual([64 + 16, 20]);
    const keptImage = Array.from(
      { length: 8 },
      (_, n) => joint!.idsKeep.subarray(n * 20, (n + 1) * 20).filter((token) => token >= 64).length,
    );
    expect(new Set(keptImage).size).toBeGreaterThan(1);
  });

  it('both contrastive directions average', () => {
    const model = { config: micro, parameters: createParameters(micro, 'cavmae', 1) };
    const batch = inputs(4);
    const nce = (bidirect: boolean) =>
      tf.tidy(
        () =>
          pretrainForward(model, batch, drawMasks(micro, {}, 4, 1), { ...paperOptions, bidirect }).lossC.dataSync()[0]!,
      );
    expect(nce(true)).not.toBe(nce(false));
    tf.dispose([batch.audio, batch.image]);
    model.parameters.dispose();
  });
});

describe('masks', () => {
  it('by hand removes exactly the given tokens and keeps the others in order', () => {
    const mask = maskByHand([2, 0, 2], 2, 5);
    expect([[...mask.idsKeep], [...mask.mask]]).toEqual([
      [1, 3, 4, 1, 3, 4],
      [1, 0, 1, 0, 0, 1, 0, 1, 0, 0],
    ]);
    expect(() => maskByHand([5], 1, 5)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
  it("keeps as many as the reference's float arithmetic does", () => {
    expect(
      [
        [512, 0.75],
        [512, 0.65],
        [512, 0.85],
        [196, 0.75],
        [196, 0.65],
        [196, 0.85],
      ].map(([length, ratio]) => keptTokens(length!, ratio!)),
    ).toEqual([128, 179, 76, 49, 68, 29]);
  });
  it.each(['time', 'freq'] as const)('%s removes whole lines, seeded', (mode) => {
    const draw = (seed: number) => drawMask(mode, 0.5, 1, [8, 64], seed, 'a').mask;
    const mask = draw(1);
    const line = (i: number) => (mode === 'time' ? i % 64 : Math.floor(i / 64));
    const gone = new Map<number, number>();
    mask.forEach((removed, i) => gone.set(line(i), (gone.get(line(i)) ?? 0) + removed));
    expect(new Set(gone.values())).toEqual(new Set([0, mode === 'time' ? 8 : 64]));
    expect([draw(1), draw(2)]).toEqual([mask, expect.not.objectContaining(mask)]);
  });
  it('taking kept tokens and restoring is the identity on what was kept', () => {
    const mask = drawMask('unstructured', 0.5, 2, [2, 8], 4, 'a');
    tf.tidy(() => {
      const x = tf.range(0, 2 * 16 * 3).reshape([2, 16, 3]) as tf.Tensor3D;
      const padded = tf.concat([takeKept(x, mask), tf.fill([2, 8, 3], -1)], 1) as tf.Tensor3D;
      const back = restore(padded, mask).dataSync();
      const original = x.dataSync();
      back.forEach((value, i) => expect(value).toBe(mask.mask[Math.floor(i / 3)] ? -1 : original[i]));
    });
  });
});

it('patches go back where they came from', () => {
  tf.tidy(() => {
    const { audio, image } = inputs(2);
    expect(unpatchifyA(patchifyA(audio), micro).dataSync()).toEqual(audio.dataSync());
    expect(unpatchifyV(patchifyV(image), micro).dataSync()).toEqual(image.dataSync());
  });
});

it('inputs of a wrong shape are named with both shapes', () => {
  const model = { config: micro, parameters: createParameters(micro, 'cavmaeft', 1, 2) };
  tf.tidy(() => {
    expect(() => finetuneForward(model, { audio: tf.zeros([1, 100, 128]), image: null }, 'audioonly')).toThrow(
      /fbank has shape \[1, 100, 128\], the model needs \[N, 128, 128\]/,
    );
    expect(() => finetuneForward(model, { audio: null, image: null }, 'videoonly')).toThrow(/needs image/);
  });
  model.parameters.dispose();
});

it('a step leaves no tensor behind', () => {
  const model = { config: micro, parameters: createParameters(micro, 'cavmae', 1) };
  const batch = inputs(2);
  const masks = drawMasks(micro, {}, 2, 1);
  const before = tf.memory().numTensors;
  for (const checkpoint of [false, true]) {
    const { value, gradients } = model.parameters.gradients(
      () => pretrainForward({ ...model, checkpoint }, batch, masks).loss,
    );
    tf.dispose([value, ...gradients.values()]);
    expect(tf.memory().numTensors).toBe(before);
  }
  tf.dispose([batch.audio, batch.image]);
  model.parameters.dispose();
});
