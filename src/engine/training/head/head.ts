// The classifier head of CAVMAEFT on pooled embeddings: mlp_head = LayerNorm(D, eps 1e-5) then Linear(D, C).
//
// As a linear probe the LayerNorm's affine part standardises (weight 1/σ, bias -μ/σ per feature), and the Linear is fitted by
// L2-regularised logistic regression: convex, so the result does not depend on a seed or a learning rate.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../../shared/engineError.ts';
import { minimise, type Evaluation } from '../optimiser/lbfgs.ts';

/** Weights as the reference shapes them: mlp_head.0.weight, .bias [D]; mlp_head.1.weight [C, D], .bias [C]. */
export interface Head {
  dim: number;
  classes: number;
  normWeight: Float32Array;
  normBias: Float32Array;
  weight: Float32Array;
  bias: Float32Array;
}

const EPS = 1e-5;

/** Features [N, D] → LayerNorm without its affine part, in place of a tensor: [N, D]. */
const layerNorm = (x: tf.Tensor2D): tf.Tensor2D => {
  const centred = x.sub(x.mean(1, true));
  return centred.div(centred.square().mean(1, true).add(EPS).sqrt());
};

/** The standardising LayerNorm of a set of features [N, D]. Features that hardly vary are not blown up. */
export function standardisingNorm(features: Float32Array, dim: number): Pick<Head, 'normWeight' | 'normBias'> {
  return tf.tidy(() => {
    const x = layerNorm(tf.tensor2d(features, [features.length / dim, dim]));
    const mean = x.mean(0).dataSync<'float32'>();
    const sigma = x.sub(x.mean(0)).square().mean(0).sqrt().dataSync<'float32'>();
    const typical = sigma.toSorted()[dim >> 1]! || 1;
    const normWeight = Float32Array.from(sigma, (s) => 1 / Math.max(s, 0.05 * typical));
    return { normWeight, normBias: normWeight.map((w, i) => -w * mean[i]!) };
  });
}

/** Logits [N, C] of pooled embeddings [N, D]. */
export function headLogits(head: Head, features: Float32Array): Float32Array {
  const { dim, classes } = head;
  if (features.length % dim)
    throw new EngineError('BAD_INPUT', `features of ${features.length} values do not divide into rows of ${dim}`, {
      field: 'features',
    });
  const rows = features.length / dim;
  const out = new Float32Array(rows * classes);
  const chunk = 8192;
  for (let from = 0; from < rows; from += chunk) {
    const part = features.subarray(from * dim, Math.min(rows, from + chunk) * dim);
    out.set(
      tf.tidy(() => {
        const x = layerNorm(tf.tensor2d(part, [part.length / dim, dim]))
          .mul(tf.tensor1d(head.normWeight))
          .add(tf.tensor1d(head.normBias)) as tf.Tensor2D;
        return x
          .matMul(tf.tensor2d(head.weight, [classes, dim]), false, true)
          .add(tf.tensor1d(head.bias))
          .dataSync<'float32'>();
      }),
      from * classes,
    );
  }
  return out;
}

export interface FitOptions {
  multiLabel: boolean;
  /** λ of the loss mean(nll) + λ/(2N) ‖W‖². */
  strength: number;
  maxIterations: number;
  start?: Head;
  onIteration?: (iteration: number, loss: number, head: () => Head) => void | Promise<void>;
}

/**
 * Fits the Linear behind a fixed norm. `features` [N, D]; `targets` [N, C]: 1 present, 0 absent, NaN unknown
 * (multi-label only). Single-label: softmax cross entropy; multi-label: binary cross entropy summed over classes.
 */
export async function fitHead(
  features: Float32Array,
  dim: number,
  targets: Float32Array,
  norm: Pick<Head, 'normWeight' | 'normBias'>,
  options: FitOptions,
): Promise<Head> {
  const rows = features.length / dim;
  const classes = targets.length / rows;
  const { multiLabel, strength, maxIterations, onIteration } = options;
  const x = tf.tidy(
    () =>
      layerNorm(tf.tensor2d(features, [rows, dim]))
        .mul(tf.tensor1d(norm.normWeight))
        .add(tf.tensor1d(norm.normBias)) as tf.Tensor2D,
  );
  const y = tf.tensor2d(
    targets.map((t) => (t > 0.5 ? 1 : 0)),
    [rows, classes],
  );
  const known =
    multiLabel && targets.some(Number.isNaN)
      ? tf.tensor2d(
          targets.map((t) => (Number.isNaN(t) ? 0 : 1)),
          [rows, classes],
        )
      : null;
  const size = classes * dim;
  const decay = strength / rows;

  const evaluate = (point: Float64Array): Evaluation => {
    const gradient = new Float64Array(point.length);
    let value = tf.tidy(() => {
      const w = tf.tensor2d(Float32Array.from(point.subarray(0, size)), [classes, dim]);
      const z = x.matMul(w, false, true).add(tf.tensor1d(Float32Array.from(point.subarray(size)))) as tf.Tensor2D;
      let nll: tf.Tensor;
      let delta: tf.Tensor;
      if (multiLabel) {
        nll = z.relu().sub(z.mul(y)).add(z.abs().neg().exp().log1p());
        delta = z.sigmoid().sub(y);
        if (known) [nll, delta] = [nll.mul(known), delta.mul(known)];
      } else {
        const logP = z.logSoftmax();
        nll = logP.mul(y).neg();
        delta = logP.exp().sub(y);
      }
      delta = delta.div(rows);
      gradient.set((delta as tf.Tensor2D).matMul(x, true, false).dataSync());
      gradient.set(delta.sum(0).dataSync(), size);
      return nll.sum().dataSync()[0]! / rows;
    });
    for (let i = 0; i < size; i++) {
      value += 0.5 * decay * point[i]! * point[i]!;
      gradient[i]! += decay * point[i]!;
    }
    return { value, gradient };
  };

  const toHead = (point: Float64Array): Head => ({
    dim,
    classes,
    ...norm,
    weight: Float32Array.from(point.subarray(0, size)),
    bias: Float32Array.from(point.subarray(size)),
  });
  try {
    const start = new Float64Array(size + classes);
    if (options.start) {
      start.set(options.start.weight);
      start.set(options.start.bias, size);
    }
    const { x: found } = await minimise(evaluate, start, {
      maxIterations,
      tolerance: 1e-5,
      onIteration: (iteration, value, point) => onIteration?.(iteration, value, () => toHead(point)),
    });
    return toHead(found);
  } finally {
    tf.dispose(known ? [x, y, known] : [x, y]);
  }
}
