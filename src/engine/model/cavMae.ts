// CAV-MAE pretraining (paper figure 1.C, section 2.4) and, from the same parts, the paper's other systems: CAV (contrastive only),
// vanilla AV-MAE (one joint encoder over 25 % of all tokens), audio MAE and visual MAE. CAV-MAE Sync (Araujo et al. 2025, arXiv
// 2505.01237) contrasts class tokens of aligned segments instead of mean tokens.
import * as tf from '@tensorflow/tfjs';
import {
  gridA,
  gridV,
  hearsSound,
  isContrastive,
  seesPictures,
  tokensA,
  tokensV,
  type CavMaeConfig,
} from './config.ts';
import { decode, type Masks, type Predictions } from './decoder.ts';
import {
  classToken,
  concatTokens,
  embeddingOf,
  encodeA,
  encodeBoth,
  encodeJ,
  encodeStream,
  encodeV,
  firstJointBlock,
  pool,
  sliceTokens,
  withoutClassToken,
  type Stream,
} from './encoder.ts';
import { centredRows, contrastiveLoss, maskTensor, reconstructionLoss, TEMPERATURE } from './losses.ts';
import { drawMask, type MaskMode } from './masking.ts';
import type { Model } from './model.ts';
import { patchEmbedA, patchEmbedV } from './patchEmbed.ts';
import { patchifyA, patchifyV } from './patchify.ts';
import { takeKept } from './shuffle.ts';

export interface PretrainOptions {
  maeLossWeight: number;
  contrastLossWeight: number;
  bidirect: boolean;
  /** Of the contrastive loss; the paper's is fixed at .05. */
  temperature: number;
  /** Share of the batch's mean that is taken off the embeddings before they are compared; the paper's is 0. */
  centring: number;
  /**
   * With several joint blocks the reference's pretraining gives each of them the same input in the contrastive streams
   * and keeps the last result (`lastOnly`); its feature extraction chains them, as the paper draws it (`chained`). The
   * same with one joint block.
   */
  contrastiveJoint: 'chained' | 'lastOnly';
  /**
   * Clips that are compared with each other: the reference's base run has four processes that contrast over a quarter
   * of the batch each. 0: all of the batch.
   */
  contrastGroup: number;
}

/**
 * The paper's weights: reconstruction 1, contrastive .01 (the reference's default of 3 for the former is never used).
 */
export const paperOptions: PretrainOptions = {
  maeLossWeight: 1,
  contrastLossWeight: 0.01,
  bidirect: false,
  temperature: TEMPERATURE,
  centring: 0,
  contrastiveJoint: 'chained',
  contrastGroup: 0,
};

/** `lossC` is weighted, `lossMae` too; `lossMaeA` and `lossMaeV` are not. Parts that do not apply are zero. */
export interface PretrainLosses {
  loss: tf.Scalar;
  lossMae: tf.Scalar;
  lossMaeA: tf.Scalar;
  lossMaeV: tf.Scalar;
  lossC: tf.Scalar;
  cAcc: tf.Scalar;
}
export interface PretrainResult extends PretrainLosses {
  predA: tf.Tensor3D | null;
  predV: tf.Tensor3D | null;
}

/**
 * audio: normalised fbank [N, T, M]; image: normalised [N, 3, H, W]. A model of one modality takes null for the other.
 */
export interface Batch {
  audio: tf.Tensor3D | null;
  image: tf.Tensor4D | null;
}

/** Seeded masks as the model's variant wants them. `ratioA` is the ratio over the concatenation for `av-mae`. */
export function drawMasks(
  config: CavMaeConfig,
  { mode = 'unstructured', ratioA = 0.75, ratioV = 0.75 }: { mode?: MaskMode; ratioA?: number; ratioV?: number },
  batch: number,
  seed: number,
): Masks {
  if (config.variant === 'av-mae')
    return {
      a: null,
      v: null,
      joint: drawMask('unstructured', ratioA, batch, [1, tokensA(config) + tokensV(config)], seed, 'a'),
    };
  return {
    a: !hearsSound(config) ? null : drawMask(mode, ratioA, batch, gridA(config), seed, 'a'),
    v: !seesPictures(config) ? null : drawMask('unstructured', ratioV, batch, gridV(config), seed, 'v'),
    joint: null,
  };
}

export interface Encoded {
  /** Joint stream after `norm` [N, kept, D]: audio tokens, then image tokens, in shuffled order. */
  x: tf.Tensor3D;
  /** Contrastive streams after `norm_a`, `norm_v` [N, kept, D]; null for systems without them. */
  ca: tf.Tensor3D | null;
  cv: tf.Tensor3D | null;
  /** CAV-MAE Sync: class tokens of the contrastive streams [N, D]. */
  clsA: tf.Tensor2D | null;
  clsV: tf.Tensor2D | null;
}

/** Splits a contrastive stream [N, (1) + kept (+ R), D] into its kept patch tokens and its class token. */
function splitStream(
  { config }: Model,
  x: tf.Tensor3D | null,
  kept: number,
): { patches: tf.Tensor3D | null; cls: tf.Tensor2D | null } {
  if (!x) return { patches: null, cls: null };
  const first = config.clsToken ? 1 : 0;
  return { patches: sliceTokens(x, first, first + kept), cls: first ? classToken(x) : null };
}

/** The reference's `forward_encoder`: masked tokens through E_a, E_v, E_j. */
export function encodeMasked(
  model: Model,
  batch: Batch,
  masks: Masks,
  { contrastiveJoint }: Pick<PretrainOptions, 'contrastiveJoint'>,
): Encoded {
  const { config, tap } = model;
  return tf.tidy(() => {
    const embeddedA = batch.audio && hearsSound(config) ? patchEmbedA(model, batch.audio) : null;
    const embeddedV = batch.image && seesPictures(config) ? patchEmbedV(model, batch.image) : null;
    const encoded: Encoded = { x: null as never, ca: null, cv: null, clsA: null, clsV: null };
    if (masks.joint) encoded.x = encodeJ(model, takeKept(concatTokens(embeddedA!, embeddedV!), masks.joint), '');
    else {
      const a = embeddedA && encodeA(model, takeKept(embeddedA, masks.a!));
      const v = embeddedV && encodeV(model, takeKept(embeddedV, masks.v!));
      encoded.x = encodeBoth(model, a, v);
      if (isContrastive(config)) {
        const from = contrastiveJoint === 'lastOnly' ? config.jointDepth - 1 : firstJointBlock(config);
        const streamA = splitStream(model, a && encodeJ(model, a, '_a', from), masks.a?.lenKeep ?? 0);
        const streamV = splitStream(model, v && encodeJ(model, v, '_v', from), masks.v?.lenKeep ?? 0);
        Object.assign(encoded, { ca: streamA.patches, cv: streamV.patches, clsA: streamA.cls, clsV: streamV.cls });
      }
    }
    tap?.('enc_x', encoded.x);
    for (const [stage, value] of [
      ['enc_ca', encoded.ca],
      ['enc_cv', encoded.cv],
      ['enc_cls_a', encoded.clsA],
      ['enc_cls_v', encoded.clsV],
    ] as const)
      if (value) tap?.(stage, value);
    return encoded as unknown as tf.TensorContainer;
  }) as unknown as Encoded;
}

/**
 * What the contrastive loss compares of each clip [N, V, D]: the mean patch token (CAV-MAE), the class token (CAV-MAE
 * Sync), or both, each with a loss of its own. Null for systems without contrastive streams, or without one modality.
 */
export function comparedVectors(
  { config }: Model,
  { ca, cv, clsA, clsV }: Encoded,
): { a: tf.Tensor3D; v: tf.Tensor3D } | null {
  if (!ca || !cv) return null;
  const views = (patches: tf.Tensor3D, cls: tf.Tensor2D | null) =>
    tf.stack([...(cls ? [cls] : []), ...(!cls || config.globalLocal ? [pool(patches)] : [])], 1) as tf.Tensor3D;
  return { a: views(ca, clsA), v: views(cv, clsV) };
}

/** Masks of each modality [N, La], [N, Lv] whatever way the tokens were masked. */
function masksByModality(config: CavMaeConfig, masks: Masks): { a: tf.Tensor2D | null; v: tf.Tensor2D | null } {
  if (!masks.joint) return { a: masks.a && maskTensor(masks.a), v: masks.v && maskTensor(masks.v) };
  const [a, v] = tf.split(maskTensor(masks.joint), [tokensA(config), tokensV(config)], 1) as tf.Tensor2D[];
  return { a: a!, v: v! };
}

/** Weighted loss and accuracy of what is compared of sound and of picture, [N, V, D] each (see `comparedVectors`). */
export type Contrast = (
  a: tf.Tensor3D,
  v: tf.Tensor3D,
  options: PretrainOptions,
) => { lossC: tf.Scalar; cAcc: tf.Scalar };

/** The contrast of one view [N, D], or its mean over groups of `contrastGroup` clips each. */
function contrastOfView(a: tf.Tensor2D, v: tf.Tensor2D, options: PretrainOptions): { nce: tf.Scalar; cAcc: tf.Scalar } {
  const { centring, bidirect, temperature } = options;
  const size = a.shape[0];
  const group = Math.min(options.contrastGroup || size, size);
  let [nce, cAcc] = [tf.scalar(0), tf.scalar(0)];
  for (let from = 0; from < size; from += group) {
    const count = Math.min(group, size - from);
    const part = (x: tf.Tensor2D) => centredRows(count === size ? x : tf.slice(x, [from, 0], [count, -1]), centring);
    const one = contrastiveLoss(part(a), part(v), bidirect, temperature);
    nce = tf.add(nce, tf.mul(one.nce, count / size));
    cAcc = tf.add(cAcc, tf.mul(one.cAcc, count / size));
  }
  return { nce, cAcc };
}

/** The paper's: every clip's picture against all sounds of the batch. Views of a clip are averaged. */
export const contrast: Contrast = (a, v, options) => {
  const views = a.shape[1];
  // tf.unstack of one has no working gradient.
  const view = (x: tf.Tensor3D, i: number) =>
    tf.reshape(tf.slice(x, [0, i, 0], [-1, 1, -1]), [x.shape[0], x.shape[2]]) as tf.Tensor2D;
  let [lossC, cAcc] = [tf.scalar(0), tf.scalar(0)];
  for (let i = 0; i < views; i++) {
    const one = contrastOfView(view(a, i), view(v, i), options);
    lossC = tf.add(lossC, tf.mul(one.nce, options.contrastLossWeight / views));
    cAcc = tf.add(cAcc, tf.div(one.cAcc, views));
  }
  return { lossC, cAcc };
};

/**
 * One pretraining forward pass: encode what is left, decode everything, compare. A weight of zero skips its branch.
 * `compare` stands in for the contrast of this batch alone where the batch is part of a larger one. Run it inside
 * `tf.tidy` or `Parameters.gradients`.
 */
export function pretrainForward(
  model: Model,
  batch: Batch,
  masks: Masks,
  options: PretrainOptions = paperOptions,
  compare: Contrast = contrast,
): PretrainResult {
  const { config } = model;
  const encoded = encodeMasked(model, batch, masks, options);
  const zero = tf.scalar(0);
  let predictions: Predictions = { a: null, v: null };
  let [lossMaeA, lossMaeV, lossC, cAcc] = [zero, zero, zero, zero];
  if (options.maeLossWeight !== 0 && config.variant !== 'cav') {
    predictions = decode(model, encoded.x, masks);
    const removed = masksByModality(config, masks);
    if (predictions.a && batch.audio)
      lossMaeA = reconstructionLoss(predictions.a, patchifyA(batch.audio), removed.a!, config.normPixLoss);
    if (predictions.v && batch.image)
      lossMaeV = reconstructionLoss(predictions.v, patchifyV(batch.image), removed.v!, config.normPixLoss);
  }
  const compared = options.contrastLossWeight === 0 ? null : comparedVectors(model, encoded);
  if (compared) ({ lossC, cAcc } = compare(compared.a, compared.v, options));
  const lossMae = tf.mul(tf.add(lossMaeA, lossMaeV), options.maeLossWeight) as tf.Scalar;
  return {
    loss: tf.add(lossMae, lossC) as tf.Scalar,
    lossMae,
    lossMaeA,
    lossMaeV,
    lossC,
    cAcc,
    predA: predictions.a,
    predV: predictions.v,
  };
}

/**
 * Unmasked stream of one modality: normalised input → after its final LayerNorm [N, (1) + L, D], led by the class token
 * where the model has one (half of the reference's `forward_feat`).
 */
export function streamOf(model: Model, input: tf.Tensor3D | tf.Tensor4D, stream: Stream): tf.Tensor3D {
  return tf.tidy(() =>
    stream === 'a'
      ? encodeStream(model, encodeA(model, patchEmbedA(model, input as tf.Tensor3D)), 'a')
      : encodeStream(model, encodeV(model, patchEmbedV(model, input as tf.Tensor4D)), 'v'),
  );
}

/** Patch tokens of the unmasked audio stream: fbank [N, T, M] → [N, La, D]. */
export const featuresA = (model: Model, audio: tf.Tensor3D): tf.Tensor3D =>
  tf.tidy(() => withoutClassToken(model, streamOf(model, audio, 'a')));

/** Patch tokens of the unmasked image stream: image [N, 3, H, W] → [N, Lv, D]. */
export const featuresV = (model: Model, image: tf.Tensor4D): tf.Tensor3D =>
  tf.tidy(() => withoutClassToken(model, streamOf(model, image, 'v')));

/** Embedding c_a [N, D] of the audio stream: the class token, or the mean over patch tokens. */
export const embedA = (model: Model, audio: tf.Tensor3D): tf.Tensor2D =>
  tf.tidy(() => embeddingOf(model, streamOf(model, audio, 'a')));
/** Embedding c_v [N, D] of the image stream. */
export const embedV = (model: Model, image: tf.Tensor4D): tf.Tensor2D =>
  tf.tidy(() => embeddingOf(model, streamOf(model, image, 'v')));
