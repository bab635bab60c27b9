// CAV-MAE Sync around the model: aligned segments of sound, retrieval by aligned frames, the learning rate, the
// contrast of frames.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { alignedSimilarity } from '../../src/engine/exploration/neighbours/alignedSimilarity.ts';
import { alignedStrategy } from '../../src/shared/contract/model.ts';
import { partnerRanks, retrievalScores } from '../../src/engine/exploration/neighbours/retrievalRanks.ts';
import { streamOf } from '../../src/engine/model/cavMae.ts';
import { classToken, pool, withoutClassToken } from '../../src/engine/model/encoder.ts';
import { contrastiveLoss, unitRows } from '../../src/engine/model/losses.ts';
import { alignedSegments, segmentRange } from '../../src/engine/preprocess/alignedSegments.ts';
import { cosineFactor } from '../../src/engine/training/optimiser/schedule.ts';
import { compare, compareValue, filesMatching, has, json, tensor } from './fixtures.ts';
import { modelFolder } from './modelFolder.ts';

beforeAll(async () => void (await startBackend()));

interface Direction {
  R1: number;
  R5: number;
  R10: number;
  MedR: number;
  entries_counted: number;
  ranks_0based: number[];
}
type Directions = Record<'audio_to_video' | 'video_to_audio', Direction>;

function compareRanks(similarity: Float32Array, clips: number, expected: Directions, file: string, what: string): void {
  for (const direction of ['audio_to_video', 'video_to_audio'] as const) {
    const wanted = expected[direction];
    const ranks = partnerRanks(similarity, clips, direction === 'video_to_audio');
    const { r1, r5, r10, medianRank } = retrievalScores(ranks);
    expect(ranks.listed, `${what} ${direction}`).toEqual(wanted.ranks_0based);
    for (const [name, actual, reference] of [
      ['R@1', r1, wanted.R1],
      ['R@5', r5, wanted.R5],
      ['R@10', r10, wanted.R10],
      ['MedR', medianRank, wanted.MedR],
    ] as const)
      compareValue(actual, reference, file, { atol: 1e-12 }, `${what} ${direction} ${name}`);
  }
}

describe.runIf(has('sync/segments/cases.json'))('aligned segments', () => {
  const cases = () =>
    json('sync/segments/cases.json') as {
      tables: { num_frames: number; spectrogram_length: number; target_length: number; start_end: number[][] }[];
      cases: { name: string; clip: string; target_length: number; total_frame: number; start_end: number[][] }[];
    };
  it('start and end where the reference has them', () => {
    for (const { num_frames: frames, spectrogram_length: length, target_length: target, start_end } of cases().tables)
      expect(start_end.map((_, k) => segmentRange(k, frames, length, target))).toEqual(start_end);
  });
  it('hold the same values', () => {
    for (const { name, clip, target_length: target, total_frame: frames } of cases().cases) {
      const raw = tensor(`sync/segments/${clip}.raw.bin`).data;
      const all = Array.from({ length: frames }, (_, k) => k);
      compare(alignedSegments(raw, all, frames, target), `sync/segments/${name}.norm.bin`);
    }
  });
});

/** Unit vectors [rows, D] in float32, as the reference normalises them. */
const units = (data: Float32Array, dim: number): Float32Array =>
  tf.tidy(() => Float32Array.from(unitRows(tf.tensor2d(data, [data.length / dim, dim])).dataSync()));

const sets = filesMatching(/^sync\/retrieval\/frames\d+\.a\.bin$|^sync\/retrieval\/ties\d*\.a\.bin$/).map((file) =>
  file.slice('sync/retrieval/'.length, -'.a.bin'.length),
);
describe.each(sets)('retrieval by aligned frames: %s', (name) => {
  it.each(alignedStrategy.options)('%s', (strategy) => {
    const [a, v] = [tensor(`sync/retrieval/${name}.a.bin`), tensor(`sync/retrieval/${name}.v.bin`)];
    const [clips = 0, frames = 0, dim = 0] = a.shape;
    const similarity = alignedSimilarity(units(a.data, dim), units(v.data, dim), { clips, frames, dim }, strategy);
    compare(similarity, `sync/retrieval/${name}.${strategy}.bin`);
    const file = 'sync/retrieval/result.json';
    const expected = (json(file) as Record<string, Record<string, Directions>>)[name]![strategy]!;
    // Ties are made by the fixture with exactly equal vectors; they tie here as well.
    compareRanks(similarity, clips, expected, file, `${name} ${strategy}`);
  });
});

it.runIf(has('sync/retrieval/enhanced.json'))('one sound against sixteen frames, as plain CAV-MAE is compared', () => {
  const [a, v] = [tensor('sync/retrieval/enhanced.a.bin'), tensor('sync/retrieval/enhanced.v.bin')];
  const [clips = 0, frames = 0, dim = 0] = v.shape;
  const repeated = new Float32Array(clips * frames * dim);
  for (let row = 0; row < clips * frames; row++)
    repeated.set(a.data.subarray(Math.floor(row / frames) * dim, (Math.floor(row / frames) + 1) * dim), row * dim);
  const shape = { clips, frames, dim };
  const similarity = alignedSimilarity(units(repeated, dim), units(v.data, dim), shape, 'mean');
  compare(similarity, 'sync/retrieval/enhanced.mean.bin');
  const file = 'sync/retrieval/enhanced.json';
  compareRanks(similarity, clips, json(file) as Directions, file, 'enhanced');
});

describe.runIf(has('sync/e2e/result.json'))('from segments and frames to retrieval', () => {
  it.each(['cls', 'local'] as const)('%s', (which) => {
    const model = modelFolder('sync/micro').load('cavmae');
    const [segments, images] = [tensor('sync/e2e/segments.bin'), tensor('sync/e2e/images.bin')];
    const [clips = 0, frames = 0] = segments.shape;
    const vectors = (['a', 'v'] as const).map((stream) =>
      tf.tidy(() => {
        const { shape, data } = stream === 'a' ? segments : images;
        const size: number[] = [clips * frames, ...shape.slice(2)];
        const input = tf.tensor(data, size) as tf.Tensor as tf.Tensor3D;
        const all = streamOf(model, input, stream);
        const embedded = which === 'cls' ? classToken(all) : pool(withoutClassToken(model, all));
        return Float32Array.from(unitRows(embedded).dataSync());
      }),
    ) as [Float32Array, Float32Array];
    compare(vectors[0], `sync/e2e/${which}_a.bin`);
    compare(vectors[1], `sync/e2e/${which}_v.bin`);
    const shape = { clips, frames, dim: model.config.embedDim };
    const similarity = alignedSimilarity(...vectors, shape, 'diagonal_mean');
    compare(similarity, `sync/e2e/${which}_sim.bin`);
    const file = 'sync/e2e/result.json';
    compareRanks(similarity, clips, (json(file) as Record<string, Directions>)[which]!, file, which);
    model.parameters.dispose();
  });
});

it.runIf(has('sync/schedule.json'))('learning rate of every step', () => {
  const file = 'sync/schedule.json';
  const given = json(file) as {
    lr: number;
    max_iter: number;
    warmup_iter: number;
    min_lr: number;
    lr_of_step: number[];
  };
  given.lr_of_step.forEach((expected, step) =>
    compareValue(
      given.lr * cosineFactor(step, given.max_iter, given.warmup_iter, given.min_lr / given.lr),
      expected,
      file,
      { rtol: 1e-12 },
      `step ${step}`,
    ),
  );
});

it.runIf(has('sync/contrastive_eval/result.json'))('contrast of single frames, in one direction and in both', () => {
  const file = 'sync/contrastive_eval/result.json';
  const given = json(file) as Record<'train' | 'train_bidirect', { nce_f64: number; c_acc: number }>;
  const [a, v] = ['audio', 'video'].map((name) => {
    const { shape, data } = tensor(`sync/contrastive_eval/${name}_rep.bin`);
    return tf.tensor2d(data, shape as [number, number]);
  }) as [tf.Tensor2D, tf.Tensor2D];
  for (const [bidirect, expected] of [
    [false, given.train],
    [true, given.train_bidirect],
  ] as const)
    tf.tidy(() => {
      const { nce, cAcc } = contrastiveLoss(a, v, bidirect);
      compareValue(nce.dataSync()[0]!, expected.nce_f64, file, { rtol: 2e-5 }, `nce, bidirect ${bidirect}`);
      compareValue(cAcc.dataSync()[0]!, expected.c_acc, file, { atol: 1e-6 }, `c_acc, bidirect ${bidirect}`);
    });
  tf.dispose([a, v]);
});
