// The three encoders (paper section 2.4): E_a and E_v for one modality each, E_j shared by all streams, which differ in E_j only by
// their LayerNorms.
import * as tf from '@tensorflow/tfjs';
import { block, type NormSet } from './block.ts';
import { layerNorm } from './layerNorm.ts';
import type { Model } from './model.ts';

/** x [N, L, D] through blocks `<list>.0 …`. Every step frees the one before it. */
export function throughBlocks(
  model: Model,
  x: tf.Tensor3D,
  list: 'blocks_a' | 'blocks_v' | 'blocks_u' | 'decoder_blocks',
  norms: NormSet,
  from = 0,
): tf.Tensor3D {
  const { config, parameters, tap, checkpoint } = model;
  const depth =
    list === 'blocks_u' ? config.jointDepth : list === 'decoder_blocks' ? config.decoderDepth : config.specificDepth;
  const heads = list === 'decoder_blocks' ? config.decoderNumHeads : config.numHeads;
  if (x.shape[1] === 0) return x;
  let y = x;
  for (let i = from; i < depth; i++) {
    const next = block(y, parameters, `${list}.${i}`, norms, { heads, checkpoint, tap });
    if (y !== x && tf.engine().state.gradientDepth === 0) y.dispose();
    y = next;
  }
  return y;
}

/** E_a: audio tokens [N, La, D] → [N, La, D]. */
export const encodeA = (model: Model, a: tf.Tensor3D): tf.Tensor3D => throughBlocks(model, a, 'blocks_a', '');
/** E_v: image tokens [N, Lv, D] → [N, Lv, D]. */
export const encodeV = (model: Model, v: tf.Tensor3D): tf.Tensor3D => throughBlocks(model, v, 'blocks_v', '');

/** E_j with the LayerNorms of a stream and that stream's final LayerNorm: [N, L, D] → [N, L, D]. */
export function encodeJ(model: Model, x: tf.Tensor3D, norms: NormSet, from = 0): tf.Tensor3D {
  return tf.tidy(() => {
    const y = throughBlocks(model, x, 'blocks_u', norms, from);
    return y.shape[1] === 0 ? y.clone() : layerNorm(y, model.parameters, `norm${norms}`);
  });
}

/** Tokens of two modalities one after the other, audio first; either may be empty. */
export function concatTokens(a: tf.Tensor3D, v: tf.Tensor3D): tf.Tensor3D {
  if (a.shape[1] === 0) return v;
  return v.shape[1] === 0 ? a : tf.concat([a, v], 1);
}

/** Mean over tokens: [N, L, D] → [N, D]. */
export const pool = (x: tf.Tensor3D): tf.Tensor2D => tf.mean(x, 1);
