// A pre-norm transformer block: x1 = x + proj(attention(norm1 x)), y = x1 + fc2(GELU(fc1(norm2 x1))).
//
// Attention and MLP are shared by all streams; each stream has LayerNorms of its own (paper section 2.4). The whole block is one
// operation with a hand-written gradient: what the gradient needs is kept, everything else is freed where it is last used.
import * as tf from '@tensorflow/tfjs';
import { attend, attendGradient, type AttentionShape, type AttentionState } from './attention.ts';
import { gelu } from './gelu.ts';
import { layerNormGradients, scaleShift, standardise } from './layerNorm.ts';
import { linear, linearInputGradient, linearWeightGradients } from './linear.ts';
import type { Parameters } from './parameters.ts';
import type { Tap } from './model.ts';
import { withGradient } from './withGradient.ts';

/** Which LayerNorms: '' joint and modality-specific, '_a' and '_v' the contrastive streams through E_j. */
export type NormSet = '' | '_a' | '_v';

export interface BlockOptions {
  heads: number;
  /** Keep only the block's input and compute the rest again in the backward pass: less memory, about 40 % more time. */
  checkpoint?: boolean | undefined;
  tap?: Tap | undefined;
}

/** [R, width], R = N*L. */
type Rows = tf.Tensor2D;

/** LayerNorm weights and biases [D]; attention qkv [3D, D], proj [D, D]; MLP fc1 [4D, D], fc2 [D, 4D]; biases [out]. */
interface BlockWeights {
  norm1Weight: tf.Tensor1D;
  norm1Bias: tf.Tensor1D;
  qkvWeight: Rows;
  qkvBias: tf.Tensor1D;
  projWeight: Rows;
  projBias: tf.Tensor1D;
  norm2Weight: tf.Tensor1D;
  norm2Bias: tf.Tensor1D;
  fc1Weight: Rows;
  fc1Bias: tf.Tensor1D;
  fc2Weight: Rows;
  fc2Bias: tf.Tensor1D;
}

/** What the backward pass needs of the forward pass. */
interface Saved extends AttentionState {
  standard1: Rows;
  inverse1: Rows;
  attended: Rows;
  standard2: Rows;
  inverse2: Rows;
  activation: Rows;
  slope: Rows;
}

/** Where each weight lies below the block's name. */
const weightNames = (norms: NormSet): Record<keyof BlockWeights, string> => ({
  norm1Weight: `norm1${norms}.weight`,
  norm1Bias: `norm1${norms}.bias`,
  qkvWeight: 'attn.qkv.weight',
  qkvBias: 'attn.qkv.bias',
  projWeight: 'attn.proj.weight',
  projBias: 'attn.proj.bias',
  norm2Weight: `norm2${norms}.weight`,
  norm2Bias: `norm2${norms}.bias`,
  fc1Weight: 'mlp.fc1.weight',
  fc1Bias: 'mlp.fc1.bias',
  fc2Weight: 'mlp.fc2.weight',
  fc2Bias: 'mlp.fc2.bias',
});

/** tf.customGrad takes and saves lists: names are put on again in the order they were taken off. */
const named = <T extends object>(keys: readonly (keyof T)[], values: readonly tf.Tensor[]): T =>
  Object.fromEntries(keys.map((key, i) => [key, values[i]])) as T;
const weightKeys = Object.keys(weightNames('')) as (keyof BlockWeights)[];
const savedKeys: readonly (keyof Saved)[] = [
  'standard1',
  'inverse1',
  'q',
  'k',
  'v',
  'weights',
  'attended',
  'standard2',
  'inverse2',
  'activation',
  'slope',
];

/** x [R, D] → y [R, D]; with `keep`, also what the gradient needs. Frees everything else. */
function forward(
  x: Rows,
  w: BlockWeights,
  shape: AttentionShape,
  keep: boolean,
  taps?: (stage: string, value: tf.Tensor) => void,
): { y: Rows; saved: Saved | null } {
  const [standard1, inverse1] = standardise(x);
  const qkv = tf.tidy(() => linear(scaleShift(standard1, w.norm1Weight, w.norm1Bias), w.qkvWeight, w.qkvBias));
  const [attended, state] = attend(qkv, shape);
  qkv.dispose();
  const { q, k, v, weights } = state;
  taps?.('weights', weights);
  if (!keep) tf.dispose([standard1, inverse1, q, k, v, weights]);
  const attentionBranch = linear(attended, w.projWeight, w.projBias);
  taps?.('attn', attentionBranch);
  const x1 = tf.add(x, attentionBranch) as Rows;
  attentionBranch.dispose();
  const [standard2, inverse2] = standardise(x1);
  const hidden = tf.tidy(() => linear(scaleShift(standard2, w.norm2Weight, w.norm2Bias), w.fc1Weight, w.fc1Bias));
  const [activation, slope] = keep ? gelu(hidden, true) : gelu(hidden, false);
  hidden.dispose();
  if (!keep) tf.dispose([attended, standard2, inverse2]);
  const mlpBranch = linear(activation, w.fc2Weight, w.fc2Bias);
  taps?.('mlp', mlpBranch);
  const y = tf.add(x1, mlpBranch) as Rows;
  tf.dispose([x1, mlpBranch]);
  if (keep)
    return {
      y,
      saved: { standard1, inverse1, q, k, v, weights, attended, standard2, inverse2, activation, slope: slope! },
    };
  activation.dispose();
  return { y, saved: null };
}

/** Gradients of x and of every weight, for dy [R, D]. Frees what was saved as it goes. */
function backward(dy: Rows, saved: Saved, w: BlockWeights, shape: AttentionShape): { x: tf.Tensor } & BlockWeights {
  const { standard1, inverse1, q, k, v, weights, attended, standard2, inverse2, activation, slope } = saved;
  const [fc2Weight, fc2Bias] = linearWeightGradients(activation, dy);
  const dHidden = tf.tidy(() => tf.mul(linearInputGradient(dy, w.fc2Weight), slope)) as Rows;
  tf.dispose([activation, slope]);
  const [fc1Weight, fc1Bias] = tf.tidy(() =>
    linearWeightGradients(scaleShift(standard2, w.norm2Weight, w.norm2Bias), dHidden),
  );
  const [dx1, norm2Weight, norm2Bias] = tf.tidy(() => {
    const normed = linearInputGradient(dHidden, w.fc1Weight);
    const [dx, dWeight, dBias] = layerNormGradients(normed, standard2, inverse2, w.norm2Weight);
    return [tf.add(dx, dy) as Rows, dWeight, dBias] as [Rows, tf.Tensor1D, tf.Tensor1D];
  });
  tf.dispose([dHidden, standard2, inverse2]);
  const [projWeight, projBias] = linearWeightGradients(attended, dx1);
  const dQkv = tf.tidy(() =>
    attendGradient(linearInputGradient(dx1, w.projWeight), attended, { q, k, v, weights }, shape),
  );
  tf.dispose([attended, q, k, v, weights]);
  const [qkvWeight, qkvBias] = tf.tidy(() =>
    linearWeightGradients(scaleShift(standard1, w.norm1Weight, w.norm1Bias), dQkv),
  );
  const [x, norm1Weight, norm1Bias] = tf.tidy(() => {
    const normed = linearInputGradient(dQkv, w.qkvWeight);
    const [dx, dWeight, dBias] = layerNormGradients(normed, standard1, inverse1, w.norm1Weight);
    return [tf.add(dx, dx1), dWeight, dBias] as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
  });
  tf.dispose([dQkv, dx1, standard1, inverse1]);
  return {
    x,
    norm1Weight,
    norm1Bias,
    qkvWeight,
    qkvBias,
    projWeight,
    projBias,
    norm2Weight,
    norm2Bias,
    fc1Weight,
    fc1Bias,
    fc2Weight,
    fc2Bias,
  };
}

/** The block over rows [R, D] as one operation with its gradient. */
function blockOfRows(
  rows: Rows,
  w: BlockWeights,
  shape: AttentionShape,
  checkpoint: boolean,
  taps?: (stage: string, value: tf.Tensor) => void,
): Rows {
  const weights = weightKeys.map((key) => w[key]);
  return withGradient(
    [rows, ...weights],
    (keep) => {
      const { y, saved } = forward(rows, w, shape, keep && !checkpoint, taps);
      return { value: y, saved: [...(saved ? savedKeys.map((key) => saved[key]) : [rows]), ...weights] };
    },
    (dy, kept) => {
      const given = named<BlockWeights>(weightKeys, kept.slice(-weightKeys.length));
      let saved: Saved;
      if (checkpoint) {
        const again = forward(kept[0] as Rows, given, shape, true);
        again.y.dispose();
        saved = again.saved!;
      } else saved = named<Saved>(savedKeys, kept);
      const gradients = backward(dy, saved, given, shape);
      return [gradients.x, ...weightKeys.map((key) => gradients[key])];
    },
  );
}

/**
 * One block of a stream.
 * @param x tokens [N, L, D].
 * @param name where its parameters are, such as `blocks_a.0`. Stages `<name>.weights` (attention, [N, heads, L, L],
 * rows sum to 1),
 * `<name>.attn`, `<name>.mlp` (before the residual) and `<name>`.
 */
export function block(
  x: tf.Tensor3D,
  parameters: Parameters,
  name: string,
  norms: NormSet,
  { heads, checkpoint = false, tap }: BlockOptions,
): tf.Tensor3D {
  const [batch, length, dim] = x.shape;
  const shape: AttentionShape = { batch, length, heads, headDim: dim / heads };
  const taps =
    tap &&
    ((stage: string, value: tf.Tensor) =>
      tap(`${name}.${stage}`, value.rank === 4 ? value : tf.reshape(value, [batch, length, dim])));
  return tf.tidy(() => {
    const names = weightNames(norms);
    const w = named<BlockWeights>(
      weightKeys,
      weightKeys.map((key) => parameters.get(`${name}.${names[key]}`)),
    );
    const y = tf.reshape(
      blockOfRows(tf.reshape(x, [batch * length, dim]), w, shape, checkpoint, taps),
      x.shape,
    ) as tf.Tensor3D;
    tap?.(name, y);
    return y;
  });
}
