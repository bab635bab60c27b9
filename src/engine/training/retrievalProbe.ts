// How well sound and picture of held-out clips find each other, while training goes on (reference protocol: one frame, pooled tokens).
import * as tf from '@tensorflow/tfjs';
import type { CurvePoint } from '../../shared/contract/model.ts';
import { drawMasks, embedA, embedV, paperOptions, pretrainForward } from '../model/cavMae.ts';
import { isContrastive } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import { freeing } from '../inference/freeing.ts';
import type { InputCache, TrainingClip } from './data/inputCache.ts';
import { makeBatch, plainBatch } from './data/makeBatch.ts';
import { cosineMatrix, retrievalScore, type RetrievalScore } from './metrics/retrieval.ts';
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

/**
 * Loss on held-out clips under the same masks every time (`valLoss`) and, for systems with both modalities, the mean R@1 of both
 * directions (`accuracy`).
 */
export async function probe(
  model: Model,
  clips: readonly TrainingClip[],
  read: InputCache,
  breathe: () => Promise<void>,
): Promise<ProbeResult> {
  if (!clips.length) return { point: {}, retrieval: null };
  const { config } = model;
  const both = isContrastive(config);
  const vectors = { a: [] as Float32Array[], v: [] as Float32Array[] };
  let loss = 0;
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
      loss +=
        (part.length / clips.length) *
        pretrainForward(model, batch, drawMasks(config, {}, part.length, from + 1), paperOptions).loss.dataSync()[0]!;
      if (!both) return;
      const values = (x: tf.Tensor) => Float32Array.from(x.dataSync<'float32'>());
      vectors.a.push(values(embedA(model, batch.audio!)));
      vectors.v.push(values(embedV(model, batch.image!)));
    });
  }
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
