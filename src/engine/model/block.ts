// A pre-norm transformer block: x1 = x + proj(attention(norm1 x)), y = x1 + fc2(GELU(fc1(norm2 x1))).
//
// Attention and MLP are shared by all streams; each stream has LayerNorms of its own (paper section 2.4). The whole block is one
// operation with a hand-written gradient: what the gradient needs is kept, everything else is freed where it is last used.
import * as tf from '@tensorflow/tfjs';
import { attend, attendGradient, type AttentionShape } from './attention.ts';
import { gelu } from './gelu.ts';
import { layerNormGradients, scaleShift, standardise } from './layerNorm.ts';
import { linear, linearInputGradient, linearWeightGradients } from './linear.ts';
import type { Parameters } from './parameters.ts';
import type { Tap } from './stages.ts';
import { withGradient } from './withGradient.ts';

/** Which LayerNorms: '' joint and modality-specific, '_a' and '_v' the contrastive streams through E_j. */
export type NormSet = '' | '_a' | '_v';

export interface BlockOptions {
  heads: number;
  /** Keep only the block's input and compute the rest again in the backward pass: less memory, about 40 % more time. */
  checkpoint?: boolean | undefined;
  tap?: Tap | undefined;
}

const weightNames = (norms: NormSet): string[] => [
  `norm1${norms}.weight`,
  `norm1${norms}.bias`,
  'attn.qkv.weight',
  'attn.qkv.bias',
  'attn.proj.weight',
  'attn.proj.bias',
  `norm2${norms}.weight`,
  `norm2${norms}.bias`,
  'mlp.fc1.weight',
  'mlp.fc1.bias',
  'mlp.fc2.weight',
  'mlp.fc2.bias',
];

type Rows = tf.Tensor2D;
/** What the backward pass needs, in the order it is saved. */
type Saved = [
  std1: Rows,
  inv1: Rows,
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  weights: tf.Tensor4D,
  attended: Rows,
  std2: Rows,
  inv2: Rows,
  act: Rows,
  slope: Rows,
];

/** x [R, D], R = N*L → y [R, D]; with `keep`, also what the gradient needs. Frees everything else. */
function forward(
  x: Rows,
  w: readonly tf.Tensor[],
  shape: AttentionShape,
  keep: boolean,
  taps?: (stage: string, value: tf.Tensor) => void,
): [Rows, Saved | null] {
  const [g1, b1, wQkv, bQkv, wProj, bProj, g2, b2, w1, c1, w2, c2] = w as [
    tf.Tensor,
    tf.Tensor,
    Rows,
    tf.Tensor1D,
    Rows,
    tf.Tensor1D,
    tf.Tensor,
    tf.Tensor,
    Rows,
    tf.Tensor1D,
    Rows,
    tf.Tensor1D,
  ];
  const [std1, inv1] = standardise(x);
  const qkv = tf.tidy(() => linear(scaleShift(std1, g1, b1), wQkv, bQkv));
  const [attended, state] = attend(qkv, shape);
  qkv.dispose();
  const { q, k, v, weights } = state;
  taps?.('weights', weights);
  if (!keep) tf.dispose([std1, inv1, q, k, v, weights]);
  const branch1 = linear(attended, wProj, bProj);
  taps?.('attn', branch1);
  const x1 = tf.add(x, branch1) as Rows;
  branch1.dispose();
  const [std2, inv2] = standardise(x1);
  const hidden = tf.tidy(() => linear(scaleShift(std2, g2, b2), w1, c1));
  const [act, slope] = keep ? gelu(hidden, true) : gelu(hidden, false);
  hidden.dispose();
  if (!keep) tf.dispose([attended, std2, inv2]);
  const branch2 = linear(act, w2, c2);
  taps?.('mlp', branch2);
  const y = tf.add(x1, branch2) as Rows;
  tf.dispose([x1, branch2]);
  if (keep) return [y, [std1, inv1, q, k, v, weights, attended, std2, inv2, act, slope!]];
  act.dispose();
  return [y, null];
}

/** Gradients of x and of the twelve weights, for dy [R, D]. Frees what was saved as it goes. */
function backward(dy: Rows, saved: Saved, w: readonly tf.Tensor[], shape: AttentionShape): tf.Tensor[] {
  const [std1, inv1, q, k, v, weights, attended, std2, inv2, act, slope] = saved;
  const [g1, b1, wQkv, , wProj, , g2, b2, w1, , w2] = w as [
    tf.Tensor,
    tf.Tensor,
    Rows,
    tf.Tensor,
    Rows,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    Rows,
    tf.Tensor,
    Rows,
  ];
  const [dW2, dC2] = linearWeightGradients(act, dy);
  const dHidden = tf.tidy(() => tf.mul(linearInputGradient(dy, w2), slope)) as Rows;
  tf.dispose([act, slope]);
  const [dW1, dC1] = tf.tidy(() => linearWeightGradients(scaleShift(std2, g2, b2), dHidden));
  const [dx1, dG2, dB2] = tf.tidy(() => {
    const [dx, dg, db] = layerNormGradients(linearInputGradient(dHidden, w1), std2, inv2, g2);
    return [tf.add(dx, dy) as Rows, dg, db] as [Rows, tf.Tensor, tf.Tensor];
  });
  tf.dispose([dHidden, std2, inv2]);
  const [dWProj, dBProj] = linearWeightGradients(attended, dx1);
  const dQkv = tf.tidy(() => attendGradient(linearInputGradient(dx1, wProj), attended, { q, k, v, weights }, shape));
  tf.dispose([attended, q, k, v, weights]);
  const [dWQkv, dBQkv] = tf.tidy(() => linearWeightGradients(scaleShift(std1, g1, b1), dQkv));
  const [dx, dG1, dB1] = tf.tidy(() => {
    const [d, dg, db] = layerNormGradients(linearInputGradient(dQkv, wQkv), std1, inv1, g1);
    return [tf.add(d, dx1), dg, db] as [tf.Tensor, tf.Tensor, tf.Tensor];
  });
  tf.dispose([dQkv, dx1, std1, inv1]);
  return [dx, dG1, dB1, dWQkv, dBQkv, dWProj, dBProj, dG2, dB2, dW1, dC1, dW2, dC2];
}

/**
 * One block of a stream.
 * @param x tokens [N, L, D].
 * @param name where its parameters are, such as `blocks_a.0`. Stages `<name>.weights` (attention, [N, heads, L, L], rows sum to 1), `<name>.attn`, `<name>.mlp` (before
 * the residual) and `<name>`.
 */
export function block(
  x: tf.Tensor3D,
  parameters: Parameters,
  name: string,
  norms: NormSet,
  options: BlockOptions,
): tf.Tensor3D {
  const [batch, length, dim] = x.shape;
  const shape: AttentionShape = { batch, length, heads: options.heads, headDim: dim / options.heads };
  const taps =
    options.tap &&
    ((stage: string, value: tf.Tensor) =>
      options.tap!(`${name}.${stage}`, value.rank === 4 ? value : tf.reshape(value, [batch, length, dim])));
  return tf.tidy(() => {
    const rows = tf.reshape(x, [batch * length, dim]) as Rows;
    const w = weightNames(norms).map((part) => parameters.get(`${name}.${part}`));

    const out = withGradient(
      [rows, ...w],
      (keep) => {
        const [value, saved] = forward(rows, w, shape, keep && !options.checkpoint, taps);
        return { value, saved: [...(saved ?? [rows]), ...w] };
      },
      (dy, kept) => {
        const [insides, weights] = [kept.slice(0, -w.length), kept.slice(-w.length)];
        if (!options.checkpoint) return backward(dy, insides as Saved, weights, shape);
        const [again, saved] = forward(insides[0] as Rows, weights, shape, true);
        again.dispose();
        return backward(dy, saved!, weights, shape);
      },
    );
    const y = tf.reshape(out, x.shape) as tf.Tensor3D;
    options.tap?.(name, y);
    return y;
  });
}
