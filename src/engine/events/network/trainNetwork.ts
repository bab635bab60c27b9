// One run of training: Adam on random crops, the rate warmed up and then lowered along a cosine.
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { Adam } from '../../training/optimiser/adam.ts';
import type { EventNetwork } from './eventNetwork.ts';
import { sigmoidLoss, softmaxLoss } from './partialLabelLoss.ts';

export interface TrainingBatch {
  input: Tensor;
  states: Int8Array;
}
export interface TrainingPlan {
  steps: number;
  learningRate: number;
  weightDecay: number;
  /** Softmax over classes that never overlap, else a sigmoid a class. */
  exclusive: boolean;
}
export interface TrainingHooks {
  onStep?(step: number, loss: number): void;
  /** Awaited once a step: throws where the run was cancelled, ends early where it answers false. */
  breathe?(): Promise<unknown>;
}

/** Trains `network` in place on batches that `next` makes. Batches are disposed. */
export async function trainNetwork(
  network: EventNetwork,
  next: () => TrainingBatch,
  plan: TrainingPlan,
  hooks: TrainingHooks = {},
): Promise<void> {
  const adam = new Adam(network.trainable, { beta1: 0.9, weightDecay: plan.weightDecay });
  const variables = [...network.trainable.values()];
  const names = new Map([...network.trainable].map(([name, variable]) => [variable.name, name]));
  const warmup = Math.max(1, Math.round(plan.steps * 0.1));
  try {
    for (let step = 0; step < plan.steps; step++) {
      const { input, states } = next();
      const { value, grads } = tf.variableGrads(() => {
        const logits = network.forward(input, true, step + 1);
        return plan.exclusive ? softmaxLoss(logits, states) : sigmoidLoss(logits, states);
      }, variables);
      const rate =
        step < warmup
          ? (plan.learningRate * (step + 1)) / warmup
          : plan.learningRate * 0.5 * (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, plan.steps - warmup)));
      adam.apply(named(grads, names), rate);
      if (hooks.onStep) hooks.onStep(step + 1, value.dataSync()[0]!);
      tf.dispose([value, input]);
      await hooks.breathe?.();
    }
  } finally {
    adam.dispose();
  }
}

const named = (grads: NamedTensorMap, names: ReadonlyMap<string, string>): [string, Tensor][] =>
  Object.entries(grads).map(([name, gradient]) => [names.get(name)!, gradient]);
