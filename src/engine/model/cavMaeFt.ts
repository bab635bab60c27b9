// The finetuned classifier (paper section 3.2; reference CAVMAEFT): pooled tokens through LayerNorm and one linear layer.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import { featuresA, featuresV, type Batch } from './cavMae.ts';
import { concatTokens, encodeA, encodeJ, encodeV, pool } from './encoder.ts';
import { layerNorm } from './layerNorm.ts';
import { differentiableLinear } from './linear.ts';
import type { Model } from './model.ts';
import { patchEmbedA, patchEmbedV } from './patchEmbed.ts';

/** The reference's strings. `missing…only`: a model trained with both modalities, one of them missing now. */
export const ftModes = ['multimodal', 'audioonly', 'videoonly', 'missingaudioonly', 'missingvideoonly'] as const;
export type FtMode = (typeof ftModes)[number];

/** Which inputs a mode looks at. `missingaudioonly` uses audio only: the reference names the modality that is left. */
export const usesAudio = (mode: FtMode): boolean => mode !== 'videoonly' && mode !== 'missingvideoonly';
export const usesImage = (mode: FtMode): boolean => mode !== 'audioonly' && mode !== 'missingaudioonly';

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

/** The vector [N, D] that the head classifies. @throws EngineError BAD_INPUT for an input the mode needs and did not get. */
export function pooledForMode(model: Model, { audio, image }: Batch, mode: FtMode): tf.Tensor2D {
  const needed = (name: string): never => {
    throw new EngineError('BAD_INPUT', `mode ${mode} needs ${name}`, { field: name });
  };
  return tf.tidy(() => {
    const a = () => encodeA(model, patchEmbedA(model, audio ?? needed('audio')));
    const v = () => encodeV(model, patchEmbedV(model, image ?? needed('image')));
    const both = (x: tf.Tensor3D, norms: '_a' | '_v') =>
      tf.div(tf.add(pool(encodeJ(model, x, '')), pool(encodeJ(model, x, norms))), 2) as tf.Tensor2D;
    switch (mode) {
      case 'multimodal': {
        const joint = encodeJ(model, concatTokens(a(), v()), '');
        model.tap?.('joint_tokens', joint);
        return pool(joint);
      }
      case 'audioonly':
        return pool(featuresA(model, audio ?? needed('audio')));
      case 'videoonly':
        return pool(featuresV(model, image ?? needed('image')));
      case 'missingaudioonly':
        return both(a(), '_a');
      case 'missingvideoonly':
        return both(v(), '_v');
    }
  });
}

/** Logits [N, classes]. */
export const finetuneForward = (model: Model, batch: Batch, mode: FtMode): tf.Tensor2D =>
  tf.tidy(() => mlpHead(model, pooledForMode(model, batch, mode)));
