// Adam as the reference trains with it (torch.optim.Adam): weight decay is coupled L2, added to the gradient.
//
//   g ← g + λ w;   m ← β1 m + (1 - β1) g;   v ← β2 v + (1 - β2) g²
//   w ← w - lr / (1 - β1^t) · m / (√v / √(1 - β2^t) + ε)
//
// A parameter without a gradient is left alone: not even decayed, its step not counted. Written for kernels of the form
// w ← w - α m / (√v + ε'), α = lr √(1 - β2^t) / (1 - β1^t), ε' = ε √(1 - β2^t), α and ε' computed in double precision.
import type { Tensor, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../../shared/engineError.ts';
import { createNativeSlots } from './adamNative.ts';
import { createPlainSlots } from './adamPlain.ts';
import type { AdamSlot } from './adamSlot.ts';

export interface AdamOptions {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}
/** MODEL recipes: betas .95/.999, eps 1e-8, coupled L2 5e-7. */
export const paperAdam: AdamOptions = { beta1: 0.95, beta2: 0.999, epsilon: 1e-8, weightDecay: 5e-7 };

/** What must be kept for a run to continue bit for bit. */
export interface AdamState {
  steps: Record<string, number>;
  m: Record<string, Float32Array>;
  v: Record<string, Float32Array>;
}

export class Adam {
  private readonly options: AdamOptions;
  private readonly parameters: ReadonlyMap<string, Variable>;
  private readonly slotOf: (variable: Variable) => AdamSlot;
  private readonly slots = new Map<string, { slot: AdamSlot; step: number }>();

  /** `form`: 'native' runs TensorFlow's in-place kernel (tfjs-node only), 'plain' runs anywhere; chosen by the backend when left out. */
  constructor(
    parameters: Iterable<readonly [string, Variable]>,
    options: Partial<AdamOptions> = {},
    form: 'native' | 'plain' = tf.getBackend() === 'tensorflow' ? 'native' : 'plain',
  ) {
    this.options = { ...paperAdam, ...options };
    this.parameters = new Map(parameters);
    this.slotOf = form === 'native' ? createNativeSlots() : createPlainSlots;
  }

  /**
   * One step. `gradients` by parameter name (absent: untouched) are disposed. `learningRate` may differ per parameter
   * (the head's group in finetuning). Throws BAD_INPUT for a gradient of an unknown parameter.
   */
  apply(gradients: Iterable<readonly [string, Tensor]>, learningRate: number | ((name: string) => number)): void {
    const { beta1, beta2, epsilon, weightDecay } = this.options;
    // The kernels hold the betas in float32; the corrections must use the same numbers.
    const b1 = Math.fround(beta1);
    const b2 = Math.fround(beta2);
    for (const [name, gradient] of gradients) {
      const entry = this.entry(name);
      entry.step++;
      const root = Math.sqrt(1 - b2 ** entry.step);
      const lr = typeof learningRate === 'number' ? learningRate : learningRate(name);
      entry.slot.update(gradient, {
        alpha: (lr * root) / (1 - b1 ** entry.step),
        beta1: b1,
        beta2: b2,
        epsilon: epsilon * root,
        weightDecay,
      });
      gradient.dispose();
    }
  }

  state(): AdamState {
    const state: AdamState = { steps: {}, m: {}, v: {} };
    for (const [name, { slot, step }] of this.slots) {
      tf.tidy(() => {
        const { m, v } = slot.moments();
        state.steps[name] = step;
        // Copied: on native backends the array may lie over memory that the next step overwrites.
        state.m[name] = Float32Array.from(m.dataSync() as Float32Array);
        state.v[name] = Float32Array.from(v.dataSync() as Float32Array);
      });
    }
    return state;
  }

  restore(state: AdamState): void {
    for (const [name, step] of Object.entries(state.steps)) {
      const entry = this.entry(name);
      const [m, v] = [state.m[name], state.v[name]];
      const size = this.parameters.get(name)!.size;
      if (m?.length !== size || v?.length !== size)
        throw new EngineError(
          'CHECKPOINT_MISMATCH',
          `optimiser state of ${name} holds ${m?.length ?? 0} and ${v?.length ?? 0} values, the parameter ${size}`,
          { field: name },
        );
      entry.step = step;
      entry.slot.setMoments(m, v);
    }
  }

  dispose(): void {
    for (const { slot } of this.slots.values()) slot.dispose();
    this.slots.clear();
  }

  /** Made at the first gradient, as PyTorch does: parameters that never get one cost no memory. */
  private entry(name: string): { slot: AdamSlot; step: number } {
    let entry = this.slots.get(name);
    if (!entry) {
      const parameter = this.parameters.get(name);
      if (!parameter)
        throw new EngineError('BAD_INPUT', `a gradient came for ${name}, which is not a parameter of this optimiser`, {
          field: name,
        });
      this.slots.set(name, (entry = { slot: this.slotOf(parameter), step: 0 }));
    }
    return entry;
  }
}
