// Training of the segment classifier on events and, with what other networks think of them, on unlabelled segments.
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { Adam } from '../../training/optimiser/adam.ts';
import type { Random } from '../../training/random.ts';
import { spectralBands } from '../spectralInput.ts';
import { SegmentNetwork, segmentConfig } from './segmentNetwork.ts';
import { augmentedPatch, logLength, patchFrames, segmentPatch, type Segment } from './segmentPatches.ts';
import { defaultAugment } from './spectralCrops.ts';
import type { TrainingHooks } from './trainNetwork.ts';

/** `target`: a probability for each class. */
export interface TargetSegment extends Segment {
  target: Float32Array;
  /** How often it is drawn, relative to others. */
  weight: number;
}
const batch = 32;
const patch = patchFrames * spectralBands;
const augment = { ...defaultAugment, noise: 6, filter: 0.4 };

export async function trainSegments(
  segments: readonly TargetSegment[],
  classes: number,
  steps: number,
  random: Random,
  hooks: TrainingHooks = {},
): Promise<SegmentNetwork> {
  const network = new SegmentNetwork(segmentConfig(classes), { random: random.fork() });
  const adam = new Adam(network.trainable, { beta1: 0.9, weightDecay: 1e-4 });
  const variables = [...network.trainable.values()];
  const names = new Map([...network.trainable].map(([name, variable]) => [variable.name, name]));
  const deck = segments.flatMap((segment) => Array.from({ length: segment.weight }, () => segment));
  const warmup = Math.max(1, Math.round(steps * 0.1));
  let rest: TargetSegment[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      const chosen: TargetSegment[] = [];
      while (chosen.length < batch) {
        if (rest.length === 0) rest = random.shuffled(deck);
        chosen.push(rest.pop()!);
      }
      const { x, y, lengths } = batchOf(chosen, classes, random);
      const { value, grads } = tf.variableGrads(() => {
        const logits = network.forward(x, lengths, true, step + 1);
        return tf.losses.softmaxCrossEntropy(y, logits) as tf.Scalar;
      }, variables);
      const decay = 0.5 * (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, steps - warmup)));
      const rate = 0.004 * (step < warmup ? (step + 1) / warmup : decay);
      adam.apply(
        Object.entries(grads).map(([name, gradient]) => [names.get(name)!, gradient] as const),
        rate,
      );
      hooks.onStep?.(step + 1, value.dataSync()[0]!);
      tf.dispose([value, x, y, lengths]);
      await hooks.breathe?.();
    }
    return network;
  } finally {
    adam.dispose();
  }
}

function batchOf(
  segments: readonly TargetSegment[],
  classes: number,
  random: Random,
): { x: Tensor4D; y: Tensor2D; lengths: Tensor2D } {
  const input = new Float32Array(segments.length * patch);
  const target = new Float32Array(segments.length * classes);
  const lengths = new Float32Array(segments.length);
  for (const [i, segment] of segments.entries()) {
    augmentedPatch(segment, random, input.subarray(i * patch, (i + 1) * patch), augment);
    for (let k = 0; k < classes; k++) target[i * classes + k] = segment.target[k]! * 0.9 + 0.1 / classes;
    lengths[i] = logLength(segment) + random.normal() * 0.15;
  }
  return {
    x: tf.tensor4d(input, [segments.length, patchFrames, spectralBands, 1]),
    y: tf.tensor2d(target, [segments.length, classes]),
    lengths: tf.tensor2d(lengths, [segments.length, 1]),
  };
}

/** Probabilities [N, K] of segments: mean over networks. */
export function classifySegments(
  networks: readonly SegmentNetwork[],
  segments: readonly Segment[],
  classes: number,
): Float32Array {
  const out = new Float32Array(segments.length * classes);
  for (let from = 0; from < segments.length; from += 256) {
    const some = segments.slice(from, from + 256);
    const input = new Float32Array(some.length * patch);
    for (const [i, segment] of some.entries())
      segmentPatch(segment, { onsetShiftS: 0, offsetShiftS: 0, warp: 1 }, input.subarray(i * patch, (i + 1) * patch));
    const mean = tf.tidy(() => {
      const x = tf.tensor4d(input, [some.length, patchFrames, spectralBands, 1]);
      const lengths = tf.tensor2d(some.map(logLength), [some.length, 1]);
      const each = networks.map((network) => tf.softmax(network.forward(x, lengths, false)));
      return Float32Array.from(tf.div(tf.addN(each), each.length).dataSync());
    });
    out.set(mean, from * classes);
  }
  return out;
}
