// What both forms of Adam share: a parameter's weight and moments, and the scalars of one step.
import type { Tensor } from '@tensorflow/tfjs';

/** The kernel's scalars at one step. */
export interface AdamScalars {
  alpha: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

/** Weight and moments of one parameter, in whatever form the backend updates fastest. */
export interface AdamSlot {
  /** One step with gradient `g` of the parameter's shape; `g` stays the caller's. */
  update(g: Tensor, scalars: AdamScalars): void;
  moments(): { m: Tensor; v: Tensor };
  setMoments(m: Float32Array, v: Float32Array): void;
  dispose(): void;
}
