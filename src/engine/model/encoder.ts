// The three encoders (paper section 2.4): E_a and E_v for one modality each, E_j shared by all streams, which differ in
// E_j only by their LayerNorms. CAV-MAE Sync adds a class token and register tokens to E_a and E_v, and heads to the
// contrastive streams.
import * as tf from '@tensorflow/tfjs';
import { block, type NormSet } from './block.ts';
import { CONTRASTIVE_HEAD_DEPTH, isContrastive, isSync, type CavMaeConfig } from './config.ts';
import { layerNorm } from './layerNorm.ts';
import type { Model } from './model.ts';

/** One modality: audio or visual. */
export type Stream = 'a' | 'v';
export type BlockList = `blocks_${Stream | 'u'}` | 'decoder_blocks' | `constrative_head_${'audio' | 'visual'}`;

/** Blocks in a list. */
export function depthOf(config: CavMaeConfig, list: BlockList): number {
  if (list === 'blocks_u') return config.jointDepth;
  if (list === 'decoder_blocks') return config.decoderDepth;
  return list.startsWith('blocks_') ? config.specificDepth : CONTRASTIVE_HEAD_DEPTH;
}

/** x [N, L, D] through blocks `<list>.0 …`. Every step frees the one before it. */
export function throughBlocks(model: Model, x: tf.Tensor3D, list: BlockList, norms: NormSet, from = 0): tf.Tensor3D {
  const { config, parameters, tap, checkpoint } = model;
  const heads = list === 'decoder_blocks' ? config.decoderNumHeads : config.numHeads;
  if (x.shape[1] === 0) return x;
  let y = x;
  for (let i = from; i < depthOf(config, list); i++) {
    const next = block(y, parameters, `${list}.${i}`, norms, { heads, checkpoint, tap });
    if (y !== x && tf.engine().state.gradientDepth === 0) y.dispose();
    y = next;
  }
  return y;
}

/**
 * Patch tokens [N, L, D] → [class token], patch tokens, register tokens [N, (1) + L + R, D], as CAV-MAE Sync encodes
 * them.
 */
function withExtraTokens({ config, parameters }: Model, x: tf.Tensor3D, stream: Stream): tf.Tensor3D {
  const { clsToken, registerTokens, embedDim } = config;
  if (!clsToken && !registerTokens) return x;
  const batch = x.shape[0];
  const parts: tf.Tensor3D[] = [x];
  // Broadcasting rather than tiling: the gradient is one sum.
  const repeated = (token: tf.Tensor, count: number) =>
    tf.add(tf.zeros([batch, count, embedDim]), token) as tf.Tensor3D;
  if (clsToken) parts.unshift(repeated(parameters.get(`cls_token_${stream}`), 1));
  if (registerTokens) {
    const from = stream === 'a' ? 0 : registerTokens;
    const rows = tf.slice(
      parameters.get('register_tokens') as tf.Tensor as tf.Tensor2D,
      [from, 0],
      [registerTokens, -1],
    );
    parts.push(repeated(tf.reshape(rows, [1, registerTokens, embedDim]), registerTokens));
  }
  return tf.concat(parts, 1);
}

/** Tokens from (inclusive) to (exclusive) of x [N, L, D]. */
export const sliceTokens = (x: tf.Tensor3D, from: number, to: number): tf.Tensor3D =>
  from === 0 && to === x.shape[1] ? x : tf.slice(x, [0, from, 0], [-1, to - from, -1]);

/** Without the class token that leads x [N, (1) + L, D]. */
export const withoutClassToken = ({ config }: Model, x: tf.Tensor3D): tf.Tensor3D =>
  sliceTokens(x, config.clsToken ? 1 : 0, x.shape[1]);

/**
 * E_a or E_v: patch tokens [N, L, D] → [N, L, D]; of CAV-MAE Sync [N, (1) + L, D], led by the class token, without the
 * registers unless the model keeps them.
 */
function encodeSpecific(model: Model, x: tf.Tensor3D, stream: Stream): tf.Tensor3D {
  const { config, tap } = model;
  if (!isSync(config)) return throughBlocks(model, x, `blocks_${stream}`, '');
  return tf.tidy(() => {
    const full = withExtraTokens(model, x, stream);
    tap?.(`full_${stream}`, full);
    const y = throughBlocks(model, full, `blocks_${stream}`, '');
    tap?.(`out_${stream}`, y);
    const kept = sliceTokens(y, 0, config.keepRegisters ? y.shape[1] : y.shape[1] - config.registerTokens);
    return kept === x ? kept.clone() : kept;
  });
}
/** E_a: audio tokens [N, La, D] → [N, La, D] (of CAV-MAE Sync see `encodeSpecific`). */
export const encodeA = (model: Model, a: tf.Tensor3D): tf.Tensor3D => encodeSpecific(model, a, 'a');
/** E_v: image tokens [N, Lv, D] → [N, Lv, D] (of CAV-MAE Sync see `encodeSpecific`). */
export const encodeV = (model: Model, v: tf.Tensor3D): tf.Tensor3D => encodeSpecific(model, v, 'v');

/** E_j with the LayerNorms of a stream and that stream's final LayerNorm: [N, L, D] → [N, L, D]. */
export function encodeJ(model: Model, x: tf.Tensor3D, norms: NormSet, from = 0): tf.Tensor3D {
  return tf.tidy(() => {
    const joint = throughBlocks(model, x, 'blocks_u', norms, from);
    const y =
      norms && model.config.contrastiveHeads
        ? throughBlocks(model, joint, `constrative_head_${norms === '_a' ? 'audio' : 'visual'}`, '')
        : joint;
    return y.shape[1] === 0 ? y.clone() : layerNorm(y, model.parameters, `norm${norms}`);
  });
}

/** LayerNorms of a one-modality stream: systems without a contrastive loss never train the `_a` and `_v` sets. */
export const streamNorms = (config: CavMaeConfig, stream: Stream): NormSet =>
  isContrastive(config) ? `_${stream}` : '';

/**
 * The first joint block of a one-modality stream. CAV-MAE Sync gives every joint block the output of E_a or E_v there
 * and keeps the last one's result. The same with one joint block, as in everything published.
 */
export const firstJointBlock = (config: CavMaeConfig): number => (isSync(config) ? config.jointDepth - 1 : 0);

/**
 * One modality's stream through E_j: the output of `encodeA` or `encodeV`, class token included, after its final
 * LayerNorm.
 */
export const encodeStream = (model: Model, x: tf.Tensor3D, stream: Stream): tf.Tensor3D =>
  encodeJ(model, x, streamNorms(model.config, stream), firstJointBlock(model.config));

/** Tokens of two modalities one after the other, audio first; either may be empty. */
export function concatTokens(a: tf.Tensor3D, v: tf.Tensor3D): tf.Tensor3D {
  if (a.shape[1] === 0) return v;
  return v.shape[1] === 0 ? a : tf.concat([a, v], 1);
}

/**
 * The joint stream over the outputs of `encodeA` and `encodeV`, either of which may be missing: patch tokens after
 * `norm` [N, L, D].
 */
export function encodeBoth(model: Model, a: tf.Tensor3D | null, v: tf.Tensor3D | null): tf.Tensor3D {
  return tf.tidy(() => {
    const [patchesA, patchesV] = [a && withoutClassToken(model, a), v && withoutClassToken(model, v)];
    const both = patchesA && patchesV ? concatTokens(patchesA, patchesV) : (patchesA ?? patchesV)!;
    return encodeJ(model, both, '');
  });
}

/** Mean over tokens: [N, L, D] → [N, D]. */
export const pool = (x: tf.Tensor3D): tf.Tensor2D => tf.mean(x, 1);

/** The class token of a stream [N, 1 + L, D] → [N, D]. */
export const classToken = (x: tf.Tensor3D): tf.Tensor2D =>
  tf.reshape(sliceTokens(x, 0, 1), [x.shape[0], x.shape[2]]) as tf.Tensor2D;

/**
 * What stands for a stream [N, (1) + L, D] where it is compared: its class token, or else the mean over its tokens [N,
 * D].
 */
export const embeddingOf = ({ config }: Model, x: tf.Tensor3D): tf.Tensor2D =>
  config.clsToken ? classToken(x) : pool(x);
