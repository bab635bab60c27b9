// What embedding a clip means, against the model run the straightforward way.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/engine/backend/startBackend.ts';
import { classifyClip } from '../../../../src/engine/inference/classify.ts';
import {
  audioTensor,
  distinctFrames,
  imageTensor,
  spreadFrames,
  type ClipInput,
} from '../../../../src/engine/inference/clipInput.ts';
import { embedClip } from '../../../../src/engine/inference/embed.ts';
import { featuresA, featuresV } from '../../../../src/engine/model/cavMae.ts';
import { finetuneForward } from '../../../../src/engine/model/cavMaeFt.ts';
import { configOfSize, type Variant } from '../../../../src/engine/model/config.ts';
import { concatTokens, encodeA, encodeJ, encodeV, pool } from '../../../../src/engine/model/encoder.ts';
import { fbankInput } from '../../../../src/shared/signal/fbankInput.ts';
import { fitFrame } from '../../../../src/engine/preprocess/frame.ts';
import { normaliseFrames } from '../../../../src/shared/signal/frameInput.ts';
import type { Model } from '../../../../src/engine/model/model.ts';
import { createParameters } from '../../../../src/engine/model/loadParameters.ts';
import { patchEmbedA, patchEmbedV } from '../../../../src/engine/model/patchEmbed.ts';
import { randomStream } from '../../../../src/engine/base/randomStream.ts';

const stream = randomStream(5);
const frameBytes = 224 * 224 * 3;
const clip: ClipInput = {
  fbank: Float32Array.from({ length: 998 * 128 }, () => -5 + 4 * stream.normal()),
  frames: { data: Uint8Array.from({ length: 3 * frameBytes }, () => stream.below(256)), count: 3, size: 224 },
};
let model: Model;
beforeAll(async () => {
  await startBackend();
  model = { config: configOfSize('tiny'), parameters: createParameters(configOfSize('tiny'), 'cavmae', 3) };
});

const close = (actual: Float32Array, expected: ArrayLike<number>) =>
  expect(actual.reduce((worst, x, i) => Math.max(worst, Math.abs(x - expected[i]!)), 0)).toBeLessThan(1e-5);

describe('embedClip', () => {
  it('equals ten separate passes: means over tokens, then over frames', () => {
    const { audio, visual, joint } = embedClip(model, clip, 3);
    tf.tidy(() => {
      const a = audioTensor(clip.fbank!, model.config);
      close(audio, pool(featuresA(model, a)).dataSync());
      const frames = [0, 1, 2].map((k) => imageTensor(clip.frames!, [k], model.config));
      close(
        visual,
        tf
          .mean(
            tf.concat(
              frames.map((frame) => pool(featuresV(model, frame))),
              0,
            ),
            0,
          )
          .dataSync(),
      );
      const one = (frame: tf.Tensor4D) =>
        pool(
          encodeJ(
            model,
            concatTokens(encodeA(model, patchEmbedA(model, a)), encodeV(model, patchEmbedV(model, frame))),
            '',
          ),
        );
      close(joint, tf.mean(tf.concat(frames.map(one), 0), 0).dataSync());
    });
  });

  it('weighs equal frames by how often they come', () => {
    const data = clip.frames!.data.slice();
    data.copyWithin(frameBytes, 0, frameBytes);
    const frames = { data, count: 3, size: 224 };
    expect(distinctFrames(frames, [0, 1, 2])).toEqual({ indices: [0, 2], weights: [2 / 3, 1 / 3] });
    const { visual } = embedClip(model, { fbank: null, frames }, 3);
    tf.tidy(
      () =>
        void close(visual, tf.mean(pool(featuresV(model, imageTensor(frames, [0, 1, 2], model.config))), 0).dataSync()),
    );
  });

  it.each<[Variant, boolean, boolean]>([
    ['mae-audio', true, false],
    ['mae-visual', false, true],
    ['av-mae', true, true],
  ])('variant %s: audio %s, visual %s', (variant, hasAudio, hasVisual) => {
    const { audio, visual, joint } = embedClip({ ...model, config: { ...model.config, variant } }, clip, 1);
    expect([audio.every(Number.isFinite), visual.every(Number.isFinite), joint.every(Number.isFinite)]).toEqual([
      hasAudio,
      hasVisual,
      true,
    ]);
  });

  it('frees every tensor, also when it fails', () => {
    const before = tf.memory().numTensors;
    embedClip(model, clip, 2);
    expect(() =>
      embedClip(
        model,
        { fbank: null, frames: { ...clip.frames!, data: clip.frames!.data.subarray(0, 48), count: 1, size: 5 } },
        1,
      ),
    ).toThrow(/bytes of RGB/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('of another audio length and image size: sound cut, frames resized as pictures are', () => {
    const config = { ...configOfSize('tiny'), audioLength: 512, imgSize: 96 };
    const other: Model = { config, parameters: createParameters(config, 'cavmae', 3) };
    const { audio, visual } = embedClip(other, clip, 1);
    tf.tidy(() => {
      const sound = tf.tensor3d(fbankInput(clip.fbank!.subarray(0, 512 * 128), 512), [1, 512, 128]);
      close(audio, pool(featuresA(other, sound)).dataSync());
      const [index] = spreadFrames(3, 1) as [number];
      const pixels = fitFrame(
        clip.frames!.data.subarray(index * frameBytes, (index + 1) * frameBytes),
        224,
        224,
        'bicubic',
        96,
      );
      close(visual, pool(featuresV(other, tf.tensor4d(normaliseFrames(pixels, 96), [1, 3, 96, 96]))).dataSync());
    });
    other.parameters.dispose();
  });
});

it('spreads frames evenly', () => {
  expect([spreadFrames(10, 10), spreadFrames(10, 1), spreadFrames(10, 5)]).toEqual([
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [5],
    [1, 3, 5, 7, 9],
  ]);
});

describe('classifyClip', () => {
  it.each(['sigmoid', 'softmax'] as const)(
    'is the mean over frames of %s of the logits of separate passes',
    (activation) => {
      const classifier: Model = { config: model.config, parameters: createParameters(model.config, 'cavmaeft', 4, 5) };
      const probabilities = classifyClip(classifier, clip, { mode: 'multimodal', activation, frames: 3 });
      tf.tidy(() => {
        const a = audioTensor(clip.fbank!, model.config);
        const passes = [0, 1, 2].map((k) =>
          finetuneForward(classifier, { audio: a, image: imageTensor(clip.frames!, [k], model.config) }, 'multimodal'),
        );
        close(
          probabilities,
          tf
            .mean(
              tf.concat(
                passes.map((logits) => (activation === 'sigmoid' ? tf.sigmoid(logits) : tf.softmax(logits))),
                0,
              ),
              0,
            )
            .dataSync(),
        );
      });
      const silent = classifyClip(classifier, { ...clip, fbank: null }, { mode: 'multimodal', activation, frames: 3 });
      tf.tidy(() => {
        const logits = finetuneForward(
          classifier,
          { audio: null, image: imageTensor(clip.frames!, [0, 1, 2], model.config) },
          'missingvideoonly',
        );
        close(silent, tf.mean(activation === 'sigmoid' ? tf.sigmoid(logits) : tf.softmax(logits), 0).dataSync());
      });
      classifier.parameters.dispose();
    },
  );
});
