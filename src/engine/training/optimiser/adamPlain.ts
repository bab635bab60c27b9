// Adam's update in plain tfjs operations, for backends other than native TensorFlow. One tidy per parameter keeps
// memory flat.
import type { Tensor, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { AdamScalars, AdamSlot } from './adamSlot.ts';

export function createPlainSlots(parameter: Variable): AdamSlot {
  const zeros = () => tf.tidy(() => tf.variable(tf.zeros(parameter.shape), false));
  const [m, v] = [zeros(), zeros()];
  return {
    update(gradient: Tensor, { alpha, beta1, beta2, epsilon, weightDecay }: AdamScalars) {
      tf.tidy(() => {
        const g = gradient.add(parameter.mul(weightDecay));
        m.assign(m.add(g.sub(m).mul(1 - beta1)));
        v.assign(
          v.add(
            g
              .square()
              .sub(v)
              .mul(1 - beta2),
          ),
        );
        parameter.assign(parameter.sub(m.mul(alpha).div(v.sqrt().add(epsilon))));
      });
    },
    moments: () => ({ m, v }),
    setMoments(mean, variance) {
      tf.tidy(() => {
        m.assign(tf.tensor(mean, parameter.shape));
        v.assign(tf.tensor(variance, parameter.shape));
      });
    },
    dispose() {
      m.dispose();
      v.dispose();
    },
  };
}
