// How well sound and picture of held-out clips find each other, while training goes on (reference protocol: one frame,
// pooled tokens).
import * as tf from '@tensorflow/tfjs';
import type { CurvePoint } from '../../shared/contract/model.ts';
import { contrast, drawMasks, embedA, embedV, pretrainForward, type Batch } from '../model/cavMae.ts';
import { isContrastive } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import { freeing } from '../inference/freeing.ts';
import type { InputCache, TrainingClip } from './data/inputCache.ts';
import { makeBatch, plainBatch } from './data/makeBatch.ts';
import { cosineMatrix, retrievalScore, type RetrievalScore } from './metrics/retrieval.ts';
import { lossOptions } from './lossOptions.ts';
import type { PretrainValues } from './presets/preset.ts';
import { Random } from './random.ts';

export interface RetrievalReport {
  clips: number;
  a2v: RetrievalScore;
  v2a: RetrievalScore;
}
export interface ProbeResult {
  point: Partial<CurvePoint>;
  retrieval: RetrievalReport | null;
}

const CHUNK = 8;

interface Part {
  /** Weighted reconstruction of the part. */
  mae: number;
  compared: { a: Float32Array; v: Float32Array } | null;
}

/** Reconstruction loss of a few clips, and what the contrast compares of them. */
function partOf(model: Model, batch: Batch, values: PretrainValues, seed: number, clips: number): Part {
  const { maskMode: mode, maskRatioA: ratioA, maskRatioV: ratioV } = values;
  const masks = drawMasks(model.config, { mode, ratioA, ratioV }, clips, seed);
  let compared: Part['compared'] = null;
  const { lossMae } = pretrainForward(model, batch, masks, lossOptions(values), (a, v) => {
    compared = { a: Float32Array.from(a.dataSync<'float32'>()), v: Float32Array.from(v.dataSync<'float32'>()) };
    return { lossC: tf.scalar(0), cAcc: tf.scalar(0) };
  });
  return { mae: lossMae.dataSync()[0]!, compared };
}

/** The contrast of all clips, in groups as large as those of training. */
function contrastOf(parts: readonly Part[], clips: number, dim: number, values: PretrainValues): number {
  const found = parts.flatMap(({ compared }) => (compared ? [compared] : []));
  if (!found.length) return 0;
  return freeing(() => {
    const rows = (of: 'a' | 'v') => {
      const all = tf.concat(found.map((part) => tf.tensor1d(part[of])));
      return tf.reshape(all, [clips, all.size / clips / dim, dim]) as tf.Tensor3D;
    };
    const contrastGroup = values.contrastGroup || values.batchSize;
    return contrast(rows('a'), rows('v'), { ...lossOptions(values), contrastGroup }).lossC.dataSync()[0]!;
  });
}

/**
 * The recipe's loss on held-out clips under the same masks every time (`valLoss`), with the contrast over as many clips
 * as in training where there are as many, and, for systems with both modalities, the mean R@1 of both directions
 * (`accuracy`).
 */
export async function probe(
  model: Model,
  clips: readonly TrainingClip[],
  values: PretrainValues,
  read: InputCache,
  breathe: () => Promise<void>,
): Promise<ProbeResult> {
  if (!clips.length) return { point: {}, retrieval: null };
  const { config } = model;
  const both = isContrastive(config);
  const vectors = { a: [] as Float32Array[], v: [] as Float32Array[] };
  const parts: Part[] = [];
  let mae = 0;
  for (let from = 0; from < clips.length; from += CHUNK) {
    await breathe();
    const part = clips.slice(from, from + CHUNK);
    const inputs = await Promise.all(part.map((clip) => read.get(clip)));
    freeing(() => {
      const batch = makeBatch(
        inputs,
        part.map((clip) => clip.name),
        config,
        plainBatch,
        new Random(1),
      );
      const measured = partOf(model, batch, values, from + 1, part.length);
      parts.push(measured);
      mae += (part.length / clips.length) * measured.mae;
      if (!both) return;
      const numbers = (x: tf.Tensor) => Float32Array.from(x.dataSync<'float32'>());
      vectors.a.push(numbers(embedA(model, batch.audio!)));
      vectors.v.push(numbers(embedV(model, batch.image!)));
    });
  }
  const loss = mae + contrastOf(parts, clips.length, config.embedDim, values);
  if (!both) return { point: { valLoss: loss }, retrieval: null };
  const joined = (parts: Float32Array[]) => {
    const out = new Float32Array(clips.length * config.embedDim);
    let at = 0;
    for (const p of parts) {
      out.set(p, at);
      at += p.length;
    }
    return out;
  };
  const similarity = cosineMatrix(joined(vectors.a), joined(vectors.v), config.embedDim);
  const score = (transposed: boolean): RetrievalScore => {
    const { r1, r5, r10, medianRank } = retrievalScore(similarity, clips.length, transposed);
    return { r1, r5, r10, medianRank };
  };
  const [a2v, v2a] = [score(false), score(true)];
  return { point: { valLoss: loss, accuracy: (a2v.r1 + v2a.r1) / 2 }, retrieval: { clips: clips.length, a2v, v2a } };
}
