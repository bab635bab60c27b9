// Features of clips for the AV-digits bench: a model's embeddings, and statistics made by hand as a floor.
import * as tf from '@tensorflow/tfjs';
import type { ClipInput } from '../../src/engine/inference/clipInput.ts';
import { freeing } from '../../src/engine/inference/freeing.ts';
import { concatTokens, encodeA, encodeJ, encodeV, pool } from '../../src/engine/model/encoder.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { patchEmbedA, patchEmbedV } from '../../src/engine/model/patchEmbed.ts';
import type { TrainingClip } from '../../src/engine/training/data/inputCache.ts';
import { makeBatch, plainBatch } from '../../src/engine/training/data/makeBatch.ts';
import { Random } from '../../src/engine/training/random.ts';

/** Matrices [N, dim] by name of the space. */
export type Features = Record<'audio' | 'visual' | 'both', { dim: number; rows: Float32Array }>;
type Read = (path: string) => Promise<ClipInput>;

/** Frame k of a clip as its only one. */
function frameOf({ fbank, frames }: ClipInput, k: number): ClipInput {
  const size = frames!.size ** 2 * 3;
  return { fbank, frames: { data: frames!.data.subarray(k * size, (k + 1) * size), count: 1, size: frames!.size } };
}

function collect(parts: Record<'audio' | 'visual' | 'both', Float32Array[]>): Features {
  return Object.fromEntries(
    Object.entries(parts).map(([name, list]) => {
      const dim = list[0]!.length;
      const rows = new Float32Array(list.length * dim);
      list.forEach((row, i) => rows.set(row, i * dim));
      return [name, { dim, rows }];
    }),
  ) as Features;
}

/** Pooled contrastive streams and joint stream, averaged over all frames, as the application embeds. */
export async function embedAll(model: Model, clips: readonly TrainingClip[], read: Read): Promise<Features> {
  const parts: Record<'audio' | 'visual' | 'both', Float32Array[]> = { audio: [], visual: [], both: [] };
  const values = (x: tf.Tensor) => Float32Array.from(x.dataSync<'float32'>());
  for (const clip of clips) {
    const input = await read(clip.path);
    const frames = Array.from({ length: input.frames!.count }, (_, k) => frameOf(input, k));
    freeing(() => {
      const { audio, image } = makeBatch(
        frames,
        frames.map(() => clip.name),
        model.config,
        plainBatch,
        new Random(0),
      );
      const a = encodeA(model, patchEmbedA(model, audio!.slice([0, 0, 0], [1, -1, -1])));
      const v = encodeV(model, patchEmbedV(model, image!));
      const repeated = tf.tile(a, [frames.length, 1, 1]);
      parts.audio.push(values(pool(encodeJ(model, a, '_a')).mean(0)));
      parts.visual.push(values(pool(encodeJ(model, v, '_v')).mean(0)));
      parts.both.push(values(pool(encodeJ(model, concatTokens(repeated, v), '')).mean(0)));
    });
  }
  return collect(parts);
}

const side = 28;

/**
 * Sound: mean, deviation and maximum of each log-mel band over time. Picture: mean over frames of the frame less its
 * own mean, 28 x 28 grey.
 */
export async function handMade(clips: readonly TrainingClip[], read: Read): Promise<Features> {
  const parts: Record<'audio' | 'visual' | 'both', Float32Array[]> = { audio: [], visual: [], both: [] };
  for (const clip of clips) {
    const { fbank, frames } = await read(clip.path);
    const [audio, visual] = freeing(() => {
      const x = tf.tensor2d(fbank!, [fbank!.length / 128, 128]);
      const statistics = tf.concat([x.mean(0), tf.moments(x, 0).variance.sqrt(), x.max(0)]);
      const { count, size, data } = frames!;
      const grey = tf.image
        .resizeBilinear(tf.tensor4d(Float32Array.from(data), [count, size, size, 3]).mean(3, true) as tf.Tensor4D, [
          side,
          side,
        ])
        .reshape([count, side * side]);
      const picture = grey.sub(grey.mean(1, true)).mean(0);
      return [Float32Array.from(statistics.dataSync<'float32'>()), Float32Array.from(picture.dataSync<'float32'>())];
    }) as [Float32Array, Float32Array];
    parts.audio.push(audio);
    parts.visual.push(visual);
    parts.both.push(Float32Array.of(...audio, ...visual));
  }
  return collect(parts);
}
