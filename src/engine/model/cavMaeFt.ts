// The finetuned classifier (paper section 3.2; reference CAVMAEFT): pooled tokens through LayerNorm and one linear layer.
import * as tf from '@tensorflow/tfjs';
import type { ClassifierMode } from '../../shared/contract/modes.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Batch } from './cavMae.ts';
import { embeddingOf, encodeA, encodeBoth, encodeStream, encodeV, pool, type Stream } from './encoder.ts';
import { layerNorm } from './layerNorm.ts';
import { differentiableLinear } from './linear.ts';
import type { Model } from './model.ts';
import { patchEmbedA, patchEmbedV } from './patchEmbed.ts';

/** Which inputs a mode looks at. `missingaudioonly` uses audio only: the reference names the modality that is left. */
export const usesAudio = (mode: ClassifierMode): boolean => mode !== 'videoonly' && mode !== 'missingvideoonly';
export const usesImage = (mode: ClassifierMode): boolean => mode !== 'audioonly' && mode !== 'missingaudioonly';

/** mlp_head: pooled [N, D] → logits [N, classes]. */
export function mlpHead({ parameters, tap }: Model, pooled: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    tap?.('pooled', pooled);
    const normalised = layerNorm(pooled, parameters, 'mlp_head.0');
    return differentiableLinear(
      normalised,
      parameters.get('mlp_head.1.weight') as tf.Tensor as tf.Tensor2D,
      parameters.get('mlp_head.1.bias') as tf.Tensor as tf.Tensor1D,
    );
  });
}

/**
 * The vector [N, D] that the head classifies, from the outputs of `encodeA` and `encodeV`: training, classification and evaluation all
 * come through here. In the one-modality modes, models without a contrastive loss use the LayerNorms that they trained.
 * @throws EngineError BAD_INPUT for a modality that the mode needs and did not get.
 */
export function pooledTokens(
  model: Model,
  a: tf.Tensor3D | null,
  v: tf.Tensor3D | null,
  mode: ClassifierMode,
): tf.Tensor2D {
  if (usesAudio(mode) && !a) throw new EngineError('BAD_INPUT', `mode ${mode} needs audio`, { field: 'audio' });
  if (usesImage(mode) && !v) throw new EngineError('BAD_INPUT', `mode ${mode} needs image`, { field: 'image' });
  return tf.tidy(() => {
    const alone = (x: tf.Tensor3D, stream: Stream) => embeddingOf(model, encodeStream(model, x, stream));
    const missing = (x: tf.Tensor3D, stream: Stream) =>
      tf.div(tf.add(pool(encodeBoth(model, x, null)), alone(x, stream)), 2) as tf.Tensor2D;
    switch (mode) {
      case 'multimodal': {
        const joint = encodeBoth(model, a, v);
        model.tap?.('joint_tokens', joint);
        return pool(joint);
      }
      case 'audioonly':
        return alone(a!, 'a');
      case 'videoonly':
        return alone(v!, 'v');
      case 'missingaudioonly':
        return missing(a!, 'a');
      case 'missingvideoonly':
        return missing(v!, 'v');
    }
  });
}

/** Outputs of E_a and E_v for what a mode looks at; null for the rest. */
export function specificTokens(
  model: Model,
  { audio, image }: Batch,
  mode: ClassifierMode,
): { a: tf.Tensor3D | null; v: tf.Tensor3D | null } {
  return tf.tidy(
    () =>
      ({
        a: usesAudio(mode) && audio ? encodeA(model, patchEmbedA(model, audio)) : null,
        v: usesImage(mode) && image ? encodeV(model, patchEmbedV(model, image)) : null,
      }) as unknown as tf.TensorContainer,
  ) as unknown as { a: tf.Tensor3D | null; v: tf.Tensor3D | null };
}

/** Logits [N, classes]. @throws EngineError BAD_INPUT for an input the mode needs and did not get. */
export const finetuneForward = (model: Model, batch: Batch, mode: ClassifierMode): tf.Tensor2D =>
  tf.tidy(() => {
    const { a, v } = specificTokens(model, batch, mode);
    return mlpHead(model, pooledTokens(model, a, v, mode));
  });
