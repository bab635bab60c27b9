// Graphs of every variant against the model itself in tfjs, on inputs of several clips and frames.
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportOnnx, type OnnxGraph } from '../../../../../src/engine/checkpoint/onnx/exportOnnx.ts';
import type { TensorMap } from '../../../../../src/engine/checkpoint/tensorEntry.ts';
import {
  encodeMasked,
  featuresA,
  featuresV,
  paperOptions,
  type Batch,
} from '../../../../../src/engine/model/cavMae.ts';
import type { CavMaeConfig, Variant } from '../../../../../src/engine/model/config.ts';
import { decode, type Masks } from '../../../../../src/engine/model/decoder.ts';
import { concatTokens, encodeA, encodeJ, encodeV, pool } from '../../../../../src/engine/model/encoder.ts';
import { maskByHand } from '../../../../../src/engine/model/masking.ts';
import { loadParameters } from '../../../../../src/engine/model/loadParameters.ts';
import { patchEmbedA, patchEmbedV } from '../../../../../src/engine/model/patchEmbed.ts';
import { smallConfig, smallTensors, temporaryFolder } from '../smallCheckpoint.ts';

const at = temporaryFolder();
const filled = (...shape: number[]): { shape: number[]; data: Float32Array } => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(i * 0.7 + (i % 17))),
});
beforeAll(() => tf.setBackend('cpu'));

/** Norms away from one and zero, so that a wrong choice of norms shows. */
function weights(config: CavMaeConfig): TensorMap {
  const tensors = smallTensors('cavmae', 0, config);
  let n = 0;
  for (const [name, { data }] of tensors)
    if (name.includes('norm')) for (let i = 0; i < data.length; i++) data[i] = data[i]! + 0.2 * Math.sin(i + n++);
  return tensors;
}

async function run(
  config: CavMaeConfig,
  what: OnnxGraph,
  feeds: Record<string, { shape: number[]; data: Float32Array }>,
): Promise<Record<string, Float32Array>> {
  const path = at(`${config.variant}-${what.graph}.onnx`);
  await exportOnnx(path, { tensors: weights(config), config: { ...config }, metadata: {}, kind: 'cavmae' }, what);
  const session = await ort.InferenceSession.create(path);
  const results = await session.run(
    Object.fromEntries(
      session.inputNames.map((name) => [name, new ort.Tensor('float32', feeds[name]!.data, feeds[name]!.shape)]),
    ),
  );
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

function compare(actual: Float32Array | undefined, expected: tf.Tensor): void {
  const values = expected.dataSync<'float32'>();
  expect(actual?.length).toBe(values.length);
  const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - actual![i]!)), 0);
  expect(worst).toBeLessThan(2e-5);
}

const modelOf = (config: CavMaeConfig) => ({ config, parameters: loadParameters(config, 'cavmae', weights(config)) });
const config = (variant: Variant): CavMaeConfig => ({ ...smallConfig, variant, jointDepth: 2 });

describe('encoder', () => {
  it('two clips of three frames: sound is repeated for the frames of its own clip', async () => {
    const [audio, image] = [filled(2, 32, 128), filled(6, 3, 32, 32)];
    const out = await run(config('cav-mae'), { graph: 'encoder' }, { audio, image });
    const model = modelOf(config('cav-mae'));
    const [a, v] = [tf.tensor3d(audio.data, [2, 32, 128]), tf.tensor4d(image.data, [6, 3, 32, 32])];
    compare(out.tokens_a, featuresA(model, a));
    compare(out.c_a, pool(featuresA(model, a)));
    compare(out.c_v, pool(featuresV(model, v)));
    const tokens = encodeA(model, patchEmbedA(model, a));
    const perFrame = tf.gather(tokens, [0, 0, 0, 1, 1, 1]);
    compare(out.joint, pool(encodeJ(model, concatTokens(perFrame, encodeV(model, patchEmbedV(model, v))), '')));
  });

  it('parts that are not asked for are not there', async () => {
    expect(
      Object.keys(
        await run(config('cav-mae'), { graph: 'encoder', parts: ['audio'] }, { audio: filled(1, 32, 128) }),
      ).sort(),
    ).toEqual(['c_a', 'tokens_a']);
    expect(
      Object.keys(
        await run(config('cav-mae'), { graph: 'encoder', parts: ['visual'] }, { image: filled(1, 3, 32, 32) }),
      ).sort(),
    ).toEqual(['c_v', 'tokens_v']);
  });

  it.each(['mae-audio', 'mae-visual', 'av-mae'] as const)('%s uses the norms it was trained with', async (variant) => {
    const out = await run(
      config(variant),
      { graph: 'encoder' },
      { audio: filled(1, 32, 128), image: filled(1, 3, 32, 32) },
    );
    const model = modelOf(config(variant));
    if (variant !== 'mae-visual')
      compare(
        out.c_a,
        pool(
          encodeJ(model, encodeA(model, patchEmbedA(model, tf.tensor3d(filled(1, 32, 128).data, [1, 32, 128]))), ''),
        ),
      );
    if (variant !== 'mae-audio')
      compare(
        out.c_v,
        pool(
          encodeJ(
            model,
            encodeV(model, patchEmbedV(model, tf.tensor4d(filled(1, 3, 32, 32).data, [1, 3, 32, 32]))),
            '',
          ),
        ),
      );
    expect(out.joint?.length).toBe(64);
  });
});

describe('autoencoder', () => {
  const [audio, image] = [filled(2, 32, 128), filled(2, 3, 32, 32)];
  const batch = (): Batch => ({
    audio: tf.tensor3d(audio.data, [2, 32, 128]),
    image: tf.tensor4d(image.data, [2, 3, 32, 32]),
  });
  const removedA = [0, 3, 4, 5, 7, 9, 12, 13, 15];
  const removedV = [1, 2];
  const maskOf = (removed: number[], length: number) => ({
    shape: [2, length],
    data: Float32Array.from({ length: 2 * length }, (_, i) => (removed.includes(i % length) ? 1 : 0)),
  });
  const feeds = { audio, image, mask_a: maskOf(removedA, 16), mask_v: maskOf(removedV, 4) };

  it.each(['cav-mae', 'mae-audio', 'mae-visual', 'av-mae'] as const)(
    '%s predicts what the model predicts',
    async (variant) => {
      const out = await run(config(variant), { graph: 'autoencoder' }, feeds);
      const model = modelOf(config(variant));
      const masks: Masks =
        variant === 'av-mae'
          ? { a: null, v: null, joint: maskByHand([...removedA, ...removedV.map((i) => 16 + i)], 2, 20) }
          : {
              a: variant === 'mae-visual' ? null : maskByHand(removedA, 2, 16),
              v: variant === 'mae-audio' ? null : maskByHand(removedV, 2, 4),
              joint: null,
            };
      const expected = decode(model, encodeMasked(model, batch(), masks, paperOptions).x, masks);
      expect([out.pred_a === undefined, out.pred_v === undefined]).toEqual([expected.a === null, expected.v === null]);
      if (expected.a) compare(out.pred_a, expected.a);
      if (expected.v) compare(out.pred_v, expected.v);
    },
  );

  it('is refused for a model without one', async () => {
    await expect(run(config('cav'), { graph: 'autoencoder' }, feeds)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(run(config('av-mae'), { graph: 'autoencoder', part: 'sound' }, feeds)).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(run(config('cav-mae'), { graph: 'classifier' }, feeds)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
