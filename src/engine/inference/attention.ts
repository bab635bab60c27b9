// What the encoders look at: attention weights of one layer over the unmasked tokens of a clip (paper section 2.4;
// figure 1.C for E_a, E_v, E_j).
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import { isContrastive, tokensA, tokensV, type CavMaeConfig } from '../model/config.ts';
import { encodeA, encodeBoth, encodeJ, encodeV } from '../model/encoder.ts';
import type { NormSet } from '../model/block.ts';
import type { Model } from '../model/model.ts';
import { patchEmbedA, patchEmbedV } from '../model/patchEmbed.ts';
import { batchOfClip } from './reconstruct.ts';
import type { ClipInput } from './clipInput.ts';
import { freeing } from './freeing.ts';

/** `a`, `v`: E_a, E_v. E_j: `joint` over the tokens of both, `joint-a` and `joint-v` the contrastive streams over one modality alone. */
export type AttentionStream = 'a' | 'v' | 'joint' | 'joint-a' | 'joint-v';

/** `layer` counts from 0 within its encoder; `head` null is the mean over heads. */
export interface AttentionRequest {
  stream: AttentionStream;
  layer: number;
  head: number | null;
  frame: number;
}

/** `weights` [L, L], row = the token that looks, rows sum to 1; audio tokens first. `layers`, `heads`: what there is to choose from. */
export interface AttentionMaps {
  weights: Float32Array;
  tokensA: number;
  tokensV: number;
  layers: { a: number; v: number; joint: number };
  heads: number;
}

const listOf = {
  a: 'blocks_a',
  v: 'blocks_v',
  joint: 'blocks_u',
  'joint-a': 'blocks_u',
  'joint-v': 'blocks_u',
} as const;
const normsOf: Record<AttentionStream, NormSet> = { a: '', v: '', joint: '', 'joint-a': '_a', 'joint-v': '_v' };

const depthOf = (config: CavMaeConfig, stream: AttentionStream): number =>
  stream === 'a' || stream === 'v' ? config.specificDepth : config.jointDepth;

/**
 * The patch tokens' part [L, L] of attention weights over all tokens: without CAV-MAE Sync's class and register tokens,
 * so that a row sums to one less what went to them.
 */
function ofPatches(weights: Float32Array, withClass: boolean, patches: number): Float32Array {
  const length = Math.round(Math.sqrt(weights.length));
  if (length === patches) return weights;
  const first = withClass ? 1 : 0;
  const out = new Float32Array(patches * patches);
  for (let row = 0; row < patches; row++) {
    const at = (row + first) * length + first;
    out.set(weights.subarray(at, at + patches), row * patches);
  }
  return out;
}

/** @throws EngineError BAD_INPUT for a layer or head that is not there, or a modality the clip or the model lacks */
export function attentionOfClip(
  model: Model,
  clip: ClipInput,
  { stream, layer, head, frame }: AttentionRequest,
): AttentionMaps {
  const { config } = model;
  const depth = depthOf(config, stream);
  if (layer >= depth)
    throw new EngineError(
      'BAD_INPUT',
      `this encoder has ${depth} ${depth === 1 ? 'layer' : 'layers'}: there is no layer ${layer + 1}`,
      { field: 'layer' },
    );
  if (head !== null && head >= config.numHeads)
    throw new EngineError('BAD_INPUT', `there are ${config.numHeads} heads: there is no head ${head + 1}`, {
      field: 'head',
    });
  const contrastive = isContrastive(config);
  if ((stream === 'joint-a' || stream === 'joint-v') && !contrastive)
    throw new EngineError(
      'BAD_INPUT',
      `a model of variant ${config.variant} has no stream of one modality through E_j`,
      { field: 'stream' },
    );
  return freeing(() => {
    const { audio, image } = batchOfClip(model, clip, frame);
    const needs =
      stream === 'a' || stream === 'joint-a'
        ? audio
        : stream === 'v' || stream === 'joint-v'
          ? image
          : (audio ?? image);
    if (!needs)
      throw new EngineError(
        'BAD_INPUT',
        `the clip has no ${stream.endsWith('a') ? 'sound' : 'picture'}, or the model does not look at it`,
      );
    let found: Float32Array | null = null;
    const stage = `${listOf[stream]}.${layer}.weights`;
    const tap = (name: string, value: tf.Tensor): void => {
      // E_a and E_v run first where E_j is asked for; only the wanted list carries this name.
      if (name === stage)
        found = Float32Array.from(
          tf
            .tidy(() => (head === null ? tf.mean(value, 1) : tf.slice(value, [0, head, 0, 0], [1, 1, -1, -1])))
            .dataSync<'float32'>(),
        );
    };
    const watched: Model = { ...model, tap };
    const withA = audio && stream !== 'v' && stream !== 'joint-v';
    const withV = image && stream !== 'a' && stream !== 'joint-a';
    const a = withA ? encodeA(watched, patchEmbedA(model, audio)) : null;
    const v = withV ? encodeV(watched, patchEmbedV(model, image)) : null;
    if (stream === 'joint') encodeBoth(watched, a, v);
    else if (stream !== 'a' && stream !== 'v') encodeJ(watched, (a ?? v)!, normsOf[stream]);
    if (!found) throw new EngineError('INTERNAL', `no stage ${stage} was seen`);
    // The joint stream has no class token; the others are led by it where the model has one.
    const withClass = config.clsToken && stream !== 'joint';
    const shown = (withA ? tokensA(config) : 0) + (withV ? tokensV(config) : 0);
    return {
      weights: ofPatches(found, withClass, shown),
      tokensA: withA ? tokensA(config) : 0,
      tokensV: withV ? tokensV(config) : 0,
      layers: { a: config.specificDepth, v: config.specificDepth, joint: config.jointDepth },
      heads: config.numHeads,
    };
  });
}
