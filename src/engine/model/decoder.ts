// The joint decoder (paper section 2.3, eq. 4-5): mask tokens fill the gaps, every token gets its place and modality,
// eight narrow blocks, one linear head per modality.
import * as tf from '@tensorflow/tfjs';
import { tokensA, tokensV } from './config.ts';
import { concatTokens, throughBlocks } from './encoder.ts';
import { layerNorm } from './layerNorm.ts';
import { linearLayer } from './linear.ts';
import type { Mask } from './masking.ts';
import type { Model } from './model.ts';
import { restore } from './shuffle.ts';

/** Which tokens the encoder saw: a mask per modality, or one over the concatenation (vanilla AV-MAE). */
export interface Masks {
  a: Mask | null;
  v: Mask | null;
  joint: Mask | null;
}

/** Predicted patches [N, L, 256] and [N, L, 768]; null for a modality the model was not given. */
export interface Predictions {
  a: tf.Tensor3D | null;
  v: tf.Tensor3D | null;
}

/**
 * Kept tokens [N, lenKeep, D'] → all tokens [N, L, D'] in their own order, mask tokens in the gaps. Where there are
 * more kept tokens (the registers that a CAV-MAE Sync kept), the last mask tokens fall away, as in the reference.
 */
function fillGaps(kept: tf.Tensor3D, maskToken: tf.Tensor, mask: Mask): tf.Tensor3D {
  const gaps = mask.length - mask.lenKeep;
  const spare = kept.shape[1] - mask.lenKeep;
  if (spare > 0) return restore(firstTokens(kept, maskToken, mask), mask);
  if (gaps === 0) return restore(kept, mask);
  // Broadcasting rather than tiling: the gradient is one sum.
  const fillers = tf.add(tf.zeros([mask.batch, gaps, maskToken.shape[2]!]), maskToken) as tf.Tensor3D;
  return restore(mask.lenKeep === 0 ? fillers : tf.concat([kept, fillers], 1), mask);
}

/** The first L of kept tokens with mask tokens behind. */
const firstTokens = (kept: tf.Tensor3D, maskToken: tf.Tensor, mask: Mask): tf.Tensor3D => {
  const gaps = mask.length - mask.lenKeep;
  const fillers = tf.add(tf.zeros([mask.batch, gaps, maskToken.shape[2]!]), maskToken) as tf.Tensor3D;
  return part(tf.concat([kept, fillers], 1), 0, mask.length);
};

const part = (x: tf.Tensor3D, from: number, count: number): tf.Tensor3D => tf.slice(x, [0, from, 0], [-1, count, -1]);

/** Joint tokens [N, kept, D] → predicted patches of every place. */
export function decode(model: Model, x: tf.Tensor3D, masks: Masks): Predictions {
  const { config, parameters, tap } = model;
  return tf.tidy(() => {
    const embedded = linearLayer(x, parameters.get('decoder_embed.weight'), parameters.get('decoder_embed.bias'));
    const maskToken = parameters.get('mask_token');
    const [lengthA, lengthV] = [tokensA(config), tokensV(config)];
    let a: tf.Tensor3D | null = null;
    let v: tf.Tensor3D | null = null;
    if (masks.joint) {
      const all = fillGaps(embedded, maskToken, masks.joint);
      a = part(all, 0, lengthA);
      v = part(all, lengthA, lengthV);
    } else {
      const keptA = masks.a?.lenKeep ?? 0;
      if (masks.a) a = fillGaps(part(embedded, 0, keptA), maskToken, masks.a);
      if (masks.v) v = fillGaps(part(embedded, keptA, embedded.shape[1] - keptA), maskToken, masks.v);
    }
    const placed = (tokens: tf.Tensor3D | null, stream: 'a' | 'v') =>
      tokens &&
      (tf.add(
        tf.add(tokens, parameters.get(`decoder_pos_embed_${stream}`)),
        parameters.get(`decoder_modality_${stream}`),
      ) as tf.Tensor3D);
    const [placedA, placedV] = [placed(a, 'a'), placed(v, 'v')];
    const y = layerNorm(
      throughBlocks(
        model,
        placedA && placedV ? concatTokens(placedA, placedV) : (placedA ?? placedV)!,
        'decoder_blocks',
        '',
      ),
      parameters,
      'decoder_norm',
    );
    const predict = (from: number, count: number, stream: 'a' | 'v') => {
      const prediction = linearLayer(
        part(y, from, count),
        parameters.get(`decoder_pred_${stream}.weight`),
        parameters.get(`decoder_pred_${stream}.bias`),
      );
      tap?.(`pred_${stream}`, prediction);
      return prediction;
    };
    // `tidy` finds tensors in the returned object.
    return {
      a: placedA && predict(0, lengthA, 'a'),
      v: placedV && predict(placedA ? lengthA : 0, lengthV, 'v'),
    } as unknown as tf.TensorContainer;
  }) as unknown as Predictions;
}
