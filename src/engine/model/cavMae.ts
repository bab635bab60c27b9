// CAV-MAE pretraining (paper figure 1.C, section 2.4) and, from the same parts, the paper's other systems: CAV (contrastive only),
// vanilla AV-MAE (one joint encoder over 25 % of all tokens), audio MAE and visual MAE.
import * as tf from '@tensorflow/tfjs';
import { gridA, gridV, tokensA, tokensV, type CavMaeConfig } from './config.ts';
import { decode, type Masks, type Predictions } from './decoder.ts';
import { concatTokens, encodeA, encodeJ, encodeV, pool } from './encoder.ts';
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
   * With several joint blocks the reference's pretraining gives each of them the same input in the contrastive streams and keeps the
   * last result (`lastOnly`); its feature extraction chains them, as the paper draws it (`chained`). The same with one joint block.
   */
  contrastiveJoint: 'chained' | 'lastOnly';
}

/** The paper's weights: reconstruction 1, contrastive .01 (the reference's default of 3 for the former is never used). */
export const paperOptions: PretrainOptions = {
  maeLossWeight: 1,
  contrastLossWeight: 0.01,
  bidirect: false,
  temperature: TEMPERATURE,
  centring: 0,
  contrastiveJoint: 'chained',
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

/** audio: normalised fbank [N, T, M]; image: normalised [N, 3, H, W]. A model of one modality takes null for the other. */
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
    a: config.variant === 'mae-visual' ? null : drawMask(mode, ratioA, batch, gridA(config), seed, 'a'),
    v: config.variant === 'mae-audio' ? null : drawMask('unstructured', ratioV, batch, gridV(config), seed, 'v'),
    joint: null,
  };
}

export interface Encoded {
  /** Joint stream after `norm` [N, kept, D]: audio tokens, then image tokens, in shuffled order. */
  x: tf.Tensor3D;
  /** Contrastive streams after `norm_a`, `norm_v` [N, kept, D]; null for systems without them. */
  ca: tf.Tensor3D | null;
  cv: tf.Tensor3D | null;
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
    const embeddedA = batch.audio && config.variant !== 'mae-visual' ? patchEmbedA(model, batch.audio) : null;
    const embeddedV = batch.image && config.variant !== 'mae-audio' ? patchEmbedV(model, batch.image) : null;
    let encoded: Encoded;
    if (masks.joint) {
      encoded = {
        x: encodeJ(model, takeKept(concatTokens(embeddedA!, embeddedV!), masks.joint), ''),
        ca: null,
        cv: null,
      };
    } else {
      const a = embeddedA && encodeA(model, takeKept(embeddedA, masks.a!));
      const v = embeddedV && encodeV(model, takeKept(embeddedV, masks.v!));
      const contrastive = config.variant === 'cav-mae' || config.variant === 'cav';
      const from = contrastiveJoint === 'lastOnly' ? config.jointDepth - 1 : 0;
      encoded = {
        x: encodeJ(model, a && v ? concatTokens(a, v) : (a ?? v)!, ''),
        ca: contrastive && a ? encodeJ(model, a, '_a', from) : null,
        cv: contrastive && v ? encodeJ(model, v, '_v', from) : null,
      };
    }
    tap?.('enc_x', encoded.x);
    if (encoded.ca) tap?.('enc_ca', encoded.ca);
    if (encoded.cv) tap?.('enc_cv', encoded.cv);
    return encoded as unknown as tf.TensorContainer;
  }) as unknown as Encoded;
}

/** Masks of each modality [N, La], [N, Lv] whatever way the tokens were masked. */
function masksByModality(config: CavMaeConfig, masks: Masks): { a: tf.Tensor2D | null; v: tf.Tensor2D | null } {
  if (!masks.joint) return { a: masks.a && maskTensor(masks.a), v: masks.v && maskTensor(masks.v) };
  const [a, v] = tf.split(maskTensor(masks.joint), [tokensA(config), tokensV(config)], 1) as tf.Tensor2D[];
  return { a: a!, v: v! };
}

/** Weighted loss and accuracy of pooled contrastive streams [N, D] of sound and of picture. */
export type Contrast = (
  a: tf.Tensor2D,
  v: tf.Tensor2D,
  options: PretrainOptions,
) => { lossC: tf.Scalar; cAcc: tf.Scalar };

/** The paper's: every clip's picture against all sounds of the batch. */
export const contrast: Contrast = (a, v, { centring, bidirect, temperature, contrastLossWeight }) => {
  const { nce, cAcc } = contrastiveLoss(centredRows(a, centring), centredRows(v, centring), bidirect, temperature);
  return { lossC: tf.mul(nce, contrastLossWeight) as tf.Scalar, cAcc };
};

/**
 * One pretraining forward pass: encode what is left, decode everything, compare. A weight of zero skips its branch. `compare` stands in
 * for the contrast of this batch alone where the batch is part of a larger one.
 * Run it inside `tf.tidy` or `Parameters.gradients`.
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
  if (options.contrastLossWeight !== 0 && encoded.ca && encoded.cv)
    ({ lossC, cAcc } = compare(pool(encoded.ca), pool(encoded.cv), options));
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

/** Unmasked contrastive audio stream: fbank [N, T, M] → tokens after `norm_a` [N, La, D] (half of the reference's `forward_feat`). */
export function featuresA(model: Model, audio: tf.Tensor3D): tf.Tensor3D {
  return tf.tidy(() => encodeJ(model, encodeA(model, patchEmbedA(model, audio)), '_a'));
}

/** Unmasked contrastive image stream: image [N, 3, H, W] → tokens after `norm_v` [N, Lv, D] (the other half). */
export function featuresV(model: Model, image: tf.Tensor4D): tf.Tensor3D {
  return tf.tidy(() => encodeJ(model, encodeV(model, patchEmbedV(model, image)), '_v'));
}
